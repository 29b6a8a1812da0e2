package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.bulk.WholeFile;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A new file of resources. It grows line by line under a temporary name, which also a killed run leaves behind, and
 * gets its own name when it is complete. For many threads.
 */
final class GrowingFile implements Closeable {
    private static final String SUFFIX = ".part";
    private static final int BUFFER = 64 * 1024;

    private final Path path;
    private final String type;
    private final MessageDigest digest;
    private Optional<FileChannel> channel = Optional.empty();

    /** Whether this run began the file; where it did not, the complete file is digested again at the end. */
    private boolean begunHere;

    private long lines;

    private GrowingFile(Path path, String type) {
        this.path = path;
        this.type = type;
        this.digest = Sha256.begin();
    }

    /** Makes a file that is created, or continued, with its first line. */
    static GrowingFile at(Path path, String type) {
        return new GrowingFile(path, type);
    }

    /** Returns the file's temporary name. */
    static Path part(Path path) {
        return path.resolveSibling(path.getFileName() + SUFFIX);
    }

    /**
     * Cuts off what a killed run has not finished: the last line, or, as after a power loss, everything from the first
     * line that is not ours. Returns whether any line is left.
     */
    static boolean repair(Path part, Predicate<byte[]> ours) throws IOException {
        if (!Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(part);
            return false;
        }
        cutLastLine(part);
        long whole = cutForeignLines(part, ours);
        if (whole == 0) {
            Files.delete(part);
        }
        return whole > 0;
    }

    private static void cutLastLine(Path part) throws IOException {
        try (FileChannel file = PrivateFiles.open(part, StandardOpenOption.READ)) {
            file.truncate(afterLastNewline(file));
        }
    }

    private static long cutForeignLines(Path part, Predicate<byte[]> ours) throws IOException {
        long whole = whole(part, ours);
        try (FileChannel file = PrivateFiles.open(part)) {
            file.truncate(whole);
        }
        return whole;
    }

    private static long whole(Path part, Predicate<byte[]> ours) {
        long whole = 0;
        try (LineReader lines = LineReader.open(part)) {
            while (lines.next() && ours.test(lines.line())) {
                whole = lines.offset() + lines.line().length + 1;
            }
            return whole;
        } catch (IOException garbage) {
            return whole;
        }
    }

    private static long afterLastNewline(FileChannel file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (long end = file.size(); end > 0; ) {
            long from = Math.max(0, end - BUFFER);
            buffer.clear().limit((int) (end - from));
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = file.read(buffer, from + buffer.position());
            }
            for (int at = buffer.position() - 1; at >= 0; at--) {
                if (buffer.get(at) == '\n') {
                    return from + at + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    /** Adds a line; its end is added here. Tells where it begins. */
    synchronized long append(byte[] line) throws IOException {
        if (channel.isEmpty()) {
            channel = Optional.of(PrivateFiles.open(part(path), StandardOpenOption.CREATE));
            channel.get().position(channel.get().size());
            begunHere = channel.get().size() == 0;
        }
        FileChannel open = channel.get();
        long at = open.position();
        ByteBuffer[] bytes = {ByteBuffer.wrap(line), ByteBuffer.wrap(new byte[] {'\n'})};
        while (bytes[1].hasRemaining()) {
            open.write(bytes);
        }
        digest.update(line);
        digest.update((byte) '\n');
        lines++;
        return at;
    }

    private Proof proof(Path part) throws IOException {
        return begunHere ? new Proof(lines, Files.size(part), Sha256.hex(digest)) : WholeFile.measure(part);
    }

    /** Gives the file its own name, if any line is in it. */
    synchronized Optional<AddedFile> finish(Path folder) throws IOException {
        close();
        Path part = part(path);
        if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (FileChannel file = PrivateFiles.open(part)) {
            file.force(true);
        }
        String name = folder.relativize(path).toString().replace('\\', '/');
        AddedFile added = new AddedFile(name, type, proof(part));
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        return Optional.of(added);
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isPresent()) {
            channel.get().close();
            channel = Optional.empty();
        }
    }
}
