package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.Scrubber;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.canary.Canary;
import io.github.cumulusmaven.etl.canary.RowCheck;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;

/** Threads that scrub pieces side by side and give them back in the order they were handed in. */
final class Workers implements Closeable {
    /** Beyond this, a piece has the memory for itself. */
    private static final int LARGE = 8 * 1024 * 1024;

    private final int limit;
    private final ExecutorService threads;
    private final BlockingQueue<Worker> idle = new LinkedBlockingQueue<>();
    private final Deque<Future<Piece>> pending = new ArrayDeque<>();

    /** What one thread at a time works with. */
    private record Worker(Scrubber scrubber, Optional<RowCheck> check) {}

    Workers(int count, Deidentification deidentification, Canary canary) {
        this.limit = count + 2;
        this.threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "cumulus-etl");
            thread.setDaemon(true);
            return thread;
        });
        for (int index = 0; index < count; index++) {
            idle.add(new Worker(deidentification.scrubber(), canary.rowCheck()));
        }
    }

    /** Takes pieces that are done. */
    @FunctionalInterface
    interface Sink {
        void accept(Piece piece) throws IOException, CodebookFailure;
    }

    /** Hands in a piece, and gives out those that are done; waits while there are too many. */
    void submit(Piece piece, Sink sink) throws IOException, CodebookFailure, InterruptedException {
        boolean large = piece.length() > LARGE;
        drain(large ? 0 : limit - 1, sink);
        pending.add(threads.submit(() -> scrub(piece)));
        drain(large ? 0 : limit, sink);
    }

    private Piece scrub(Piece piece) throws IOException, InterruptedException {
        Worker worker = idle.take();
        try {
            piece.scrub(worker.scrubber());
            if (worker.check().isPresent()) {
                piece.check(worker.check().get());
            }
            return piece;
        } finally {
            idle.add(worker);
        }
    }

    /** Gives out all that was handed in. */
    void drain(Sink sink) throws IOException, CodebookFailure, InterruptedException {
        drain(0, sink);
    }

    private void drain(int atMost, Sink sink) throws IOException, CodebookFailure, InterruptedException {
        while (pending.size() > atMost
                || (!pending.isEmpty() && pending.getFirst().isDone())) {
            sink.accept(result(pending.removeFirst()));
        }
    }

    private static Piece result(Future<Piece> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException disk) {
                throw disk;
            }
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
