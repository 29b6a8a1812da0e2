package io.github.cumulusmaven.bulk;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far an export is. Each state holds what is needed to go on from it, and no secret. */
public sealed interface ExportState {
    /** The job itself. */
    ExportJob job();

    /** The server has taken the job. */
    record Accepted(ExportJob job) implements ExportState {}

    /** The server is at work. */
    record InProgress(ExportJob job, String progress) implements ExportState {}

    /**
     * The server is done; nothing was fetched yet.
     *
     * @param manifest its pages as they came, signed queries redacted
     */
    record Complete(ExportJob job, List<Map<String, Object>> manifest) implements ExportState {}

    /**
     * Files are being fetched. One that lies under its final name is whole, also where it is not yet marked here.
     *
     * @param manifest its pages as they came, signed queries redacted
     * @param files all of the manifest
     * @param expires when the server's copies go, as an ISO instant, or {@code null} where it did not say
     */
    record Downloading(
            ExportJob job, List<Map<String, Object>> manifest, List<FileState> files, @Nullable String expires)
            implements ExportState {}

    /**
     * All is fetched.
     *
     * @param finished when, as an ISO instant
     * @param transactionTime as the server wrote it: the data are complete up to then
     * @param manifest its pages as they came, signed queries redacted
     * @param files all of the manifest
     * @param jobDeleted whether the server was told that its copies may go
     */
    record Done(
            ExportJob job,
            String finished,
            String transactionTime,
            List<Map<String, Object>> manifest,
            List<FileState> files,
            boolean jobDeleted)
            implements ExportState {}
}
