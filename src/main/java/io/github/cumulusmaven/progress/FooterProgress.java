package io.github.cumulusmaven.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Keeps one line at the bottom of a terminal up to date. The cursor waits at its beginning: a terminal that becomes narrower
 * folds the line, and all that it makes of it lies behind the cursor, where it is erased.
 */
public final class FooterProgress implements Progress {
    private static final Duration REFRESH = Duration.ofMillis(250);

    /**
     * How many refreshes pass between two questions for the terminal's width; until the next, a narrower terminal cuts
     * the line off.
     */
    private static final int REFRESHES_PER_WIDTH = 4;

    private static final String LINE_START = "\r";
    private static final String ERASE_REST = "\u001b[J";
    private static final String WRAP_OFF = "\u001b[?7l";
    private static final String WRAP_ON = "\u001b[?7h";

    private final PrintStream terminal;
    private final IntSupplier columns;
    private final CurrentLine line = new CurrentLine();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final Ticker.Ticking ticking;
    private final Thread atShutdown = new Thread(this::erase, "cumulus-footer");
    private volatile int width;
    private String drawn = "";
    private boolean closed;

    /**
     * Begins with nothing to show.
     *
     * @param columns counts those that the terminal has now
     */
    public FooterProgress(PrintStream terminal, IntSupplier columns, Ticker ticker) {
        this.terminal = terminal;
        this.columns = columns;
        this.ticking = ticker.start(REFRESH, this::refresh);
        // Without the hook, a killed Maven would leave the line, and the shell's prompt would come in its midst.
        Runtime.getRuntime().addShutdownHook(atShutdown);
    }

    @Override
    public void show(Supplier<String> shown) {
        line.set(shown);
    }

    private void refresh() {
        // Asks without the lock: the supplier may wait for a lock of a thread that is about to print a message.
        if (refreshes.getAndIncrement() % REFRESHES_PER_WIDTH == 0) {
            // The last column stays free: in many terminals the cursor wraps as soon as it is written.
            width = columns.getAsInt() - 1;
        }
        String text = CurrentLine.cut(line.ask(), width);
        synchronized (this) {
            if (!closed) {
                draw(text);
            }
        }
    }

    @Override
    public synchronized void message(Runnable print) {
        String footer = drawn;
        draw("");
        try {
            print.run();
        } finally {
            draw(footer);
        }
    }

    @Override
    public void close() {
        ticking.close();
        erase();
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException endingAlready) {
            // The hook erases a line that is empty already.
            return;
        }
    }

    private synchronized void erase() {
        draw("");
        closed = true;
    }

    private void draw(String text) {
        if (!text.isEmpty() || !drawn.isEmpty()) {
            terminal.print(LINE_START + WRAP_OFF + text + ERASE_REST + WRAP_ON + LINE_START);
            terminal.flush();
        }
        drawn = text;
    }
}
