package io.github.cumulusmaven.progress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Ticks when a test says so. */
final class HandTicker implements Ticker {
    private final List<Duration> intervals = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private boolean stopped;

    @Override
    public Ticking start(Duration interval, Runnable task) {
        intervals.add(interval);
        tasks.add(task);
        return () -> stopped = true;
    }

    /** Also after the end, as a real task may still be running then. */
    void tick() {
        tasks.forEach(Runnable::run);
    }

    List<Duration> intervals() {
        return intervals;
    }

    boolean isStopped() {
        return stopped;
    }
}
