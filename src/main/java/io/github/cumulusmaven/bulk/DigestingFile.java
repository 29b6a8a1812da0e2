package io.github.cumulusmaven.bulk;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** A file in the making, 0600, with the SHA-256 of what was written. */
final class DigestingFile extends OutputStream {
    private final FileChannel channel;
    private final MessageDigest digest;
    private long there;

    private DigestingFile(FileChannel channel, long there) {
        this.channel = channel;
        this.there = there;
        this.digest = sha256();
    }

    /** Begins anew, also over an old attempt. */
    static DigestingFile create(Path path) throws IOException {
        return new DigestingFile(PrivateFiles.createNew(path), 0);
    }

    /** Goes on with a file of which so many bytes are good: as they are written again, they are only digested. */
    static DigestingFile goOn(Path path, long good) throws IOException {
        FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        channel.truncate(good).position(good);
        return new DigestingFile(channel, good);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
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
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
