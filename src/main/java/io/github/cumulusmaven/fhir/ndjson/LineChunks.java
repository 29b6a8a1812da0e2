package io.github.cumulusmaven.fhir.ndjson;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A file cut at ends of lines into pieces of some hundred kilobytes, so that several threads can work on it and little of
 * it is in memory. A longer line is one piece; one beyond the limit is a piece without content.
 */
public final class LineChunks implements Closeable {
    private static final int SIZE = 256 * 1024;

    private final InputStream in;
    private final Spare spare;
    private final int size;
    private final int longestLine;
    private byte[] carried = {};
    private boolean atEnd;

    /** Begins with chunks of the usual size. */
    LineChunks(InputStream in) {
        this(in, SIZE);
    }

    /**
     * Begins with chunks of the usual size.
     *
     * @param spare memory for them, which other streams may use, too
     */
    public LineChunks(InputStream in, Spare spare) {
        this(in, spare, LineLimit.LONGEST);
    }

    LineChunks(InputStream in, int size) {
        this(in, size, LineLimit.LONGEST);
    }

    LineChunks(InputStream in, int size, int longestLine) {
        this(in, new Spare(size), longestLine);
    }

    private LineChunks(InputStream in, Spare spare, int longestLine) {
        this.in = in;
        this.spare = spare;
        this.size = spare.size;
        this.longestLine = longestLine;
    }

    /** Gives all chunks of a stream to a sink, and closes it. */
    public static void read(InputStream in, Sink sink) throws IOException, InterruptedException {
        try (LineChunks chunks = new LineChunks(in)) {
            for (Optional<Chunk> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                sink.accept(chunk.get().bytes(), chunk.get().length());
                chunks.reuse(chunk.get().bytes());
            }
        }
    }

    /** Takes the lines of a chunk: of one too long to be held, none. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes the lines of a chunk.
         *
         * @param length how many of the bytes count
         */
        void accept(byte[] bytes, int length) throws IOException, InterruptedException;
    }

    /** Whole lines; only the file's last may lack its end. */
    public static final class Chunk {
        /** Holds no line, and stands for none. */
        public static final Chunk NONE = new Chunk(new byte[0], 0);

        private final byte[] bytes;
        private final int length;

        private Chunk(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        /** Returns what holds them, and may hold more. */
        public byte[] bytes() {
            return bytes;
        }

        /** Tells how much of the bytes counts. */
        public int length() {
            return length;
        }

        /** Says whether it stands for a line that is too long to be held. */
        public boolean isTooLong() {
            return length == 0;
        }
    }

    /** Reads the next chunk, if there is one. */
    public Optional<Chunk> next() throws IOException {
        if (atEnd) {
            return Optional.empty();
        }
        byte[] buffer = spare.take(Math.max(size, carried.length + size / 2));
        System.arraycopy(carried, 0, buffer, 0, carried.length);
        int length = fill(buffer, carried.length);
        int end = lastLineEnd(buffer, length);
        if (atEnd) {
            return length == 0 ? Optional.empty() : Optional.of(new Chunk(buffer, length));
        }
        if (end == 0) {
            return Optional.of(longLine(buffer));
        }
        carried = Arrays.copyOfRange(buffer, end, length);
        return Optional.of(new Chunk(buffer, end));
    }

    void reuse(byte[] bytes) {
        spare.add(bytes);
    }

    /** Memory of chunks that nobody looks at any more, for later ones; thread-safe. */
    public static final class Spare {
        private final int size;
        private final Queue<byte[]> unused = new ConcurrentLinkedQueue<>();

        /** Begins with none, for chunks of the usual size. */
        public Spare() {
            this(SIZE);
        }

        private Spare(int size) {
            this.size = size;
        }

        /** Takes the bytes of a chunk; those of a long line are left to the garbage. */
        public void add(byte[] bytes) {
            if (bytes.length == size) {
                unused.add(bytes);
            }
        }

        private byte[] take(int length) {
            byte[] bytes = length == size ? unused.poll() : null;
            return bytes == null ? new byte[length] : bytes;
        }
    }

    private int fill(byte[] buffer, int from) throws IOException {
        int read = in.readNBytes(buffer, from, buffer.length - from);
        atEnd = from + read < buffer.length;
        return from + read;
    }

    private static int lastLineEnd(byte[] buffer, int length) {
        int end = length;
        while (end > 0 && buffer[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    /** Gathers a line part by part, as doubling a buffer would take three times its memory. */
    private Chunk longLine(byte[] beginning) throws IOException {
        List<byte[]> parts = new ArrayList<>(List.of(beginning));
        long total = beginning.length;
        int end = 0;
        carried = new byte[0];
        while (end == 0 && !atEnd) {
            byte[] part = new byte[size];
            int length = fill(part, 0);
            int newline = LineEnds.find(part, 0, length);
            end = newline < length ? newline + 1 : 0;
            int taken = end == 0 ? length : end;
            total += taken;
            if (total > longestLine) {
                parts.clear();
            } else {
                parts.add(taken == size ? part : Arrays.copyOf(part, taken));
            }
            carried = Arrays.copyOfRange(part, taken, length);
        }
        // what was carried over may be all that is left
        atEnd = atEnd && carried.length == 0;
        return total > longestLine ? new Chunk(new byte[0], 0) : joined(parts, total);
    }

    private static Chunk joined(List<byte[]> parts, long total) {
        byte[] line = new byte[(int) total];
        int at = 0;
        for (int index = 0; index < parts.size(); index++) {
            byte[] part = parts.set(index, new byte[0]);
            System.arraycopy(part, 0, line, at, part.length);
            at += part.length;
        }
        return new Chunk(line, line.length);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
