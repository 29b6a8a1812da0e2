package io.github.cumulusmaven.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Signals that a file or folder is not as this program makes it: it is a link, a device, too large, or open to others.
 */
public final class UnsafePath extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    UnsafePath(Path path, String what) {
        this(path, what, "");
    }

    UnsafePath(Path path, String what, String remedy) {
        super(path.toString(), null, what);
        this.remedy = remedy;
    }

    /** Returns the command that mends it; empty where none does. */
    public String remedy() {
        return remedy;
    }
}
