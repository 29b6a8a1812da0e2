package io.github.cumulusmaven.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Signals that the server answered with an error. The message has the server's words where they are about our request
 * (4xx); what a server says of its own faults (5xx) may be about anybody, and is for the export's log only.
 */
public final class HttpRefusal extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final int MOST_SHOWN = 300;
    private static final int MOST_LOGGED = 4000;

    private final int status;
    private final String url;
    private final transient Said said;
    private final transient HttpHeaders headers;
    private final transient Optional<Duration> retryAfter;
    private final boolean tokenSent;
    private final boolean tokenWithheld;

    /**
     * Makes a failure of an answer.
     *
     * @param text the answer's body, which must be about the request, never a resource of an export; may be empty
     * @param withheldFor the server that the credential is for, where the request went without it for not being that
     *     one
     * @param tokenSent whether the request had a credential
     * @param secrets that the text may quote
     */
    public HttpRefusal(
            String method,
            URI url,
            int status,
            HttpHeaders headers,
            String text,
            Optional<Duration> retryAfter,
            Optional<Origin> withheldFor,
            boolean tokenSent,
            Secrets secrets) {
        this(
                method + " " + RedactedUrl.of(url) + ": HTTP " + status,
                RedactedUrl.of(url),
                status,
                headers,
                Said.of(status, headers, text, secrets),
                retryAfter,
                withheldFor.map(home -> "; the token was withheld from "
                        + Origin.of(url).hostAndPort() + ", because it is not " + home.hostAndPort()),
                tokenSent);
    }

    private HttpRefusal(
            String request,
            String url,
            int status,
            HttpHeaders headers,
            Said said,
            Optional<Duration> retryAfter,
            Optional<String> withheld,
            boolean tokenSent) {
        super(request + said.detail().map(detail -> " (" + detail + ")").orElse("") + withheld.orElse(""));
        this.url = url;
        this.status = status;
        this.headers = headers;
        this.said = said;
        this.retryAfter = retryAfter;
        this.tokenSent = tokenSent;
        this.tokenWithheld = withheld.isPresent();
    }

    /**
     * The server's words in an answer.
     *
     * @param outcome the answer in FHIR's own form, JSON or XML
     * @param words for a log
     * @param detail for the console
     * @param supportId the id by which the server's administrators find the request
     */
    private record Said(
            Optional<OperationOutcome> outcome, String words, Optional<String> detail, Optional<String> supportId) {
        static Said of(int status, HttpHeaders headers, String text, Secrets secrets) {
            Optional<ObjectNode> json = FhirJson.parseAnswer(text);
            Optional<OperationOutcome> outcome =
                    json.flatMap(OperationOutcome::of).or(() -> OperationOutcome.ofXml(text));
            // A page for people is mostly markup, and a success is a resource or worse.
            String readable = status < 400 || ErrorWords.isMarkup(text) ? "" : text;
            String logged = outcome.map(OperationOutcome::words).orElse(readable);
            String shown = outcome.isPresent() || readable.isEmpty()
                    ? logged
                    : json.flatMap(ErrorWords::ofJson).orElse(readable);
            Optional<String> supportId = SupportId.of(headers, secrets);
            Stream<String> ofRequest =
                    isOfRequest(status) ? Stream.of(secrets.words(shown, MOST_SHOWN)) : Stream.empty();
            String detail = Stream.concat(ofRequest, supportId.stream())
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining("; "));
            return new Said(
                    outcome,
                    secrets.words(logged, MOST_LOGGED),
                    Optional.of(detail).filter(some -> !some.isEmpty()),
                    supportId);
        }
    }

    private static boolean isOfRequest(int status) {
        return status / 100 == 4;
    }

    public int status() {
        return status;
    }

    /** Returns the URL without its secrets. */
    public String url() {
        return url;
    }

    /** Tells whether the request had a credential, which did not suffice. */
    public boolean isTokenSent() {
        return tokenSent;
    }

    /** Tells whether the request went without the token because it went to another server than the token's. */
    public boolean isTokenWithheld() {
        return tokenWithheld;
    }

    /** Returns the answer's headers unchanged; the log chooses which of them it writes. */
    public HttpHeaders headers() {
        return headers;
    }

    /** Returns the server's OperationOutcome unchanged: to be judged, not to be shown. */
    public Optional<OperationOutcome> outcome() {
        return said.outcome();
    }

    /** Returns what the message has in its parentheses. */
    public Optional<String> detail() {
        return said.detail();
    }

    /** Returns the header's name and the id by which the server's administrators find the request. */
    public Optional<String> supportId() {
        return said.supportId();
    }

    /**
     * Returns the server's words, redacted; those of a 5xx are only for a file that its owner alone reads. May be
     * empty.
     */
    public String words() {
        return said.words();
    }

    /** Returns the message, with the server's words also where they are not for the console. */
    public String forLog() {
        return getMessage() + (isWithheld() ? ": " + words() : "");
    }

    /** Tells whether the message leaves the server's words out. */
    public boolean isWithheld() {
        return !isOfRequest(status) && !words().isEmpty();
    }

    @Override
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Tells whether the server does not have the requested resource, or not any more. */
    public boolean isGone() {
        return isGone(status);
    }

    static boolean isGone(int status) {
        return status == 404 || status == 410;
    }

    @Override
    public boolean isPassing() {
        return PASSING.contains(status);
    }
}
