package io.github.cumulusmaven.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bodies that may or may not be gzip, told by their first two bytes: servers forget to declare it (FL-06). */
public final class GzipBody {
    private static final int BUFFER = 64 * 1024;

    private GzipBody() {}

    /** The same stream, made so that its beginning can be looked at. */
    public static BufferedInputStream peekable(InputStream body) {
        return new BufferedInputStream(body, BUFFER);
    }

    /** Whether the next bytes are the beginning of a gzip file (RFC 1952). Reads nothing. */
    public static boolean isGzip(BufferedInputStream body) throws IOException {
        body.mark(2);
        int first = body.read();
        int second = body.read();
        body.reset();
        return first == 0x1f && second == 0x8b;
    }

    /** The same of a whole body. */
    public static boolean isGzip(byte[] body) {
        return body.length > 1 && body[0] == 0x1f && body[1] == (byte) 0x8b;
    }

    /**
     * The plain bytes. Reads of a gzip body end with a {@link java.util.zip.ZipException} or an
     * {@link java.io.EOFException} when it is damaged or cut.
     */
    public static InputStream decode(InputStream body) throws IOException {
        BufferedInputStream peekable = peekable(body);
        return isGzip(peekable) ? new GunzipStream(peekable, BUFFER) : peekable;
    }
}
