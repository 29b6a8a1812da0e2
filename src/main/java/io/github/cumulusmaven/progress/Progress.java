package io.github.cumulusmaven.progress;

import java.util.function.Supplier;

/** Tells the person who waits how far it is. May be called from any thread; closing twice is harmless. */
public interface Progress extends AutoCloseable {
    /** Shows nothing, and never asks for the line. */
    Progress NONE = new Progress() {
        @Override
        public void show(Supplier<String> line) {
            // Nobody looks.
        }

        @Override
        public void message(Runnable print) {
            print.run();
        }

        @Override
        public void close() {
            // There is nothing to end.
        }
    };

    /**
     * Shows this line from now on. The supplier is asked anew at each refresh, in another thread, so it must be quick
     * and safe to call from there. An empty text shows nothing. Where there is no room for all of it, what stands behind
     * the last comma and blank that fit is left out: what matters most comes first.
     */
    void show(Supplier<String> line);

    /** Runs a task that prints something else, for instance a log line, so that neither tears the other. */
    void message(Runnable print);

    /** Shows nothing more. Messages are still printed. */
    @Override
    void close();
}
