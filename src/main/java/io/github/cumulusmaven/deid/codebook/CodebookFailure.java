package io.github.cumulusmaven.deid.codebook;

import io.github.cumulusmaven.files.UnsafePath;
import java.nio.file.Path;
import java.util.Optional;

/** The folder with the secrets cannot be used. What is in it is as it was. */
public final class CodebookFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is the matter. */
    public enum Kind {
        /** Another run works with the folder. */
        IN_USE,
        /** A file is not what it should be. A new one in its place would give everybody another anonymous id. */
        DAMAGED,
        /** The file of known ids is not what it should be. A new one can do its work, but does not name older patients. */
        MAPPINGS_DAMAGED,
        /** The salt was not made at random. */
        WEAK_SALT,
        /** The folder, or a file in it, belongs to another user, or others may write it. */
        NOT_OURS,
        /** The codebook is of a version that is not known. */
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

    /** The file or folder. */
    public String where() {
        return where;
    }
}
