package io.github.cumulusmaven.deid.codebook;

import io.github.cumulusmaven.files.UnsafePath;
import java.nio.file.Path;
import java.util.Optional;

/** Signals that the folder with the secrets cannot be used. Its files are unchanged. */
public final class CodebookFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** The reason why the folder cannot be used. */
    public enum Kind {
        /** Another run works with the folder. */
        IN_USE,
        /** A file is damaged. A new one in its place would give everybody another anonymous id. */
        DAMAGED,
        /** The file of known ids is damaged. A new one can replace it, but does not name older patients. */
        MAPPINGS_DAMAGED,
        /** The salt was not made at random. */
        WEAK_SALT,
        /** The folder, or a file in it, belongs to another user, or others may write it. */
        NOT_OURS,
        /** The codebook is of an unknown version. */
        UNKNOWN_VERSION,
        /** The folder, or a file in it, cannot be read or written. */
        DISK
    }

    private final Kind kind;
    private final String where;

    CodebookFailure(Kind kind, Path where, String what) {
        super(what);
        this.kind = kind;
        this.where = where.toString();
    }

    CodebookFailure(Path where, Throwable cause) {
        super(Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName()), cause);
        this.kind = Kind.DISK;
        this.where = where.toString();
    }

    CodebookFailure(UnsafePath foreign) {
        super(foreign.getReason(), foreign);
        this.kind = Kind.NOT_OURS;
        this.where = foreign.getFile();
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the file or folder. */
    public String where() {
        return where;
    }
}
