package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.bulk.NdjsonReader;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads files line by line, each up to its end or to where it cannot be read.
 *
 * @param damaged told of a file of which that is not its end, or which cannot even be opened
 */
record SourceLines(Consumer<InputFile> damaged) {
    /** What is done with a line. */
    @FunctionalInterface
    interface Work {
        void on(byte[] line) throws IOException, InterruptedException;
    }

    /** Counts damaged files. */
    static SourceLines counted(Scoreboard scores) {
        return new SourceLines(file -> scores.failed(Problem.UNREADABLE, file.name() + " cannot be read to its end"));
    }

    /** For files that are read once more: their damage is known. */
    static SourceLines again() {
        return new SourceLines(file -> {});
    }

    void each(InputFile file, Work work) throws IOException, InterruptedException {
        Optional<NdjsonReader> opened = opened(file);
        if (opened.isPresent()) {
            try (NdjsonReader lines = opened.get()) {
                while (next(lines, file)) {
                    work.on(lines.line());
                }
            }
        }
    }

    private Optional<NdjsonReader> opened(InputFile file) {
        try {
            return Optional.of(NdjsonReader.open(file.path()));
        } catch (IOException unreadable) {
            damaged.accept(file);
            return Optional.empty();
        }
    }

    private boolean next(NdjsonReader lines, InputFile file) {
        try {
            return lines.next();
        } catch (IOException unreadable) {
            damaged.accept(file);
            return false;
        }
    }
}
