package io.github.cumulusmaven.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Keeps an output folder for one run, by a locked file in it. Only who holds the lock removes the file; one that a killed
 * run has left is not locked, and in nobody's way.
 */
final class OutputLock implements Closeable {
    static final String NAME = ".staging.lock";

    private final Path file;
    private final FileChannel channel;

    private OutputLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static OutputLock take(Path output) throws IOException {
        Path file = output.resolve(NAME);
        try {
            create(file);
            Object identity = identity(file);
            FileChannel channel = open(file);
            if (isTaken(channel) && identity.equals(identity(file))) {
                return new OutputLock(file, channel);
            }
            channel.close();
        } catch (NoSuchFileException endedThisMoment) {
            throw new FolderInUse(output);
        }
        throw new FolderInUse(output);
    }

    /** Refuses what {@link #take} would refuse, and changes nothing. */
    static void check(Path output) throws IOException {
        try (FileChannel channel = open(output.resolve(NAME))) {
            if (!isTaken(channel)) {
                throw new FolderInUse(output);
            }
        } catch (NoSuchFileException free) {
            return;
        }
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException leftOrHeld) {
            return;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /** Tells a file from one that was removed under the same name, where the file system can. */
    private static Object identity(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return Optional.ofNullable(attributes.fileKey());
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException withinThisJvm) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
