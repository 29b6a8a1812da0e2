package io.github.cumulusmaven.http;

import java.time.Duration;
import java.util.Optional;

/**
 * A point of the JVM's own time ({@link System#nanoTime}) at which all waiting ends.
 *
 * @param nanos of {@link System#nanoTime}
 * @param ofRun whether the time of the whole run ends then, so that trying again is of no use
 */
record Deadline(long nanos, boolean ofRun) {
    /** Longer than a JVM lives, and far from the overflow of {@link System#nanoTime}. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    static Deadline never() {
        return after(NEVER, false);
    }

    static Deadline after(Duration wait, boolean ofRun) {
        Duration bounded = wait.compareTo(NEVER) < 0 ? wait : NEVER;
        return new Deadline(System.nanoTime() + bounded.toNanos(), ofRun);
    }

    /** Returns the earlier one of this deadline and another. */
    Deadline or(Deadline other) {
        return nanos - other.nanos <= 0 ? this : other;
    }

    Deadline orAfter(Duration wait) {
        return or(after(wait, false));
    }

    Deadline orAfter(Optional<Duration> wait) {
        return wait.isPresent() ? orAfter(wait.get()) : this;
    }

    boolean isOver(long now) {
        return now - nanos > 0;
    }

    Duration left() {
        return Duration.ofNanos(nanos - System.nanoTime());
    }

    /** Returns {@code TIME_IS_UP} once the run's own deadline is over, else the given kind of failure. */
    HttpFailure.Kind kind(HttpFailure.Kind otherwise) {
        return ofRun && isOver(System.nanoTime()) ? HttpFailure.Kind.TIME_IS_UP : otherwise;
    }
}
