package io.github.cumulusmaven.etl.canary;

import java.io.IOException;
import java.io.InputStream;

/** Reads a stream as blocks of whole lines, and closes it. */
@FunctionalInterface
public interface LineBlocks {
    /** Gives all blocks to a sink, in order. */
    void read(InputStream in, Sink sink) throws IOException, InterruptedException;

    /** Takes a block. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the lines of a block.
         *
         * @param length how many of the bytes count
         */
        void accept(byte[] bytes, int length) throws IOException, InterruptedException;
    }
}
