package io.github.cumulusmaven.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Keeps one line at the bottom of a terminal up to date. */
public final class FooterProgress implements Progress {
    private static final Duration REFRESH = Duration.ofMillis(250);
    private static final Pattern WIDTH = Pattern.compile("[1-9]\\d{0,4}");
    private static final int USUAL_WIDTH = 80;
    private static final String LINE_START = "\r";
    private static final String ERASE_REST = "\u001b[K";

    private final PrintStream terminal;
    private final int columns;
    private final CurrentLine line = new CurrentLine();
    private final Ticker.Ticking ticking;
    private String drawn = "";
    private boolean closed;

    /** The width is that of the environment variable {@code COLUMNS}, 80 where it tells none. */
    public FooterProgress(PrintStream terminal, Optional<String> columns, Ticker ticker) {
        this.terminal = terminal;
        // The last column stays free: in many terminals the cursor wraps as soon as it is written.
        this.columns = columns.filter(text -> WIDTH.matcher(text).matches())
                        .map(Integer::parseInt)
                        .orElse(USUAL_WIDTH)
                - 1;
        this.ticking = ticker.start(REFRESH, this::refresh);
    }

    @Override
    public void show(Supplier<String> shown) {
        line.set(shown);
    }

    private void refresh() {
        // Asked without the lock: the supplier may wait for one that a thread holds that is about to print a message.
        String text = CurrentLine.cut(line.ask(), columns);
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
        synchronized (this) {
            draw("");
            closed = true;
        }
    }

    private void draw(String text) {
        if (!text.isEmpty() || !drawn.isEmpty()) {
            terminal.print(LINE_START + text + ERASE_REST);
            terminal.flush();
        }
        drawn = text;
    }
}
