package io.github.cumulusmaven.etl.completion;

/** Whose data the input holds, and as of when, cannot be told; without it, nothing can be called complete. */
public final class ExportUnknown extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is missing. */
    public enum Kind {
        /** There are several export logs, and none has the standard name. */
        SEVERAL_LOGS,
        /** The log does not tell of an export that came to its end. */
        LOG_INCOMPLETE,
        /** The folder's own state says that files are still missing. */
        UNFINISHED,
        /** The folder's own state cannot be read. */
        DAMAGED,
        /** Neither a log nor the user names the group. */
        NO_GROUP,
        /** Neither a log nor the user tells the time. */
        NO_TIME
    }

    private final Kind kind;
    private final String where;

    ExportUnknown(Kind kind, String where, String what) {
        super(what);
        this.kind = kind;
        this.where = where;
    }

    public Kind kind() {
        return kind;
    }

    /** The file or folder. */
    public String where() {
        return where;
    }
}
