package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.files.Daemons;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads for many small tasks, of which only a few wait at a time: the one thread that hands them in waits instead, until
 * there is room for several, as each of its wake-ups takes longer than to hand in a task.
 */
final class Crew implements AutoCloseable {
    private static final int TASKS_PER_THREAD = 3;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final ExecutorService threads;
    private final int size;
    private final int most;
    private int free;
    private int wanted;
    private int reserved;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Crew(int size) {
        this.threads = Executors.newFixedThreadPool(size, Daemons.named("cumulus-hydrate"));
        this.size = size;
        this.most = size * TASKS_PER_THREAD;
        this.free = most;
    }

    /** A thread's work; its failure ends all threads. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    /** Hands a task to a thread, as soon as one is free. Throws the failure of an earlier task. */
    void submit(Task task) throws IOException, InterruptedException {
        if (reserved == 0) {
            reserve(size);
        }
        rethrow();
        threads.execute(() -> run(task));
        reserved--;
    }

    private synchronized void reserve(int tasks) throws InterruptedException {
        wanted = tasks;
        while (free < tasks) {
            wait();
        }
        free -= tasks;
        reserved += tasks;
    }

    private synchronized void ended() {
        free++;
        if (free >= wanted) {
            notifyAll();
        }
    }

    private void run(Task task) {
        try {
            if (failure.get() == null) {
                task.run();
            }
        } catch (IOException | InterruptedException | RuntimeException | Error thrown) {
            failure.compareAndSet(null, thrown);
        } finally {
            ended();
        }
    }

    /** Waits until all is done. */
    void drain() throws IOException, InterruptedException {
        reserve(most - reserved);
        rethrow();
    }

    private void rethrow() throws IOException, InterruptedException {
        Throwable thrown = failure.get();
        if (thrown instanceof IOException disk) {
            throw disk;
        }
        if (thrown instanceof InterruptedException stopped) {
            throw stopped;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Waits for the threads to end, as whoever closes the crew owns what they write to. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                failure.compareAndSet(null, new IOException("a request does not end"));
            }
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
        }
    }
}
