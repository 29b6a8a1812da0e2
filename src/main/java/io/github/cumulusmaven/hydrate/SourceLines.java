package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads files line by line, each up to its end or to where it cannot be read.
 *
 * @param damaged told of a file of which that is not its end, or which cannot even be opened
 * @param read told of bytes on disk that were read; once a file is over, of all of them
 */
record SourceLines(Consumer<InputFile> damaged, LongConsumer read) {
    /** How many lines pass between two looks at the position in the file: each look takes a system call. */
    private static final int LINES_A_LOOK = 32;

    /** The work that is done with a line. */
    @FunctionalInterface
    interface Work {
        void on(byte[] line) throws IOException, InterruptedException;
    }

    /** Counts damaged files. */
    static SourceLines counted(Scoreboard scores) {
        return new SourceLines(
                file -> scores.failed(Problem.UNREADABLE, file.name() + " cannot be read to its end"), scores::read);
    }

    /** Reads files again, whose damage was counted before. */
    static SourceLines again() {
        return new SourceLines(file -> {}, bytes -> {});
    }

    void each(InputFile file, Work work) throws IOException, InterruptedException {
        Optional<LineReader> opened = opened(file);
        if (opened.isPresent()) {
            long told = 0;
            try (LineReader lines = opened.get()) {
                while (next(lines, file)) {
                    work.on(lines.line());
                    if (lines.number() % LINES_A_LOOK == 0) {
                        long position = lines.bytesRead();
                        read.accept(position - told);
                        told = position;
                    }
                }
            }
            read.accept(file.path().toFile().length() - told);
        }
    }

    private Optional<LineReader> opened(InputFile file) {
        try {
            return Optional.of(LineReader.open(file.path()));
        } catch (IOException unreadable) {
            damaged.accept(file);
            return Optional.empty();
        }
    }

    private boolean next(LineReader lines, InputFile file) {
        try {
            return lines.next();
        } catch (IOException unreadable) {
            damaged.accept(file);
            return false;
        }
    }
}
