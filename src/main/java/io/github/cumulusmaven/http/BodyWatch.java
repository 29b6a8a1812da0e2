package io.github.cumulusmaven.http;

import io.github.cumulusmaven.files.Daemons;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends bodies that stop coming. The JDK's client has no limit of its own for that: its request timeout is satisfied by
 * the headers (JDK-8208693). Only the time spent inside a read counts, so a slow disk does not look like a stalled
 * server.
 */
final class BodyWatch implements Closeable {
    private static final int LOOKS_PER_LIMIT = 10;

    private final Duration limit;
    private final Set<WatchedBody> bodies = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService executor;
    private final Future<?> looking;

    BodyWatch(Duration limit) {
        this.limit = limit;
        this.executor = Executors.newSingleThreadScheduledExecutor(Daemons.named("cumulus-body-watch"));
        long interval = Math.max(1, limit.toMillis() / LOOKS_PER_LIMIT);
        this.looking = executor.scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** Wraps a body so that reading it fails when the body stalls, or when it has not ended by the deadline. */
    WatchedBody watch(InputStream body, HttpCall call, Deadline deadline) {
        WatchedBody watched = new WatchedBody(body, call, deadline);
        bodies.add(watched);
        return watched;
    }

    private void look() {
        long now = System.nanoTime();
        bodies.forEach(body -> body.endIfStalled(now));
    }

    @Override
    public void close() {
        looking.cancel(true);
        executor.shutdownNow();
    }

    /** A body whose reads are timed. */
    final class WatchedBody extends FilterInputStream {
        private static final long NOT_READING = Long.MIN_VALUE;

        private final HttpCall call;
        private volatile Deadline deadline;
        private volatile long readingSince = NOT_READING;
        private volatile boolean stalled;
        private volatile boolean closed;

        private WatchedBody(InputStream body, HttpCall call, Deadline deadline) {
            super(body);
            this.call = call;
            this.deadline = deadline;
        }

        /** Sets a time limit for the rest of the body, for bodies that are known to be small. */
        void endWithin(Duration rest) {
            deadline = deadline.orAfter(rest);
        }

        void endIfStalled(long now) {
            long since = readingSince;
            boolean silent = since != NOT_READING && now - since > limit.toNanos();
            if (silent || deadline.isOver(now)) {
                stalled = true;
                try {
                    in.close();
                } catch (IOException | RuntimeException closing) {
                    // The reader is told by the flag; nobody waits for this exception, and the watch must go on.
                    bodies.remove(this);
                }
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            readingSince = System.nanoTime();
            try {
                int count = super.read(buffer, offset, length);
                // A body that was closed by another thread looks as if it had come to its end.
                if (stalled || closed) {
                    throw ended();
                }
                return count;
            } catch (HttpFailure known) {
                throw known;
            } catch (IOException lost) {
                throw stalled ? ended() : new HttpFailure(HttpFailure.Kind.BROKEN, call.method(), call.url(), lost);
            } finally {
                readingSince = NOT_READING;
            }
        }

        private HttpFailure ended() {
            HttpFailure.Kind kind = stalled ? deadline.kind(HttpFailure.Kind.STALLED) : HttpFailure.Kind.BROKEN;
            return new HttpFailure(kind, call.method(), call.url());
        }

        @Override
        public void close() throws IOException {
            closed = true;
            bodies.remove(this);
            super.close();
        }
    }
}
