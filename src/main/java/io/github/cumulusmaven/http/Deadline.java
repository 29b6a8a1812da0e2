package io.github.cumulusmaven.http;

import java.time.Duration;
import java.util.Optional;

/**
 * A point of the JVM's own time after which nothing is waited for any more.
 *
 * @param nanos of {@link System#nanoTime}
 * @param ofRun whether the time of the whole run is over then, so that trying again is of no use
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

    /** The earlier one of this and another. */
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

    /** What a failure is that came about at a time: the run's end, or what it would be else. */
    HttpFailure.Kind kind(HttpFailure.Kind otherwise) {
        return ofRun && isOver(System.nanoTime()) ? HttpFailure.Kind.TIME_IS_UP : otherwise;
    }
}
