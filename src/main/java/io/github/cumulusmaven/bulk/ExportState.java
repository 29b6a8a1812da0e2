package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far an export is. Each state holds what is needed to go on from it, and no secret. */
public sealed interface ExportState {
    /** What was asked for. */
    ExportRequest request();

    /** Returns the word for it in {@code export.json}. */
    default String code() {
        return ExportStateFile.nameOf(this);
    }

    /**
     * The server is being asked, or was: whether it took the job is not known.
     *
     * @param kept what an earlier job of the same export has brought, or {@code null} where this is the first
     * @param seal by which this user's runs know the request, or {@code null} where there is none; see {@link FolderSeal}
     */
    record KickingOff(
            @JsonProperty("request") ExportRequest request,
            @JsonProperty("kept") @Nullable KeptFiles kept,
            @JsonProperty("seal") @Nullable String seal)
            implements ExportState {}

    /** The server took the job. */
    sealed interface OfJob extends ExportState {
        /** The job itself. */
        ExportJob job();

        @Override
        default ExportRequest request() {
            return job().request();
        }
    }

    /** The server has taken the job. */
    record Accepted(@JsonProperty("job") ExportJob job) implements OfJob {}

    /** The server is at work. */
    record InProgress(@JsonProperty("job") ExportJob job, @JsonProperty("progress") String progress) implements OfJob {}

    /**
     * The server is done; nothing was fetched yet.
     *
     * @param manifest its pages as they came, signed queries redacted
     */
    record Complete(@JsonProperty("job") ExportJob job, @JsonProperty("manifest") List<ManifestPage> manifest)
            implements OfJob {}

    /**
     * Files are being fetched. One that lies under its final name is whole, also where it is not yet marked here.
     *
     * @param manifest its pages as they came, signed queries redacted
     * @param files all of the manifest
     * @param expires when the server's copies go, as an ISO instant, or {@code null} where it did not say
     */
    record Downloading(
            @JsonProperty("job") ExportJob job,
            @JsonProperty("manifest") List<ManifestPage> manifest,
            @JsonProperty("files") List<FileState> files,
            @JsonProperty("expires") @Nullable String expires)
            implements OfJob {}

    /**
     * All is fetched.
     *
     * @param finished when, as an ISO instant
     * @param transactionTime as the server wrote it: the data are complete up to then
     * @param manifest its pages as they came, signed queries redacted
     * @param files all of the manifest
     * @param jobDeleted whether the server was told that its copies may go
     * @param hydration what was added since, or {@code null} where nothing was
     */
    record Done(
            @JsonProperty("job") ExportJob job,
            @JsonProperty("finished") String finished,
            @JsonProperty("transactionTime") String transactionTime,
            @JsonProperty("manifest") List<ManifestPage> manifest,
            @JsonProperty("files") List<FileState> files,
            @JsonProperty("jobDeleted") boolean jobDeleted,
            @JsonProperty("hydration") @Nullable Hydration hydration)
            implements OfJob {
        /** As it came, with nothing added. */
        public Done(
                ExportJob job,
                String finished,
                String transactionTime,
                List<ManifestPage> manifest,
                List<FileState> files,
                boolean jobDeleted) {
            this(job, finished, transactionTime, manifest, files, jobDeleted, null);
        }

        /** The same once the server was told. */
        Done cleaned() {
            return new Done(job, finished, transactionTime, manifest, files, true, hydration);
        }

        /** The same with more files. */
        Done with(List<AddedFile> more, Optional<Boolean> allMedications) {
            Hydration before = hydration == null ? new Hydration(List.of(), false) : hydration;
            return new Done(
                    job, finished, transactionTime, manifest, files, jobDeleted, before.with(more, allMedications));
        }
    }

    /**
     * The job was given up on request.
     *
     * @param cancelled when, as an ISO instant
     * @param files all of the manifest, as far as it was known; some may be here
     */
    record Cancelled(
            @JsonProperty("job") ExportJob job,
            @JsonProperty("cancelled") String cancelled,
            @JsonProperty("files") List<FileState> files)
            implements OfJob {}
}
