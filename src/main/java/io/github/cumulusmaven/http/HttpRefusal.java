package io.github.cumulusmaven.http;

import io.github.cumulusmaven.fhir.OperationOutcome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The server answered, and not with what was asked for. */
public final class HttpRefusal extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final int status;
    private final String url;
    private final transient Optional<OperationOutcome> outcome;
    private final transient Optional<Duration> retryAfter;
    private final boolean tokenWithheld;

    /** The outcome, if any, must be one about the request, never a resource of an export. */
    public HttpRefusal(
            String method, URI url, int status, Optional<OperationOutcome> outcome, Optional<Duration> retryAfter) {
        this(method, url, status, outcome, retryAfter, Optional.empty());
    }

    /**
     * The same for a request that may have gone without its credential.
     *
     * @param withheldFor the server that the credential is for, where the request went without it for not being that one
     */
    public HttpRefusal(
            String method,
            URI url,
            int status,
            Optional<OperationOutcome> outcome,
            Optional<Duration> retryAfter,
            Optional<Origin> withheldFor) {
        super(method + " " + SignedUrl.redact(url) + ": HTTP " + status
                + outcome.map(OperationOutcome::summary)
                        .filter(words -> !words.isEmpty())
                        .map(words -> " (" + words + ")")
                        .orElse("")
                + withheldFor
                        .map(home -> "; the token was withheld from "
                                + Origin.of(url).hostAndPort() + ", because it is not " + home.hostAndPort())
                        .orElse(""));
        this.status = status;
        this.url = SignedUrl.redact(url);
        this.outcome = outcome;
        this.retryAfter = retryAfter;
        this.tokenWithheld = withheldFor.isPresent();
    }

    public int status() {
        return status;
    }

    /** The URL, without anything secret in it. */
    public String url() {
        return url;
    }

    /** Whether the request went without the token because it went to another server than the token's. */
    public boolean isTokenWithheld() {
        return tokenWithheld;
    }

    /** What the server said about it in FHIR's own form. */
    public Optional<OperationOutcome> outcome() {
        return outcome;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    @Override
    public boolean isPassing() {
        return PASSING.contains(status);
    }
}
