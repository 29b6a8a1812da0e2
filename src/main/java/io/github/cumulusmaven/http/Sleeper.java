package io.github.cumulusmaven.http;

import java.time.Duration;

/** Waits. Passed in, so that tests do not wait. */
@FunctionalInterface
public interface Sleeper {
    /** Waits for real, rounded up to the next millisecond, so that nobody wakes too early. */
    Sleeper REAL = duration -> Thread.sleep(duration.plusNanos(999_999).toMillis());

    /** Returns when the time is over; throws when the thread is interrupted meanwhile. */
    void sleep(Duration duration) throws InterruptedException;
}
