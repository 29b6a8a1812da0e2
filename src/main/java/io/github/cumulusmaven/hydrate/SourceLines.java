package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.bulk.NdjsonReader;
import java.io.IOException;

/**
 * Reads files line by line, each up to its end or to where it cannot be read.
 *
 * @param scores where it is noted when that is not its end
 */
record SourceLines(Scoreboard scores) {
    /** What is done with a line. */
    @FunctionalInterface
    interface Work {
        void on(byte[] line) throws IOException, InterruptedException;
    }

    void each(InputFile file, Work work) throws IOException, InterruptedException {
        try (NdjsonReader lines = NdjsonReader.open(file.path())) {
            while (next(lines, file)) {
                work.on(lines.line());
            }
        }
    }

    private boolean next(NdjsonReader lines, InputFile file) {
        try {
            return lines.next();
        } catch (IOException damaged) {
            scores.failed(Problem.UNREADABLE, file.name() + " cannot be read to its end");
            return false;
        }
    }
}
