package io.github.cumulusmaven.etl;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lines of a file: all, or those of some blocks, which lie where the size of the file says. */
final class SampledLines implements Closeable {
    static final int BLOCK = 64 * 1024;

    private static final long ALL = 0;

    private final Counted in;
    private final long distance;
    private final long blocks;
    private LineChunks chunks;
    private long block;
    private long position;

    private SampledLines(InputStream in, long distance, long blocks) {
        this.in = new Counted(in);
        this.distance = distance;
        this.blocks = blocks;
        this.chunks = new LineChunks(this.in);
    }

    static SampledLines all(InputStream in) {
        return new SampledLines(in, 0, ALL);
    }

    /**
     * Of blocks.
     *
     * @param size of the file, over which they are spread
     * @param blocks how many
     */
    static SampledLines some(InputStream in, long size, long blocks) {
        return new SampledLines(in, size / blocks, blocks);
    }

    /**
     * How many blocks a file gets, so that all files together get their number, be they large or small.
     *
     * @param before bytes of the files before it
     * @param after those and its own
     * @param size of all files
     * @param budget bytes to read of all files
     */
    static long blocks(long before, long after, long size, long budget) {
        double perByte = (double) budget / BLOCK / size;
        return (long) (Math.ceil(after * perByte) - Math.ceil(before * perByte));
    }

    /** Whole lines. */
    static final class Lines {
        private final byte[] bytes;
        private final int from;
        private final int to;
        private final long position;

        Lines(byte[] bytes, int from, int to, long position) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
            this.position = position;
        }

        byte[] bytes() {
            return bytes;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        /** Where in the file the first begins, or close to it; it grows. */
        long position() {
            return position;
        }
    }

    Optional<Lines> next() throws IOException {
        if (blocks == ALL) {
            Optional<Lines> all = chunks.next().map(chunk -> new Lines(chunk.bytes(), 0, chunk.length(), position));
            all.ifPresent(lines -> position += lines.to());
            return all;
        }
        while (block < blocks) {
            Optional<Lines> lines = readBlock(distance * block++);
            if (lines.isPresent()) {
                return lines;
            }
        }
        return Optional.empty();
    }

    private Optional<Lines> readBlock(long begin) throws IOException {
        if (in.count < begin) {
            in.skipNBytes(begin - in.count);
        }
        long from = in.count;
        chunks = new LineChunks(in, BLOCK);
        Optional<LineChunks.Chunk> chunk = chunks.next();
        int line = from == 0 || chunk.isEmpty() ? 0 : secondLine(chunk.get());
        if (chunk.isPresent() && line == chunk.get().length()) {
            chunk = chunks.next();
            line = 0;
        }
        int start = line;
        return chunk.map(read -> new Lines(read.bytes(), start, read.length(), from));
    }

    /** The first is the rest of one that began before. */
    private static int secondLine(LineChunks.Chunk chunk) {
        int at = 0;
        while (at < chunk.length() && chunk.bytes()[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, chunk.length());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Knows how far it was read. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(read, 0);
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count += skipped;
            return skipped;
        }
    }
}
