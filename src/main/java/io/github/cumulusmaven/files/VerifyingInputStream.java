package io.github.cumulusmaven.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Digests a file while it is read, and fails at its end when the SHA-256 is not the one that is known. */
public final class VerifyingInputStream extends FilterInputStream {
    private static final int SKIPPED = 64 * 1024;

    private final MessageDigest digest = Sha256.begin();
    private final String expected;
    private boolean verified;

    /**
     * Reads from a stream.
     *
     * @param expected the SHA-256, in hex
     */
    public VerifyingInputStream(InputStream in, String expected) {
        super(in);
        this.expected = expected;
    }

    /** Tells, at the end of a file, that it is another one than it was. */
    public static final class Changed extends IOException {
        private static final long serialVersionUID = 1L;

        Changed() {
            super("it was changed since it came: its SHA-256 is another one");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            digest.update(buffer, offset, count);
        } else if (count < 0 && !verified) {
            verified = true;
            if (!Sha256.hex(digest).equalsIgnoreCase(expected)) {
                throw new Changed();
            }
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, SKIPPED)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
