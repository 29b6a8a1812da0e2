package io.github.cumulusmaven.table;

import io.github.cumulusmaven.files.Daemons;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Brings whole files onto the disk in a thread of its own: a table goes on meanwhile, and only its publication has to wait.
 * For one thread that writes.
 */
final class Forces implements Closeable {
    /** Files that wait for the disk at a time; with more, the disk is behind, and the tables wait for it. */
    private static final int MOST_WAITING = 4;

    /** How long a force that is under way is waited for by who gives up, in seconds. */
    private static final int LONGEST_END = 10;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Daemons.named("cumulus-force"));

    private record Waiting(FileChannel file, Future<?> forced) {}

    /** Forces a file that is written, and closes it; earlier files' failures are thrown here, too. */
    void close(FileChannel file) throws IOException {
        await(MOST_WAITING - 1);
        waiting.add(new Waiting(file, thread.submit(() -> {
            try (file) {
                file.force(true);
            }
            return null;
        })));
    }

    /** Returns when all files are on the disk. */
    void await() throws IOException {
        await(0);
    }

    private void await(int atMost) throws IOException {
        while (waiting.size() > atMost) {
            try {
                waiting.getFirst().forced().get();
                waiting.removeFirst();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof IOException disk ? disk : new IOException(failed.getCause());
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
    }

    /** Gives up what still waits, and closes it: its files are nobody's any more. */
    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        try {
            thread.awaitTermination(LONGEST_END, TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        for (Waiting given : waiting) {
            given.file().close();
        }
    }
}
