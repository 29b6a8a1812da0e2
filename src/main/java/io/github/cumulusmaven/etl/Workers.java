package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.Scrubber;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.canary.Canary;
import io.github.cumulusmaven.etl.canary.RowCheck;
import io.github.cumulusmaven.files.Daemons;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Scrubs pieces side by side: one thread reads them, some scrub, and whoever called takes them in the order in which they
 * were read. Neither waits for the other as long as a few pieces are under way: each waits for its disk now and then.
 */
final class Workers implements Closeable {
    /** Beyond this, a piece has the memory for itself. */
    private static final int LARGE = 8 * 1024 * 1024;

    /** Up to this, a piece is one of the usual size, or nearly. */
    private static final int USUAL = 512 * 1024;

    /** Usual pieces under way, beside those being scrubbed: 4 MB of lines, or the disk's silence of some 20 ms. */
    private static final int WAITING = 14;

    /** Longer pieces under way, beside those being scrubbed. */
    private static final int LONG_WAITING = 2;

    private final int limit;
    private final int placesOfLong;
    private final ExecutorService threads;
    private final BlockingQueue<Worker> idle = new LinkedBlockingQueue<>();

    /** What one thread at a time works with. */
    private record Worker(Scrubber scrubber, Optional<RowCheck> check) {}

    Workers(int count, Deidentification deidentification, Canary canary) {
        this.limit = count + WAITING;
        this.placesOfLong = limit / (count + LONG_WAITING);
        this.threads = Executors.newFixedThreadPool(count, Daemons.named("cumulus-etl"));
        for (int index = 0; index < count; index++) {
            idle.add(new Worker(deidentification.scrubber(), canary.rowCheck()));
        }
    }

    /** Gives pieces, in a thread of its own, until there are no more. */
    @FunctionalInterface
    interface Source {
        Optional<Piece> next() throws IOException;
    }

    /** Takes pieces that are done. */
    @FunctionalInterface
    interface Sink {
        void accept(Piece piece) throws IOException, CodebookFailure;
    }

    /** Has all pieces of a source scrubbed and taken; when it returns or throws, nothing is read any more. */
    void run(Source source, Sink sink) throws IOException, CodebookFailure, InterruptedException {
        Reading reading = new Reading(source);
        Thread reader = Daemons.named("cumulus-read").newThread(reading);
        reader.start();
        try {
            boolean more = true;
            while (more) {
                more = reading.acceptNext(sink);
            }
        } finally {
            reader.interrupt();
            awaitEnd(reader);
        }
        reading.requireWhole();
    }

    /** Also where this thread is to stop: what the other one reads is about to be closed. */
    private static void awaitEnd(Thread reader) {
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException stopping) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is between the thread that reads and the one that takes. */
    private final class Reading implements Runnable {
        private final Source source;
        private final Semaphore room = new Semaphore(limit);
        /** Has a place for all that there is room for, and one for the end: to say that needs no memory, should there be none. */
        private final BlockingQueue<Optional<Future<Piece>>> pending = new ArrayBlockingQueue<>(limit + 1);

        private @Nullable Throwable failure;

        Reading(Source source) {
            this.source = source;
        }

        @Override
        public void run() {
            try {
                boolean more = true;
                while (more) {
                    room.acquire();
                    more = submitNext();
                }
            } catch (IOException | InterruptedException | RuntimeException | Error broken) {
                failure = broken;
            } finally {
                pending.add(Optional.empty());
            }
        }

        /** A method of its own, so that a huge piece is not held any more while the next one is read. */
        private boolean submitNext() throws IOException, InterruptedException {
            Optional<Piece> piece = source.next();
            if (piece.isPresent()) {
                room.acquire(places(piece.get()) - 1);
                pending.add(Optional.of(threads.submit(() -> scrub(piece.get()))));
            }
            return piece.isPresent();
        }

        private boolean acceptNext(Sink sink) throws IOException, CodebookFailure, InterruptedException {
            Optional<Future<Piece>> next = pending.take();
            if (next.isPresent()) {
                Piece piece = result(next.get());
                int places = places(piece);
                sink.accept(piece);
                room.release(places);
            }
            return next.isPresent();
        }

        private int places(Piece piece) {
            if (piece.length() <= USUAL) {
                return 1;
            }
            return piece.length() > LARGE ? limit : placesOfLong;
        }

        void requireWhole() throws IOException, InterruptedException {
            if (failure != null) {
                rethrow(failure);
            }
        }
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

    private static Piece result(Future<Piece> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            rethrow(failed.getCause());
            throw new IllegalStateException(failed);
        }
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException, InterruptedException {
        if (failure instanceof InterruptedException stopping) {
            throw stopping;
        }
        if (failure instanceof IOException disk) {
            throw disk;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(failure);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
