package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ServerJob.Status;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which files an export may end without: those that the server refuses, or sends damaged, while it answers
 * otherwise. A server or a network that is down is no reason; it comes back.
 *
 * @param accepted whether the user does without files that hold data
 * @param restarts whether those that are gone are to be exported anew instead
 * @param job asked whether the server is there
 */
record MissingFiles(boolean accepted, boolean restarts, ServerJob job) {
    private static final Set<HttpFailure.Kind> OF_NETWORK = Set.of(
            HttpFailure.Kind.UNKNOWN_HOST,
            HttpFailure.Kind.NO_CONNECTION,
            HttpFailure.Kind.TLS,
            HttpFailure.Kind.TIME_IS_UP);

    /** Says whether the export ends without a file that was given up. */
    boolean accepts(FileState file, Exception reason) throws InterruptedException {
        boolean ofData = file.kind() != FileState.Kind.ERROR;
        if (ofData && (!accepted || (restarts && isGone(reason)))) {
            return false;
        }
        return isOfFile(reason) || (mayBeOfFile(reason) && serverKnowsJob());
    }

    /** Says whether the server has deleted a file. */
    static boolean isGone(@Nullable Throwable reason) {
        return reason instanceof HttpRefusal refusal && refusal.isGone();
    }

    /** Says whether a failure is about the file alone, so that neither the server nor the network has to change. */
    static boolean isOfFile(@Nullable Throwable reason) {
        if (reason instanceof HttpRefusal refusal) {
            return !Tolerances.OF_SERVER.contains(refusal.status());
        }
        boolean refusedByUs =
                reason instanceof HttpFailure failure && !failure.isPassing() && !OF_NETWORK.contains(failure.kind());
        return refusedByUs || reason instanceof DamagedFile;
    }

    private static boolean mayBeOfFile(Exception reason) {
        boolean ofNetwork = reason instanceof HttpFailure failure && OF_NETWORK.contains(failure.kind());
        return reason instanceof Retries.Passing && !ofNetwork;
    }

    private boolean serverKnowsJob() throws InterruptedException {
        try {
            return job.ask() instanceof Status.Finished;
        } catch (IOException outOfReach) {
            return false;
        }
    }

    /** Says in a few words why a file did not come. */
    static String words(Exception reason) {
        if (reason instanceof HttpRefusal refusal) {
            return "HTTP " + refusal.status();
        }
        return String.valueOf(reason.getMessage());
    }
}
