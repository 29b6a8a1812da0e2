package io.github.cumulusmaven.fhir.ndjson;

import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the lines of NDJSON as the bytes they are, one in memory at a time (FL-15): with either end of line, blank ones
 * skipped, without a byte order mark and blanks around. Not thread-safe.
 */
public final class LineReader implements Closeable {
    private static final int LONGEST_SHORT = 1024 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final Optional<FileChannel> file;
    private final InputStream in;
    private final int longest;
    private final boolean cuts;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long position;
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private byte[] line = {};
    private boolean cut;
    private long offset;
    private long number;

    private LineReader(Optional<FileChannel> file, InputStream in, int longest, boolean cuts) {
        this.file = file;
        this.in = in;
        this.longest = longest;
        this.cuts = cuts;
    }

    /** Opens a file of resources, plain or gzipped, and reads nothing yet. A line beyond {@link LineLimit} ends the reading. */
    public static LineReader open(Path file) throws IOException {
        return open(file, LineLimit.LONGEST);
    }

    /** Does so with a limit of its own. */
    static LineReader open(Path file, int longest) throws IOException {
        FileChannel channel = RegularFiles.openTarget(file);
        try {
            InputStream plain = GzipBody.decode(Channels.newInputStream(channel));
            return new LineReader(Optional.of(channel), plain, longest, false);
        } catch (IOException | RuntimeException damaged) {
            channel.close();
            throw damaged;
        }
    }

    /** Reads lines that are short where no harm is meant, such as a log's: of one beyond a megabyte, only the beginning. */
    public static LineReader ofShortLines(InputStream in) {
        return cutting(in, LONGEST_SHORT);
    }

    /**
     * Reads of a long line, however long, only the beginning into memory.
     *
     * @param longest how many bytes of a line are given out, at most
     */
    public static LineReader cutting(InputStream in, int longest) {
        return new LineReader(Optional.empty(), in, longest, true);
    }

    /**
     * Goes to the next line that is not blank; false when there is none.
     *
     * @throws IOException also where a line is too long, unless such lines are cut
     */
    public boolean next() throws IOException {
        while (readLine()) {
            number++;
            // Lets go of the line before, which may be large, before this one is copied.
            line = current.toByteArray();
            int from = LineEnds.contentStart(line, 0, line.length);
            int to = LineEnds.contentEnd(line, from, line.length);
            if (from < to) {
                line = to - from == line.length ? line : Arrays.copyOfRange(line, from, to);
                offset += from;
                return true;
            }
        }
        return false;
    }

    /** Returns the line without its end. */
    public byte[] line() {
        return line;
    }

    /** Returns the line as text; what is cut of a line of JSON is no JSON any more. */
    public String text() {
        return new String(line, StandardCharsets.UTF_8);
    }

    /** Says whether the line was cut: this is its beginning only. */
    public boolean isCut() {
        return cut;
    }

    /** Tells where the line begins, in bytes of the plain text. */
    public long offset() {
        return offset;
    }

    /** Returns the line's number, from 1. */
    public long number() {
        return number;
    }

    /** Tells how far has been read: of a file that was opened here, in its own bytes on disk. */
    public long bytesRead() throws IOException {
        return file.isPresent() ? file.get().position() : position;
    }

    private boolean readLine() throws IOException {
        current.reset();
        cut = false;
        offset = position;
        boolean ended = false;
        while (!ended && (at < end || fill())) {
            int newline = LineEnds.find(buffer, at, end);
            ended = newline < end;
            take(newline - at);
            if (ended) {
                skip(1);
            }
        }
        return position > offset;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private void take(int count) throws IOException {
        int taken = Math.min(count, longest - current.size());
        if (taken < count && !cuts) {
            throw new IOException("line " + (number + 1) + " is longer than " + longest + " bytes");
        }
        cut |= taken < count;
        current.write(buffer, at, taken);
        skip(count);
    }

    private void skip(int count) {
        at += count;
        position += count;
    }

    @Override
    public void close() throws IOException {
        in.close();
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
