package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DamagedFile.Kind;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;

/**
 * A body that does not end where its connection does: the rest is asked for with {@code Range} and {@code If-Range}
 * (FL-12), and the reader, who may be in the middle of a line or of a gzip block, notices nothing. What lies on the disk
 * from an earlier run comes first and is not asked for.
 */
final class ContinuedBody extends InputStream {
    private final Source source;
    private final Retries.Series series;
    private Optional<PartNote> note;
    private volatile InputStream current;
    private boolean fromDisk;
    private boolean fromStart;
    private boolean open = true;
    private long position;
    private long openedAt;

    /** Where more is to be had. */
    interface Source {
        /** The answer that begins at this position, or the one that says that this is the end. */
        HttpReply from(long position, PartNote note) throws IOException, InterruptedException;

        /** Throws when the download is to stop. */
        void goOn() throws InterruptedException;
    }

    /** Begins with an answer; without a note it ends where that ends. */
    ContinuedBody(Source source, Retries.Series series, Optional<PartNote> note, InputStream first) {
        this(source, series, note, first, false);
    }

    private ContinuedBody(
            Source source, Retries.Series series, Optional<PartNote> note, InputStream first, boolean fromDisk) {
        this.source = source;
        this.series = series;
        this.note = note;
        this.current = first;
        this.fromDisk = fromDisk;
        this.fromStart = !fromDisk;
    }

    /** Begins with what is on the disk. */
    static ContinuedBody after(InputStream onDisk, Source source, Retries.Series series, PartNote note) {
        return new ContinuedBody(source, series, Optional.of(note), onDisk, true);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (true) {
            try {
                if (!open) {
                    reopen();
                }
                int count = current.read(buffer, offset, length);
                if (count >= 0) {
                    advance(count);
                    return count;
                }
                if (isWhole()) {
                    return -1;
                }
                endedEarly();
            } catch (IOException lost) {
                open = false;
                pause(lost);
            }
        }
    }

    private void advance(int count) {
        position += count;
        if (note.isPresent() && !fromDisk) {
            series.reached(position);
        }
    }

    /** Where nobody told the length, the end of an answer is that of the body only if it was asked for all of it. */
    private boolean isWhole() {
        Long length = note.map(PartNote::length).orElse(null);
        return length == null ? fromStart : position == length;
    }

    /** A server may send less than all of the rest, but not nothing. */
    private void endedEarly() throws IOException {
        open = false;
        if (!fromDisk && position == openedAt) {
            throw note.map(PartNote::length)
                    .map(length -> new DamagedFile(Kind.ENDS_BEFORE_LENGTH, position, length))
                    .orElseGet(() -> new DamagedFile(Kind.ENDS_AFTER, position));
        }
    }

    private void reopen() throws IOException {
        PartNote known = note.orElseThrow();
        try {
            current.close();
            HttpReply rest = source.from(position, known);
            note = Optional.of(known.learning(rest));
            current = rest.body();
            if (rest.status() != 206) {
                // There is no rest: what it has to say about that is not part of the file.
                rest.close();
                current = InputStream.nullInputStream();
            }
            source.goOn();
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
        open = true;
        fromStart = false;
        fromDisk = false;
        openedAt = position;
    }

    /** Only what is the connection's fault, or the server's for the time being, can be mended from here. */
    private void pause(IOException lost) throws IOException {
        boolean mendable = note.isPresent() && lost instanceof Retries.Passing && !(lost instanceof DamagedFile);
        if (!mendable) {
            throw lost;
        }
        try {
            source.goOn();
            series.failed(lost);
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException stopped) {
        InterruptedIOException failure = new InterruptedIOException();
        failure.initCause(stopped);
        return failure;
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
