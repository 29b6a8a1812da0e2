package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A job on the server, by its status URL: asked once, or given up.
 *
 * @param url its polling URL
 * @param gateway to the server
 * @param authorizer for the URL
 * @param retries of a server that is briefly out of reach
 */
public record ServerJob(URI url, HttpGateway gateway, Authorizer authorizer, Retries retries) {
    /** What the server says. */
    public sealed interface Status {
        /**
         * It is at work.
         *
         * @param progress the server's words; may be empty
         * @param retryAfterHeader as it came; may be empty
         * @param retryAfter when it wants to be asked again
         */
        record Working(String progress, String retryAfterHeader, Optional<Duration> retryAfter) implements Status {}

        /**
         * It is done.
         *
         * @param manifest its first page, or the one that was asked for
         * @param expires until when the files are there, as the server wrote it; may be empty
         */
        record Finished(Manifest manifest, String expires) implements Status {
            /** Counts the files that the page lists. */
            public int files() {
                return manifest.entries().size();
            }
        }

        /**
         * The server answers with an error, or with a success that holds no manifest.
         *
         * @param refusal the answer
         * @param instead what the body of a success is instead of a manifest; nothing where the answer is an error
         */
        record Refused(HttpRefusal refusal, Optional<NotAManifest> instead) implements Status {}

        /** Says whether the server does not know the job, or not any more. */
        default boolean isGone() {
            return this instanceof Refused refused && refused.refusal().isGone();
        }
    }

    /**
     * Asks once.
     *
     * @throws IOException when no answer comes, or one that breaks off
     */
    public Status ask() throws IOException, InterruptedException {
        return retries.run("status request", () -> new StatusRequest(gateway, authorizer).ask(url));
    }

    /**
     * Does as {@link #delete} with a job that only an unsealed folder names. It is asked before: whoever wrote the folder
     * may have put any URL of the server in its place.
     *
     * @return whether the server took it; otherwise it does not know the job
     * @throws ExportFailure when it does not answer as a job does
     * @throws IOException when no answer comes, or it cannot be told, or refuses
     */
    boolean deleteUnsealed(String what) throws ExportFailure, IOException, InterruptedException {
        Status status = ask();
        if (!status.isGone() && status instanceof Status.Refused refused) {
            throw new ExportFailure(ExportFailure.Kind.NOT_A_JOB, RedactedUrl.of(url), refused.refusal());
        }
        return !status.isGone() && delete(what);
    }

    /**
     * Tells the server that the job, and its copies, may go (DL-01, DL-02).
     *
     * @return whether the server took it; otherwise it does not know the job, and what became of its copies is not known:
     *     HAPI keeps those of a finished job
     * @throws IOException when it cannot be told, or refuses
     */
    public boolean delete(String what) throws IOException, InterruptedException {
        return retries.run(what, () -> {
            try (HttpReply reply = gateway.send(HttpCall.delete(url), authorizer)) {
                boolean gone = reply.isGone();
                if (!gone && !Tolerances.DELETED.contains(reply.status())) {
                    throw reply.refusal();
                }
                return !gone;
            }
        });
    }
}
