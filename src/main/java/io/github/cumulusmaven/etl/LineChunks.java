package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.canary.LineBlocks;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file cut at ends of lines into pieces of some hundred kilobytes, so that several threads can work on it and little of
 * it is in memory. A longer line is one piece.
 */
final class LineChunks implements Closeable {
    private static final int SIZE = 256 * 1024;

    private final InputStream in;
    private final int size;
    private byte[] carried = {};
    private boolean atEnd;

    LineChunks(InputStream in) {
        this(in, SIZE);
    }

    LineChunks(InputStream in, int size) {
        this.in = in;
        this.size = size;
    }

    /** Gives all chunks of a stream to a sink, and closes it. */
    static void read(InputStream in, LineBlocks.Sink sink) throws IOException, InterruptedException {
        try (LineChunks chunks = new LineChunks(in)) {
            for (Optional<Chunk> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                sink.accept(chunk.get().bytes(), chunk.get().length());
            }
        }
    }

    /** Whole lines; only the file's last may lack its end. */
    static final class Chunk {
        private final byte[] bytes;
        private final int length;

        private Chunk(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        byte[] bytes() {
            return bytes;
        }

        /** How much of the bytes counts. */
        int length() {
            return length;
        }
    }

    Optional<Chunk> next() throws IOException {
        if (atEnd) {
            return Optional.empty();
        }
        byte[] buffer = Arrays.copyOf(carried, Math.max(size, carried.length + size / 2));
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
            end = firstLineEnd(part, length);
            int taken = end == 0 ? length : end;
            parts.add(taken == size ? part : Arrays.copyOf(part, taken));
            total += taken;
            carried = Arrays.copyOfRange(part, taken, length);
        }
        // what was carried over may be all that is left
        atEnd = atEnd && carried.length == 0;
        return joined(parts, total);
    }

    private static int firstLineEnd(byte[] buffer, int length) {
        for (int index = 0; index < length; index++) {
            if (buffer[index] == '\n') {
                return index + 1;
            }
        }
        return 0;
    }

    private static Chunk joined(List<byte[]> parts, long total) throws IOException {
        if (total > Integer.MAX_VALUE - 16) {
            throw new IOException("a line of more than 2 GB");
        }
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
