package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
        /** The folder holds an export, and what should tell of it cannot be read. */
        FOLDER_DAMAGED,
        /** There is no export to go on with. */
        NOTHING_TO_RESUME,
        /** The server refused the kick-off. */
        KICKOFF_REFUSED,
        /** The answer to the kick-off was lost, on the way or by a gateway: the server may have begun, or not. */
        KICKOFF_UNKNOWN,
        /** The server has begun, and the folder could not be told so; the failure's place is the status URL. */
        ACCEPTED_NOT_NOTED,
        /** An earlier run ended between its kick-off and the answer to it. */
        KICKOFF_INTERRUPTED,
        /** The kick-off's answer has no status URL. */
        KICKOFF_WITHOUT_STATUS_URL,
        /** The server has begun, and the host of its status URL is not known here. */
        STATUS_HOST_UNKNOWN,
        /** The export was cancelled. */
        CANCELLED,
        /** The export takes longer than it may. */
        TOO_LONG,
        /** The server does not know the job any more. */
        JOB_GONE,
        /** The status URL in an unsealed folder does not answer as a job does, and was not told to go. */
        NOT_A_JOB,
        /** The server says that the job failed. */
        JOB_FAILED,
        /** The server did not answer status requests for too long. */
        STATUS_UNREACHABLE,
        /** The job's end was announced with something else than a manifest. */
        NOT_A_MANIFEST,
        /** The manifest differs from the one before. */
        MANIFEST_CHANGED,
        /** Files are gone from the server, which still knows the job. */
        FILES_GONE,
        /** Says that all files are here, and some hold another number of resources than the server announced. */
        MISCOUNTED,
        /** A file could not be fetched whole. */
        DOWNLOAD
    }

    /** Says what happened, beyond the kind: often the cause; in brackets stands what the failure is {@link #about}. */
    public enum Reason {
        CAUSE,
        NO_STATE,
        FOREIGN_FILES,
        /** The folder holds an export that was kicked off then (the time). */
        KICKED_OFF,
        /** The same, and a file is not there any more as it came (the time, the file's path). */
        FILE_GONE,
        /** The folder holds an export of something else (what that is of, what this is of). */
        OTHER_REQUEST,
        /** The folder holds another job (its status URL, this one's). */
        OTHER_JOB,
        /** A process works in the folder (its id). */
        PROCESS,
        /** The export was cancelled then (the time). */
        CANCELLED,
        /** The answer to the kick-off was never noted (the time of the kick-off). */
        ANSWER_NOT_NOTED,
        NO_CONTENT_LOCATION,
        /** The answer to the kick-off names a URL that cannot be used (the URL, without its secrets). */
        NAMED_URL,
        SANDBOX_ENDED,
        /** The manifest is of another time (the time before, the time now, which may be empty). */
        OTHER_TIME,
        /** The manifest lists other files (how many before, how many now). */
        OTHER_FILES,
        /** A file of an earlier job is not there any more, and cannot be fetched again. */
        KEPT_FILE_GONE,
        /** No file of the export came (why the first did not). */
        NO_FILE,
        /** A file holds another number of resources (its path, how many, how many announced, how many more files). */
        COUNT
    }

    /**
     * What a job that the server has forgotten leaves behind.
     *
     * @param expired since when it may be gone, where the server had said so
     * @param files of its manifest; those that have a proof are here
     */
    public record Remains(Optional<Instant> expired, List<FileState> files) {
        public Remains {
            files = List.copyOf(files);
        }

        /** The types of the output files that are not here, as far as their types are known. */
        public SortedSet<String> missingTypes() {
            return files.stream()
                    .filter(Remains::isMissingOutput)
                    .map(FileState::type)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** Whether an output file is not here of which nobody knows the type: no export of some types can replace it. */
        public boolean missesUntyped() {
            return files.stream().anyMatch(file -> isMissingOutput(file) && file.type() == null);
        }

        /** How many files are here. */
        public long whole() {
            return files.stream().filter(file -> file.proof() != null).count();
        }

        private static boolean isMissingOutput(FileState file) {
            return file.kind() == FileState.Kind.OUTPUT && file.proof() == null;
        }
    }

    private final Kind kind;
    private final String where;
    private final Reason reason;
    private final transient List<Object> about;
    private final transient Optional<Remains> remains;
    private final String named;

    /** Makes one without a cause; see {@link Reason} for the values. */
    public ExportFailure(Kind kind, String where, Reason reason, Object... about) {
        this(kind, where, "", reason, about);
    }

    private ExportFailure(Kind kind, String where, String named, Reason reason, Object... about) {
        super(reason + (about.length == 0 ? "" : " " + List.of(about)));
        this.kind = kind;
        this.where = where;
        this.reason = reason;
        this.about = List.of(about);
        this.remains = Optional.empty();
        this.named = named;
    }

    /** A status URL that cannot be used, as the server wrote it. */
    static ExportFailure named(Kind kind, String where, String url) {
        return new ExportFailure(kind, where, SignedUrl.kept(url), Reason.NAMED_URL, RedactedUrl.of(url));
    }

    /** A job that is gone while its files are being fetched. */
    ExportFailure(ExportFailure gone, Remains remains) {
        super(gone.getMessage(), gone);
        this.kind = gone.kind;
        this.where = gone.where;
        this.reason = gone.reason;
        this.about = gone.about;
        this.remains = Optional.of(remains);
        this.named = "";
    }

    public ExportFailure(Kind kind, String where, Throwable cause) {
        super(Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName()), cause);
        this.kind = kind;
        this.where = where;
        this.reason = Reason.CAUSE;
        this.about = List.of();
        this.remains = Optional.empty();
        this.named = "";
    }

    /** Says whether files did not come for reasons of their own, so that an export may end without them. */
    public boolean isOfFiles() {
        return kind == Kind.FILES_GONE || (kind == Kind.DOWNLOAD && MissingFiles.isOfFile(getCause()));
    }

    public Kind kind() {
        return kind;
    }

    public Reason reason() {
        return reason;
    }

    /** Returns the values that belong to the reason. */
    public List<Object> about() {
        return about;
    }

    /** Where the job is gone after its files began to come, what there is of them. */
    public Optional<Remains> remains() {
        return remains;
    }

    /** The status URL that the server named, where that is what cannot be used; else empty. */
    public String namedUrl() {
        return named;
    }

    /** The file, folder or URL, without anything secret in it. */
    public String where() {
        return where;
    }
}
