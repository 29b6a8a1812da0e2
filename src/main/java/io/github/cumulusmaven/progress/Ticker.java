package io.github.cumulusmaven.progress;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs a task at regular intervals. Passed in, so that tests tick by hand. */
@FunctionalInterface
public interface Ticker {
    /** Ticks for real, each task in a daemon thread of its own. */
    Ticker REAL = Ticker::startThread;

    /** Runs the task once per interval, the first time after one interval, until the result is closed. */
    Ticking start(Duration interval, Runnable task);

    /** A repeated task, which its user ends. */
    interface Ticking extends AutoCloseable {
        /** Starts the task no more. It may still be running on return. */
        @Override
        void close();
    }

    private static Ticking startThread(Duration interval, Runnable task) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "cumulus-progress");
            thread.setDaemon(true);
            return thread;
        });
        // Nobody waits for the future: it has no result and ends with the executor.
        var unused =
                executor.scheduleWithFixedDelay(task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        return executor::shutdownNow;
    }
}
