package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.http.AdaptiveLimit;
import io.github.cumulusmaven.http.AdaptiveLimit.Turn;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.TrustedOrigins;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/**
 * Fetches single resources and notes from one FHIR server, as many at a time as the server bears, with repetitions. For
 * many threads.
 */
public final class Fetcher {
    private static final RetryPolicy POLICY = new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofMinutes(1));
    private static final Set<Integer> BUSY = Set.of(429, 503);

    /**
     * Matches a path segment {@code ..}, however it is written: percent-encoded once or several times, between encoded
     * slashes or backslashes, or with a parameter ({@code ..;x}), which some servers cut off.
     */
    private static final Pattern CLIMBS =
            Pattern.compile("(?i)(^|/|\\\\|%(25)*(2f|5c))(\\.|%(25)*2e){2}($|[/\\\\;?#\\s]|%(25)*(2f|5c|3b))");

    /** How many failures in a row, without a success between them, end all requests. */
    private static final int MOST_FAILURES_IN_A_ROW = 25;

    private final URI base;
    private final Origin origin;
    private final HttpGateway gateway;
    private final Authorizer authorizer;
    private final Retries retries;
    private final AdaptiveLimit limit;
    private final int parallel;
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private volatile String lastFailure = "";
    private volatile boolean anythingCame;

    /**
     * Fetches from one server.
     *
     * @param fhirBase without a slash at its end
     * @param gateway the gateway; it must allow the base, where that is at a local address
     * @param credentials the credentials for the base's origin; no other origin gets to see them
     * @param parallel how many requests run at a time, at the most
     */
    public Fetcher(
            URI fhirBase,
            HttpGateway gateway,
            Authorizer credentials,
            Sleeper sleeper,
            Retries.Listener listener,
            int parallel) {
        this.base = URI.create(fhirBase + "/");
        this.origin = Origin.of(base);
        this.gateway = gateway;
        this.authorizer = TrustedOrigins.of(credentials, fhirBase);
        this.retries = new Retries(POLICY, sleeper, listener);
        this.limit = new AdaptiveLimit(parallel);
        this.parallel = parallel;
    }

    /**
     * The body of a server's answer.
     *
     * @param bytes uncompressed
     * @param contentType as the server wrote it
     */
    @SuppressWarnings("ArrayRecordComponent") // two of them are never compared
    record Body(byte[] bytes, Optional<String> contentType) {}

    /** Returns the server's FHIR base, and the server's own names for it. */
    List<String> bases() {
        return gateway.basesOf(base);
    }

    int parallel() {
        return parallel;
    }

    /**
     * Returns a key that is the same for all references to one URL, relative or absolute, however the host is written.
     */
    String key(String reference) {
        try {
            URI url = resolve(reference);
            return origin + url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        } catch (NotFetched leadsNowhere) {
            return reference;
        }
    }

    /** Resolves a reference against the FHIR base; refuses one that leads to another server (FL-14). */
    URI resolve(String reference) throws NotFetched {
        if (mayClimb(reference) && CLIMBS.matcher(reference.strip()).find()) {
            throw new NotFetched(Problem.NO_LINK, "not the URL of anything below the FHIR base");
        }
        URI url = gateway.resolve(base, reference)
                .orElseThrow(() -> new NotFetched(Problem.NO_LINK, "not the URL of anything"));
        if (!Origin.of(url).equals(origin)) {
            throw new NotFetched(Problem.ELSEWHERE, "on another server");
        }
        return url;
    }

    /** Tells whether a reference has the dots or a percent sign, without which it cannot climb; far faster than to search it. */
    private static boolean mayClimb(String reference) {
        return reference.contains("..") || reference.indexOf('%') >= 0;
    }

    /** Returns the last failure once so many came in a row that no more is fetched; empty before. */
    Optional<String> gaveUp() {
        return failuresInARow.get() >= MOST_FAILURES_IN_A_ROW ? Optional.of(lastFailure) : Optional.empty();
    }

    /**
     * Fetches one resource or note.
     *
     * @param what the kind of thing, without its id, for messages
     * @param most the largest body, in bytes
     * @throws NotFetched when it cannot be fetched
     */
    Body fetch(String what, URI url, String accept, long most) throws NotFetched, InterruptedException {
        if (gaveUp().isPresent()) {
            throw new NotFetched(Problem.OUT_OF_REACH, "not asked for any more");
        }
        try (Turn turn = limit.take()) {
            Body body = retries.waiting(duration -> turn.sleep(duration, retries.sleeper()))
                    .run(what, () -> ask(url, accept, most, turn));
            turn.succeeded();
            anythingCame = true;
            failuresInARow.set(0);
            return body;
        } catch (NotFetched failure) {
            note(failure);
            throw failure;
        } catch (IOException authorization) {
            NotFetched failure = new NotFetched(Problem.OUT_OF_REACH, String.valueOf(authorization.getMessage()));
            note(failure);
            throw failure;
        }
    }

    /**
     * Counts the failures in a row that speak of the server as a whole. One that is missing or too large says nothing
     * about the next; nor does a refusal, once anything came: some notes are more confidential than others.
     */
    private void note(NotFetched failure) {
        boolean general =
                failure.problem() == Problem.OUT_OF_REACH || (failure.problem() == Problem.REFUSED && !anythingCame);
        if (general) {
            lastFailure = String.valueOf(failure.getMessage());
            failuresInARow.incrementAndGet();
        } else {
            failuresInARow.set(0);
        }
    }

    private Body ask(URI url, String accept, long most, Turn turn) throws IOException, InterruptedException {
        HttpCall call = new HttpCall("GET", url, Map.of("Accept", accept, "Accept-Encoding", "gzip"), "");
        try (HttpReply reply = gateway.send(call, authorizer)) {
            if (reply.status() == 200) {
                return new Body(read(reply, most), reply.header("Content-Type"));
            }
            HttpRefusal refusal = reply.refusal();
            if (BUSY.contains(refusal.status())) {
                turn.refused();
            }
            throw NotFetched.of(refusal);
        } catch (HttpFailure failure) {
            throw NotFetched.of(failure);
        }
    }

    /** Reads a body. Bodies are small and need no buffers: few are compressed, and most come in one piece. */
    private static byte[] read(HttpReply reply, long most) throws IOException {
        // a stream reads into 8 KB where nobody tells it how little there is
        long length = reply.headers().firstValueAsLong("Content-Length").orElse(most);
        byte[] sent = limited(reply.body(), Math.min(most, length));
        if (!GzipBody.isGzip(sent)) {
            return sent;
        }
        try (InputStream plain = GzipBody.decode(new ByteArrayInputStream(sent))) {
            return limited(plain, most);
        } catch (ZipException | EOFException cut) {
            throw NotFetched.of(new HttpFailure(HttpFailure.Kind.BROKEN, "GET", reply.url(), cut));
        }
    }

    private static byte[] limited(InputStream body, long most) throws IOException {
        byte[] bytes = body.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, most + 1));
        if (bytes.length > most) {
            throw new NotFetched(Problem.TOO_LARGE, "larger than " + most + " bytes");
        }
        return bytes;
    }
}
