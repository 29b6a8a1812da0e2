package io.github.cumulusmaven.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** An answer whose body is still on the wire; to be closed. */
public final class HttpReply implements Closeable {
    /** Far more than any manifest or error needs; a reply beyond it is not what it claims to be. */
    private static final int LARGEST_TEXT = 512 * 1024 * 1024;

    private final String method;
    private final URI url;
    private final int status;
    private final HttpHeaders headers;
    private final InputStream body;
    private final Instant received;

    HttpReply(String method, URI url, int status, HttpHeaders headers, InputStream body, Instant received) {
        this.method = method;
        this.url = url;
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.received = received;
    }

    /** The URL that answered, after redirects. */
    public URI url() {
        return url;
    }

    public int status() {
        return status;
    }

    public HttpHeaders headers() {
        return headers;
    }

    /** The first header of this name, in any case. */
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** The wait that the server asks for. */
    public Optional<Duration> retryAfter() {
        return header("Retry-After").flatMap(value -> RetryAfter.parse(value, received));
    }

    /** The body as it comes, still encoded. Reads end with {@link HttpFailure} when it breaks or stalls. */
    public InputStream body() {
        return body;
    }

    /** The whole body as text, decoded. For manifests, tokens and errors, not for files. */
    public String text() throws IOException {
        try (InputStream decoded = GzipBody.decode(body)) {
            return new String(decoded.readNBytes(LARGEST_TEXT), StandardCharsets.UTF_8);
        }
    }

    /** This answer as a failure, with what the server says in an OperationOutcome. Reads the body. */
    public HttpRefusal refusal() throws IOException {
        return refusal(text());
    }

    /** The same where the body was read already. */
    public HttpRefusal refusal(String text) {
        Optional<ObjectNode> object = FhirJson.parseObject(text);
        return new HttpRefusal(method, url, status, object.flatMap(OperationOutcome::of), retryAfter());
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
