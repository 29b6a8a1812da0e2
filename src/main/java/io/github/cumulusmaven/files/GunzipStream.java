package io.github.cumulusmaven.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Gunzips a body of one or more members (RFC 1952), each checked against its trailer, up to the body's real end. The
 * JDK's own stream takes a member for the last one when the next has not arrived yet, or when the connection breaks
 * between two, and so would cut a file without a word.
 */
final class GunzipStream extends InputStream {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream body;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] input;
    private int position;
    private int limit;
    private boolean insideMember;
    private long members;

    GunzipStream(InputStream body, int buffer) {
        this.body = body;
        this.input = new byte[buffer];
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (insideMember || beginMember()) {
            int count = inflate(buffer, offset, length);
            if (count > 0) {
                return count;
            }
        }
        return -1;
    }

    private int inflate(byte[] buffer, int offset, int length) throws IOException {
        try {
            if (inflater.needsInput()) {
                requireInput();
                inflater.setInput(input, position, limit - position);
            }
            int count = inflater.inflate(buffer, offset, length);
            crc.update(buffer, offset, count);
            position = limit - inflater.getRemaining();
            if (inflater.finished()) {
                endMember();
            } else if (count == 0 && inflater.needsDictionary()) {
                throw new ZipException("gzip with a dictionary");
            }
            return count;
        } catch (DataFormatException damaged) {
            throw new ZipException("damaged gzip data");
        }
    }

    /** Past the header of the next member; false at the end of the body. */
    private boolean beginMember() throws IOException {
        if (!hasInput()) {
            return false;
        }
        int first = next();
        if (first == 0 && members > 0) {
            skipPadding();
            return false;
        }
        if (first != 0x1f || next() != 0x8b || next() != 8) {
            throw new ZipException("not gzip");
        }
        int flags = next();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        skipText(flags & NAME);
        skipText(flags & COMMENT);
        skip((flags & HEADER_CRC) == 0 ? 0 : 2);
        inflater.reset();
        crc.reset();
        insideMember = true;
        members++;
        return true;
    }

    /** Some tools fill the last block of a file with zeros. */
    private void skipPadding() throws IOException {
        while (hasInput()) {
            if (next() != 0) {
                throw new ZipException("not gzip");
            }
        }
    }

    private void endMember() throws IOException {
        boolean whole = nextInt() == (int) crc.getValue() && nextInt() == (int) inflater.getBytesWritten();
        if (!whole) {
            throw new ZipException("gzip data do not match their checksum");
        }
        insideMember = false;
    }

    private int nextInt() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (int skipped = 0; skipped < bytes; skipped++) {
            next();
        }
    }

    private void skipText(int flag) throws IOException {
        while (flag != 0 && next() != 0) {
            // the text ends with a zero
        }
    }

    private int next() throws IOException {
        requireInput();
        return input[position++] & 0xff;
    }

    private void requireInput() throws IOException {
        if (!hasInput()) {
            throw new EOFException("cut gzip data");
        }
    }

    private boolean hasInput() throws IOException {
        while (position == limit) {
            limit = body.read(input, 0, input.length);
            position = 0;
            if (limit < 0) {
                limit = 0;
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        body.close();
    }
}
