package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Until when this run may work, and until when any run of the export may. A wait that would go beyond is cut short there.
 *
 * @param stop the end of this run
 * @param giveUp the end of the export
 * @param sleeper waits
 * @param clock tells the time
 */
record TimeLimits(Instant stop, Instant giveUp, Sleeper sleeper, InstantSource clock) implements Sleeper {

    /** The time is up; what is under way stops as if it were interrupted. */
    static final class TimeIsUp extends InterruptedException {
        private static final long serialVersionUID = 1L;
    }

    /** How long work may go on, in whole milliseconds: a wait that is as long does not end too early. */
    Duration left() {
        Duration left = Duration.between(clock.instant(), stop.isBefore(giveUp) ? stop : giveUp);
        return left.isNegative()
                ? Duration.ZERO
                : Duration.ofMillis(left.plusNanos(999_999).toMillis());
    }

    /** Whether it is the whole export that has taken too long. */
    boolean hasGivenUp() {
        return !clock.instant().isBefore(giveUp);
    }

    /** Stops here where no time is left. */
    void check() throws TimeIsUp {
        if (left().isZero()) {
            throw new TimeIsUp();
        }
    }

    @Override
    public void sleep(Duration wait) throws InterruptedException {
        Duration left = left();
        sleeper.sleep(wait.compareTo(left) < 0 ? wait : left);
        check();
    }
}
