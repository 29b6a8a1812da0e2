package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.Sha256;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A file in the making, 0600, with the SHA-256 of what was written. */
final class DigestingFile extends OutputStream {
    private final FileChannel channel;
    private final MessageDigest digest;
    private long there;

    private DigestingFile(FileChannel channel, long there) {
        this.channel = channel;
        this.there = there;
        this.digest = Sha256.begin();
    }

    /** Begins anew, also over an old attempt. */
    static DigestingFile create(Path path) throws IOException {
        return new DigestingFile(PrivateFiles.createNew(path), 0);
    }

    /** Goes on with a file of which so many bytes are good: as they are written again, they are only digested. */
    static DigestingFile goOn(Path path, long good) throws IOException {
        FileChannel channel = PrivateFiles.open(path);
        channel.truncate(good).position(good);
        return new DigestingFile(channel, good);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        int known = (int) Math.min(there, length);
        there -= known;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset + known, length - known);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The same file for a stream that is to be closed before the file is. */
    OutputStream keptOpen() {
        return new FilterOutputStream(this) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() {
                // The file is finished first.
            }
        };
    }

    /** Forces all to the disk and tells the digest, in hex. */
    String finish() throws IOException {
        channel.force(true);
        return digested();
    }

    /** The digest, in hex, of a file that is not the last. */
    String digested() {
        return Sha256.hex(digest);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
