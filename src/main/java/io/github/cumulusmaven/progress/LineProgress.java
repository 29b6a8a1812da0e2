package io.github.cumulusmaven.progress;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Writes the progress line into a log from time to time, unless it has not changed. */
public final class LineProgress implements Progress {
    /** The longest gap between two lines, in intervals; the gap grows with the elapsed time, of which it is a tenth. */
    private static final int MOST_INTERVALS = 10;

    private final Consumer<String> sink;
    private final CurrentLine line = new CurrentLine();
    private final Ticker.Ticking ticking;
    private long intervals;
    private long writtenAt;
    private String written = "";
    private boolean closed;

    /** Begins with the first line after one interval: work that is done by then needs no progress line. */
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
            intervals++;
            boolean due = intervals - writtenAt >= Math.min(MOST_INTERVALS, writtenAt / MOST_INTERVALS);
            if (due && !closed && !text.isEmpty() && !text.equals(written)) {
                writtenAt = intervals;
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
