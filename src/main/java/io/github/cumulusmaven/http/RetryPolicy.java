package io.github.cumulusmaven.http;

import java.time.Duration;

/**
 * How often and how patiently a failed request is repeated.
 *
 * @param attempts in all, the first included; at least 1
 * @param first the shortest wait; they grow from there
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

    /**
     * The wait after one more failure, a server's wish not counted: somewhere between the first wait and three times the
     * one before, so that clients who failed together do not come back together ("decorrelated jitter").
     *
     * @param before the wait before; the first one at the beginning
     * @param random from 0 to 1
     */
    Duration waitAfter(Duration before, double random) {
        Duration spread = before.multipliedBy(3).minus(first);
        Duration wait = spread.isNegative() ? first : first.plusMillis((long) (spread.toMillis() * random));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
