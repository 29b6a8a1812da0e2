package io.github.cumulusmaven.http;

import java.time.Duration;

/** Waiting, as a thing that can be handed in: tests do not wait. */
@FunctionalInterface
public interface Sleeper {
    /** Waits for real, up to the next millisecond: nobody is to wake before the time. */
    Sleeper REAL = duration -> Thread.sleep(duration.plusNanos(999_999).toMillis());

    /** Returns when the time is over; throws when the thread is interrupted meanwhile. */
    void sleep(Duration duration) throws InterruptedException;
}
