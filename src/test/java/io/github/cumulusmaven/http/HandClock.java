package io.github.cumulusmaven.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A clock that stands still until somebody sleeps: days pass in no time. */
public final class HandClock implements InstantSource, Sleeper {
    private final List<Duration> sleeps = new ArrayList<>();
    private Instant now;

    public HandClock(String now) {
        this.now = Instant.parse(now);
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        sleeps.add(duration);
        now = now.plus(duration);
    }

    /** All waits so far. */
    public synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }
}
