package io.github.cumulusmaven.etl;

import java.util.Optional;

/** A run that cannot begin or go on. Nothing of it is under a final name, and codebook and older
 * outputs are as they were, unless its kind says otherwise. */
public final class EtlFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is in the way. */
    public enum Kind {
        /** There is no such input folder. */
        NO_INPUT,
        /** None of the input's files can become a table. */
        NOTHING_TO_DO,
        /** There are several export logs, and none has the standard name. */
        SEVERAL_LOGS,
        /** The export log does not tell of an export that came to its end. */
        LOG_INCOMPLETE,
        /** The input's own state says that files are still missing. */
        EXPORT_UNFINISHED,
        /** The input's own state cannot be read. */
        EXPORT_DAMAGED,
        /** Neither a log nor the user names the group; without it, nothing can be called complete. */
        NO_GROUP,
        /** Neither a log nor the user tells the time; without it, nothing can be called complete. */
        NO_TIME,
        /** A table that the user asked for has no input. */
        MISSING_RESOURCES,
        /** The output folder holds something. */
        OUTPUT_NOT_EMPTY,
        /** The output folder holds tables of this input as it was before it changed. */
        INPUT_CHANGED,
        /** Another run writes into the output folder. */
        OUTPUT_IN_USE,
        /** The output folder belongs to another PHI folder. */
        OTHER_CODEBOOK,
        /** The folder for errors holds something. */
        ERRORS_NOT_EMPTY,
        /** A file cannot be read or written. */
        DISK,
        /** All tables are published; only what comes after that has failed. */
        AFTER_PUBLICATION
    }

    private final Kind kind;
    private final String where;

    public EtlFailure(Kind kind, String where, String what) {
        super(what);
        this.kind = kind;
        this.where = where;
    }

    public EtlFailure(Kind kind, String where, Throwable cause) {
        super(words(cause), cause);
        this.kind = kind;
        this.where = where;
    }

    /** Only of the JDK's exceptions about files: a parser's may quote what it read. */
    private static String words(Throwable cause) {
        boolean safe = cause.getClass().getName().startsWith("java.");
        return Optional.ofNullable(cause.getMessage())
                .filter(message -> safe)
                .orElse(cause.getClass().getSimpleName());
    }

    public Kind kind() {
        return kind;
    }

    /** The file or folder. */
    public String where() {
        return where;
    }
}
