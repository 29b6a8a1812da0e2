package io.github.cumulusmaven.progress;

import java.util.function.Supplier;

/** Shows nothing, and never asks. */
public final class NoProgress implements Progress {
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
}
