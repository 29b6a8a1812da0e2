package io.github.cumulusmaven.http;

import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.redact.Secrets;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.ZipException;

/** An answer whose body is still on the wire; its reader closes it. */
public final class HttpReply implements Closeable {
    /**
     * How many times the limit for an answer a manifest's body may take: it may list a million files, over a slow line.
     */
    private static final int WAITS_FOR_MANIFEST = 12;

    /** The longest text that is read, in bytes: far more than a token or a CapabilityStatement needs. */
    private static final int LARGEST_TEXT = 8 * 1024 * 1024;

    /** The longest text of an error that is read, in bytes. */
    private static final int LARGEST_ERROR = 1024 * 1024;

    private static final int LONGEST_HEADER = 300;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String method;
    private final URI url;
    private final int status;
    private final HttpHeaders headers;
    private final BodyWatch.WatchedBody body;
    private final Duration wait;
    private final Instant received;
    private final Optional<Origin> withheldFor;
    private final boolean tokenSent;
    private final UrlRewrites rewrites;
    private final Secrets secrets;

    HttpReply(
            String method,
            URI url,
            int status,
            HttpHeaders headers,
            BodyWatch.WatchedBody body,
            Duration wait,
            Instant received,
            Optional<Origin> withheldFor,
            boolean tokenSent,
            UrlRewrites rewrites,
            Secrets secrets) {
        this.method = method;
        this.url = url;
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.wait = wait;
        this.received = received;
        this.withheldFor = withheldFor;
        this.tokenSent = tokenSent;
        this.rewrites = rewrites;
        this.secrets = secrets;
    }

    /** Returns the URL that answered, after redirects. */
    public URI url() {
        return url;
    }

    /** Resolves a URL that the answer names, by the rules of {@link NamedUrl}. */
    public Optional<URI> resolve(String named) {
        return NamedUrl.resolve(url, named, rewrites);
    }

    public int status() {
        return status;
    }

    /** Tells whether the server does not have the requested resource, or not any more. */
    public boolean isGone() {
        return HttpRefusal.isGone(status);
    }

    public HttpHeaders headers() {
        return headers;
    }

    /** Returns the first header of this name, in any case. */
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Returns a header's value, fit to be shown; empty where there is none. */
    public String words(String name) {
        return secrets.words(header(name).orElse(""), LONGEST_HEADER);
    }

    /** Returns the wait that the server asks for ({@code Retry-After}). */
    public Optional<Duration> retryAfter() {
        return header("Retry-After").flatMap(value -> RetryAfter.parse(value, received));
    }

    /**
     * Returns when the answered resource expires ({@code Expires}). Ignores a time that has passed: it only tells
     * caches to keep nothing.
     */
    public Optional<Instant> expires() {
        return header("Expires").flatMap(HttpDate::parse).filter(received::isBefore);
    }

    /**
     * Returns the body's stream, still encoded. Reads end with {@link HttpFailure} when the connection breaks or
     * stalls.
     */
    public InputStream body() {
        return body;
    }

    /** Reads the decoded body as text, within the limit for an answer, and cuts off an absurd excess. Not for files. */
    public String text() throws IOException {
        return text(LARGEST_TEXT);
    }

    /**
     * Reads a decoded body while it arrives.
     *
     * @param <T> the result
     * @param <E> thrown where the body is not what was expected
     */
    @FunctionalInterface
    public interface Reading<T, E extends Exception> {
        T from(InputStream decoded) throws IOException, E;
    }

    /** Reads the body of a manifest, which may list very many files, without holding its text. */
    public <T, E extends Exception> T manifest(Reading<T, E> reading) throws IOException, E {
        return decoded(wait.multipliedBy(WAITS_FOR_MANIFEST), reading);
    }

    /** Reads the decoded body of an error as text, or the beginning of an absurdly long one. */
    public String errorText() throws IOException {
        return text(LARGEST_ERROR);
    }

    private String text(int most) throws IOException {
        String text = decoded(wait, in -> new String(in.readNBytes(most), StandardCharsets.UTF_8));
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }

    private <T, E extends Exception> T decoded(Duration total, Reading<T, E> reading) throws IOException, E {
        body.endWithin(total);
        try (InputStream decoded = GzipBody.decode(body)) {
            return reading.from(decoded);
        } catch (ZipException | EOFException cut) {
            throw new HttpFailure(HttpFailure.Kind.BROKEN, method, url, cut);
        }
    }

    /** Reads the body and makes a failure of this answer, with what the server says in an OperationOutcome. */
    public HttpRefusal refusal() throws IOException {
        return refusal(errorText());
    }

    /** Makes a failure of this answer, whose body was read already. */
    public HttpRefusal refusal(String text) {
        return new HttpRefusal(
                method,
                url,
                status,
                headers,
                text,
                retryAfter(),
                withheldFor.filter(home -> status == 401),
                tokenSent,
                secrets);
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
