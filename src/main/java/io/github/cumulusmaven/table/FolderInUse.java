package io.github.cumulusmaven.table;

import java.io.IOException;
import java.nio.file.Path;

/** An output folder that another run writes into. */
public final class FolderInUse extends IOException {
    private static final long serialVersionUID = 1L;

    private final String folder;

    FolderInUse(Path folder) {
        super("another run writes into " + folder);
        this.folder = folder.toString();
    }

    public String folder() {
        return folder;
    }
}
