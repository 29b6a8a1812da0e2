package io.github.cumulusmaven.etl;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
        /** The export log tells of no kick-off. */
        LOG_WITHOUT_KICK_OFF,
        /** The export log does not tell that the last export came to its end, and as of when. */
        LOG_WITHOUT_END,
        /** The export log tells of files that were asked for and did not come. */
        LOG_LACKS_FILES,
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
        /** The output folder holds tables of a run whose record is damaged. */
        RECORD_DAMAGED,
        /** The output folder holds tables that are not those of this run. */
        OTHER_TABLES,
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
    private final String what;
    private final transient List<Difference> differences;

    private EtlFailure(Kind kind, String where, String what, List<Difference> differences, @Nullable Throwable cause) {
        super(kind + " " + where + (what.isEmpty() ? "" : ": " + what), cause);
        this.kind = kind;
        this.where = where;
        this.what = what;
        this.differences = List.copyOf(differences);
    }

    public EtlFailure(Kind kind, String where) {
        this(kind, where, "");
    }

    public EtlFailure(Kind kind, String where, String what) {
        this(kind, where, what, List.of(), null);
    }

    public EtlFailure(Kind kind, String where, Throwable cause) {
        this(kind, where, "", List.of(), cause);
    }

    public EtlFailure(Kind kind, String where, List<Difference> differences) {
        this(kind, where, "", differences, null);
    }

    public Kind kind() {
        return kind;
    }

    /** The file or folder. */
    public String where() {
        return where;
    }

    /** Returns what the kind leaves open: names of files or types, a number, a state; empty where that is nothing. */
    public String what() {
        return what;
    }

    /** Returns in what the tables that are there differ from those of the run. */
    public List<Difference> differences() {
        return differences;
    }
}
