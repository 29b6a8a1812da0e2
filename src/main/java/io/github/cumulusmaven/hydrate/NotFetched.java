package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Signals that a resource or note could not be fetched. The message names no URL, as that holds the id of a patient's
 * resource, and quotes no server, as that may name the URL.
 */
final class NotFetched extends IOException implements Retries.Passing {
    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final boolean passing;
    private final String detail;
    private final transient Optional<Duration> retryAfter;

    NotFetched(Problem problem, String words) {
        this(problem, words, words, false, Optional.empty());
    }

    private NotFetched(Problem problem, String words, String detail, boolean passing, Optional<Duration> retryAfter) {
        super(words);
        this.problem = problem;
        this.passing = passing;
        this.detail = detail;
        this.retryAfter = retryAfter;
    }

    static NotFetched of(HttpRefusal refusal) {
        int status = refusal.status();
        String words = "HTTP " + status;
        String detail = refusal.words().isEmpty() ? words : words + " (" + refusal.words() + ")";
        Problem problem = refusal.isGone()
                ? Problem.NOT_FOUND
                : status < 500 && !refusal.isPassing() ? Problem.REFUSED : Problem.OUT_OF_REACH;
        return new NotFetched(problem, words, detail, refusal.isPassing(), refusal.retryAfter());
    }

    static NotFetched of(HttpFailure failure) {
        String words = failure.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return new NotFetched(Problem.OUT_OF_REACH, words, words, failure.isPassing(), failure.retryAfter());
    }

    Problem problem() {
        return problem;
    }

    /** Returns the message with the server's words, for those who may see its resources. */
    String detail() {
        return detail;
    }

    @Override
    public boolean isPassing() {
        return passing;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
