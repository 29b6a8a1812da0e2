package io.github.cumulusmaven.fhir.ndjson;

import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of an NDJSON file as the bytes they are, one in memory at a time (FL-15): plain or gzipped, with either end
 * of line, blank ones skipped, a byte order mark dropped.
 */
public final class NdjsonReader implements Closeable {
    private static final int BUFFER = 64 * 1024;

    private final FileChannel channel;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long position;
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private byte[] line = {};
    private long offset;
    private long number;

    private NdjsonReader(FileChannel channel, InputStream in) {
        this.channel = channel;
        this.in = in;
    }

    /** Opens a file, and reads nothing yet. */
    public static NdjsonReader open(Path file) throws IOException {
        FileChannel channel = RegularFiles.openTarget(file);
        try {
            return new NdjsonReader(channel, GzipBody.decode(Channels.newInputStream(channel)));
        } catch (IOException | RuntimeException damaged) {
            channel.close();
            throw damaged;
        }
    }

    /** Goes to the next line that is not blank; false when there is none. */
    public boolean next() throws IOException {
        while (readLine()) {
            number++;
            trim();
            if (line.length > 0) {
                return true;
            }
        }
        return false;
    }

    /** The line without its end. */
    public byte[] line() {
        return line;
    }

    /** Where the line begins, in bytes of the plain text. */
    public long offset() {
        return offset;
    }

    /** The line's number, from 1. */
    public long number() {
        return number;
    }

    /** How far the file on disk has been read, in its own bytes. */
    public long bytesRead() throws IOException {
        return channel.position();
    }

    private boolean readLine() throws IOException {
        current.reset();
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
        line = current.toByteArray();
        return position > offset;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private void take(int count) throws IOException {
        if (current.size() + count > LineLimit.LONGEST) {
            throw new IOException("line " + (number + 1) + " is longer than " + LineLimit.LONGEST + " bytes");
        }
        current.write(buffer, at, count);
        skip(count);
    }

    private void skip(int count) {
        at += count;
        position += count;
    }

    private void trim() {
        int first = startsWithMark() ? 3 : 0;
        int last = line.length;
        while (first < last && isSpace(line[first])) {
            first++;
        }
        while (last > first && isSpace(line[last - 1])) {
            last--;
        }
        if (first > 0 || last < line.length) {
            line = Arrays.copyOfRange(line, first, last);
            offset += first;
        }
    }

    private boolean startsWithMark() {
        return offset == 0
                && line.length >= 3
                && line[0] == (byte) 0xef
                && line[1] == (byte) 0xbb
                && line[2] == (byte) 0xbf;
    }

    private static boolean isSpace(byte letter) {
        return letter == ' ' || letter == '\t' || letter == '\r';
    }

    @Override
    public void close() throws IOException {
        in.close();
        channel.close();
    }
}
