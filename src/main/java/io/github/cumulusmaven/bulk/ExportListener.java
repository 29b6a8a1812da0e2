package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Hears what an export does, as it happens. Calls may come from several threads. What it is told holds no token and no
 * resource content; URLs may be signed and are to be shown through {@link io.github.cumulusmaven.redact.RedactedUrl}.
 */
public interface ExportListener extends Retries.Listener, AutoCloseable {
    /** The server took the job. */
    default void accepted(ExportJob job, KickOffAnswer answer) {}

    /** The server refused the job. */
    default void refused(URI exportUrl, Map<String, String> parameters, KickOffAnswer answer) {}

    /** The answer to the kick-off was lost: a gateway gave its own. */
    default void kickOffLost(HttpRefusal answer) {}

    /** A job of somebody else's goes on here. */
    default void adopted(ExportJob job) {}

    /** An earlier run's job goes on. */
    default void resumed(ExportJob job, ExportState from) {}

    /** The server is at work; the next question comes after the wait. */
    default void working(String progress, String retryAfter, Duration wait) {}

    /** A status request was answered with an error. */
    default void statusRefused(HttpRefusal refusal) {}

    /** The job is finished, whether or not its manifest can be read. */
    default void finished(String transactionTime) {}

    /** A page of the manifest was read. */
    default void pageRead(String transactionTime, long output, long deleted, long error) {}

    /** The whole manifest was read. */
    default void manifestRead(String transactionTime, List<FileState> files, int pages) {}

    /** A file will be fetched. */
    default void downloading(FileState file, URI url) {}

    /** Bytes of files came in, counted uncompressed; negative when a broken attempt is thrown away. */
    default void received(long bytes) {}

    /** Resources of files came in; negative when a broken attempt is thrown away. */
    default void resourcesReceived(long resources) {}

    /** A file is whole and in its place. */
    default void downloaded(FileState file, URI url) {}

    /** A file was given up. */
    default void downloadFailed(FileState file, URI url, Exception reason) {}

    /** All files are here. */
    default void exported(ExportSummary summary) {}

    /**
     * The server was told that its copies may go.
     *
     * @param taken whether it took that; otherwise it does not know the job, and may keep its copies
     */
    default void jobDeleted(boolean taken) {}

    /** The server could not be told; its copies stay until they expire. */
    default void jobNotDeleted(Exception reason) {}

    /** An earlier job, given up for another one, could not be cancelled; nothing but this knows of it from now on. */
    default void jobLeftBehind(ExportJob job, Exception reason) {}

    /** The job that an unsealed folder names was not deleted: it may be anything. */
    default void unsealedJobNotDeleted(Exception reason) {}

    /**
     * Something that the user should know, and that stops nothing.
     *
     * @param about the values that belong to the warning
     */
    default void warned(ExportWarning warning, List<Object> about) {}

    @Override
    default void retrying(String what, int attempt, int attempts, Exception reason, Duration wait) {}

    /** The run is over. */
    @Override
    default void close() {}
}
