package io.github.cumulusmaven.mojo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in order when the JVM is told to end (Ctrl-C, SIGTERM): says how it goes on, interrupts the thread at work,
 * and waits for it.
 */
final class OrderlyEnd {
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread atShutdown;

    private OrderlyEnd(Thread worker, Runnable tell) {
        this.atShutdown = new Thread(() -> end(worker, tell), "cumulus-end");
    }

    /** From now on until it is closed, for the thread that calls. */
    static OrderlyEnd begin(Runnable tell) {
        OrderlyEnd end = new OrderlyEnd(Thread.currentThread(), tell);
        Runtime.getRuntime().addShutdownHook(end.atShutdown);
        return end;
    }

    Thread atShutdown() {
        return atShutdown;
    }

    private void end(Thread worker, Runnable tell) {
        tell.run();
        worker.interrupt();
        try {
            if (!ended.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
                // What is on the disk is enough to go on with.
                return;
            }
        } catch (InterruptedException nobodyDoesThis) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work is done. */
    void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException endingAlready) {
            // It has done its work, or waits no longer.
            return;
        }
    }
}
