package io.github.cumulusmaven.kill;

import java.time.Duration;
import java.util.Random;

/**
 * When a run is killed. A third of the moments lie anywhere in the time that an export takes; the others shortly after a
 * request, whatever the machine's speed, as the phases around them are short.
 *
 * @param requests that must have reached the server first
 * @param delay after those, or after the start where there are none
 */
record Moment(int requests, Duration delay) {
    private static final int SHORTLY_MILLIS = 90;

    /**
     * Draws one.
     *
     * @param whole how long an undisturbed export takes
     * @param ahead how many of the run's requests to choose from
     */
    static Moment draw(Random random, Duration whole, int ahead) {
        if (random.nextInt(3) == 0) {
            return new Moment(0, Duration.ofMillis(random.nextInt((int) whole.toMillis())));
        }
        return new Moment(1 + random.nextInt(ahead), Duration.ofMillis(shortly(random)));
    }

    /** Rather sooner than later: much happens within a few milliseconds of an answer. */
    private static int shortly(Random random) {
        double anywhere = random.nextDouble();
        return (int) (anywhere * anywhere * SHORTLY_MILLIS);
    }
}
