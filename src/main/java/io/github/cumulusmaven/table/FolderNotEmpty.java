package io.github.cumulusmaven.table;

import java.nio.file.Path;

/** An output folder that holds something already. */
public final class FolderNotEmpty extends Exception {
    private static final long serialVersionUID = 1L;

    private final String folder;

    FolderNotEmpty(Path folder) {
        super(folder + " is not empty");
        this.folder = folder.toString();
    }

    public String folder() {
        return folder;
    }
}
