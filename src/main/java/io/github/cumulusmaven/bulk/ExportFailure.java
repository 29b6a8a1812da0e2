package io.github.cumulusmaven.bulk;

import java.util.Optional;

/** An export that cannot go on. What was done so far is kept, on both sides. */
public final class ExportFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Where it stopped. */
    public enum Kind {
        /** The folder holds something that is no export of ours. */
        FOLDER_NOT_EMPTY,
        /** The folder holds an unfinished export of something else. */
        FOLDER_OTHER_REQUEST,
        /** The folder holds a whole export. */
        FOLDER_FINISHED,
        /** Another run works in the folder. */
        FOLDER_IN_USE,
        /** The folder, or a file in it, cannot be read or written. */
        DISK,
        /** There is no export to go on with. */
        NOTHING_TO_RESUME,
        /** The server refused the kick-off. */
        KICKOFF_REFUSED,
        /** The connection was lost after the kick-off was sent: the server may have begun, or not. */
        KICKOFF_UNKNOWN,
        /** An earlier run ended between its kick-off and the answer to it. */
        KICKOFF_INTERRUPTED,
        /** The kick-off's answer has no status URL. */
        KICKOFF_WITHOUT_STATUS_URL,
        /** The export was cancelled. */
        CANCELLED,
        /** The export takes longer than it may. */
        TOO_LONG,
        /** The server does not know the job any more. */
        JOB_GONE,
        /** The server says that the job failed. */
        JOB_FAILED,
        /** The server did not answer status requests for too long. */
        STATUS_UNREACHABLE,
        /** The job's end was announced with something else than a manifest. */
        NOT_A_MANIFEST,
        /** The manifest differs from the one before. */
        MANIFEST_CHANGED,
        /** A file could not be fetched whole. */
        DOWNLOAD
    }

    private final Kind kind;
    private final String where;

    public ExportFailure(Kind kind, String where, String what) {
        super(what);
        this.kind = kind;
        this.where = where;
    }

    public ExportFailure(Kind kind, String where, Throwable cause) {
        super(Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName()), cause);
        this.kind = kind;
        this.where = where;
    }

    public Kind kind() {
        return kind;
    }

    /** The file, folder or URL, without anything secret in it. */
    public String where() {
        return where;
    }
}
