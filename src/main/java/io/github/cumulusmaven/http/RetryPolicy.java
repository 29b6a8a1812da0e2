package io.github.cumulusmaven.http;

import java.time.Duration;

/**
 * The number of attempts at a failing request, and the waits between them.
 *
 * @param attempts number of all attempts, the first included; at least 1
 * @param first the shortest wait; later ones are longer
 * @param longest the longest wait, also where the server asks for more
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    /** Allows one attempt only. */
    public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts);
        }
    }

    /**
     * Returns the wait after one more failure, without the server's own wish: somewhere between the first wait and
     * three times the previous one, so that clients who failed together do not come back together ("decorrelated
     * jitter").
     *
     * @param before the previous wait; the first wait at the beginning
     * @param random from 0 to 1
     */
    Duration waitAfter(Duration before, double random) {
        Duration spread = before.multipliedBy(3).minus(first);
        Duration wait = spread.isNegative() ? first : first.plusMillis((long) (spread.toMillis() * random));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
