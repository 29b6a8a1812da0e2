package io.github.cumulusmaven.deid.codebook;

import io.github.cumulusmaven.files.UnsafePath;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Signals that the folder with the secrets cannot be used. Its files are unchanged. */
public final class CodebookFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** The reason why the folder cannot be used. */
    public enum Kind {
        /** Another run works with the folder. */
        IN_USE,
        /** The codebook is missing, though there are ids that were made with it. */
        CODEBOOK_MISSING,
        /** The codebook is not a JSON object. A new one in its place would give everybody another anonymous id. */
        NOT_JSON,
        /** The codebook has no version, nor the patients that version 0 has. */
        NO_PATIENTS,
        /** An entry of a codebook of version 0 has no anonymous id. */
        NO_ANONYMOUS_ID,
        /** The salt is missing, though there are ids that were made with it. */
        SALT_MISSING,
        /** The salt is not made of hex digits, or of too few. */
        SALT_NOT_HEX,
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
    private final String what;

    private CodebookFailure(Kind kind, String where, String what, @Nullable Throwable cause) {
        super(kind + " " + where + (what.isEmpty() ? "" : ": " + what), cause);
        this.kind = kind;
        this.where = where;
        this.what = what;
    }

    CodebookFailure(Kind kind, Path where) {
        this(kind, where, "");
    }

    CodebookFailure(Kind kind, Path where, String what) {
        this(kind, where.toString(), what, null);
    }

    CodebookFailure(Path where, Throwable cause) {
        this(Kind.DISK, where.toString(), "", cause);
    }

    CodebookFailure(UnsafePath foreign) {
        this(Kind.NOT_OURS, foreign.getFile(), "", foreign);
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the file or folder. */
    public String where() {
        return where;
    }

    /** Returns the id of the other process, or the unknown version; empty where the kind tells all. */
    public String what() {
        return what;
    }
}
