package io.github.cumulusmaven.http;

import java.time.Duration;

/**
 * How often and how patiently a failed request is repeated.
 *
 * @param attempts in all, the first included; at least 1
 * @param first the wait after the first failure; it doubles from then on
 * @param longest the longest wait, also where the server asks for more
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    /** One attempt. */
    public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts);
        }
    }

    /** The wait before the attempt that follows this many failures, a server's wish not counted. */
    Duration waitAfter(int failures) {
        Duration grown = first.multipliedBy(1L << Math.min(failures - 1, 20));
        return grown.compareTo(longest) < 0 ? grown : longest;
    }
}
