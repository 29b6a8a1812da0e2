package io.github.cumulusmaven.http;

import java.time.Duration;

/**
 * Limits how many requests a server gets at a time: at first as many as are allowed, half as many whenever the server
 * says that it is too busy (429, 503), and one more after each round of successes. A thread waits for its turn as long
 * as it takes.
 */
public final class AdaptiveLimit {
    private final int most;
    private int limit;
    private int busy;
    private int successes;
    private long halvings;

    /** Allows this many requests at first, and at the most. */
    public AdaptiveLimit(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("limit: " + most);
        }
        this.most = most;
        this.limit = most;
    }

    /** Waits for a turn, which the caller closes. */
    public Turn take() throws InterruptedException {
        Turn turn = new Turn();
        turn.begin();
        return turn;
    }

    /** Returns how many requests may run at present. */
    public synchronized int limit() {
        return limit;
    }

    private synchronized long enter() throws InterruptedException {
        while (busy >= limit) {
            wait();
        }
        busy++;
        return halvings;
    }

    private synchronized void leave() {
        busy--;
        notifyAll();
    }

    /** Halves the limit once for requests that are refused together, not once for each. */
    private synchronized void refused(long begun) {
        successes = 0;
        if (begun == halvings) {
            limit = Math.max(1, limit / 2);
            halvings++;
        }
    }

    private synchronized void succeeded() {
        successes++;
        if (successes >= limit && limit < most) {
            successes = 0;
            limit++;
            notifyAll();
        }
    }

    /** A thread's right to send requests one after the other. */
    public final class Turn implements AutoCloseable {
        private long begun;
        private boolean taken;

        private void begin() throws InterruptedException {
            begun = enter();
            taken = true;
        }

        /** Notes that the server said that it is too busy: 429 or 503. */
        public void refused() {
            AdaptiveLimit.this.refused(begun);
        }

        /** Notes that the server answered the request. */
        public void succeeded() {
            AdaptiveLimit.this.succeeded();
        }

        /** Gives the turn to other threads while this thread waits, and then waits for another turn. */
        public void sleep(Duration duration, Sleeper sleeper) throws InterruptedException {
            close();
            sleeper.sleep(duration);
            begin();
        }

        @Override
        public void close() {
            if (taken) {
                taken = false;
                leave();
            }
        }
    }
}
