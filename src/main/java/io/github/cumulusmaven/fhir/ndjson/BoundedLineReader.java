package io.github.cumulusmaven.fhir.ndjson;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads lines that are short where no harm is meant, such as a log's: of a longer one, however long, only the beginning is
 * read into memory. Not thread-safe.
 */
public final class BoundedLineReader implements Closeable {
    /** How many bytes of a line are given out, at most, unless something else is said. */
    public static final int LONGEST = 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final int longest;
    private int at;
    private int end;

    public BoundedLineReader(InputStream in) {
        this(in, LONGEST);
    }

    /** @param longest how many bytes of a line are given out, at most */
    public BoundedLineReader(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** Goes to the next line; false when there is none. */
    public boolean next() throws IOException {
        line.reset();
        boolean begun = false;
        while (at < end || fill()) {
            begun = true;
            int newline = LineEnds.find(buffer, at, end);
            line.write(buffer, at, Math.min(newline - at, longest - line.size()));
            at = newline + 1;
            if (newline < end) {
                return true;
            }
        }
        return begun;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    /** Returns the line without its end; what is cut of a line of JSON is no JSON any more. */
    public String line() {
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The same as the bytes that they are. */
    public byte[] bytes() {
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
