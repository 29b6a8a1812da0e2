package io.github.cumulusmaven.progress;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes the line into a log from time to time, unless it says what the log says already. */
public final class LineProgress implements Progress {
    private final Consumer<String> sink;
    private final CurrentLine line = new CurrentLine();
    private final Ticker.Ticking ticking;
    private String written = "";
    private boolean closed;

    /** The first line comes after one interval: what is done by then needs none. */
    public LineProgress(Consumer<String> sink, Duration interval, Ticker ticker) {
        this.sink = sink;
        this.ticking = ticker.start(interval, this::refresh);
    }

    @Override
    public void show(Supplier<String> shown) {
        line.set(shown);
    }

    private void refresh() {
        String text = line.ask();
        synchronized (this) {
            if (!closed && !text.isEmpty() && !text.equals(written)) {
                written = text;
                sink.accept(text);
            }
        }
    }

    @Override
    public synchronized void message(Runnable print) {
        print.run();
    }

    @Override
    public void close() {
        ticking.close();
        synchronized (this) {
            closed = true;
        }
    }
}
