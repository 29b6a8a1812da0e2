package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ServerJob.Status;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpReply;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Requests the status of a job, once, and reads the answer (ST ids).
 *
 * @param gateway to the server
 * @param authorizer for the status URL
 */
record StatusRequest(HttpGateway gateway, Authorizer authorizer) {
    private static final int LONGEST_REFUSAL = 1024 * 1024;

    /**
     * Sends the request.
     *
     * @param url of the job, or of a further page of its manifest
     * @throws IOException when no answer comes, or its body breaks off
     */
    Status ask(URI url) throws IOException, InterruptedException {
        try (HttpReply reply = gateway.send(HttpCall.get(url, "application/json"), authorizer)) {
            if (reply.status() == 200) {
                return reply.manifest(body -> finished(reply, body));
            }
            if (reply.status() == 202) {
                String retryAfter = reply.header("Retry-After").orElse("");
                return new Status.Working(reply.words("X-Progress"), retryAfter, reply.retryAfter());
            }
            return new Status.Refused(reply.refusal(), Optional.empty());
        }
    }

    private static Status finished(HttpReply reply, InputStream body) throws IOException {
        BufferedInputStream kept = new BufferedInputStream(body);
        kept.mark(LONGEST_REFUSAL);
        try {
            Manifest manifest = Manifest.parse(kept, reply::resolve).expiring(reply.expires());
            return new Status.Finished(manifest, reply.words("Expires"));
        } catch (NotAManifest other) {
            return new Status.Refused(reply.refusal(readAgain(kept)), Optional.of(other));
        }
    }

    /** Reads a short body again; the text of a longer one is empty. */
    private static String readAgain(BufferedInputStream marked) {
        try {
            marked.reset();
            byte[] words = marked.readNBytes(LONGEST_REFUSAL + 1);
            return words.length > LONGEST_REFUSAL ? "" : new String(words, StandardCharsets.UTF_8);
        } catch (IOException tooLong) {
            return "";
        }
    }
}
