package io.github.cumulusmaven.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds a folder for one run, by a locked file in it or beside it that names the process. The file of a killed run is not
 * locked any more, and in nobody's way.
 */
public final class FolderLock implements Closeable {
    private static final Pattern PROCESS = Pattern.compile("\\d{1,19}");
    private static final int LONGEST = 64;

    /**
     * The folders that this JVM has locked. Their lock files are not opened again: on POSIX, closing a file releases
     * all locks that the process has on it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, and makes its file where there is none.
     *
     * @return nothing where another run holds it
     * @throws UnsafePath when there is a link, or something else that is no lock, under the file's name
     */
    public static Optional<FolderLock> take(Path file) throws IOException {
        return take(file, Rights.OWNER_ONLY);
    }

    /** Does the same; a new file has these rights. */
    public static Optional<FolderLock> take(Path file, Rights rights) throws IOException {
        return take(file, rights, StandardOpenOption.CREATE);
    }

    /**
     * Takes the lock whose file exists already.
     *
     * @return nothing where another run holds it
     * @throws NoSuchFileException when there is no such file
     */
    public static Optional<FolderLock> takeExisting(Path file) throws IOException {
        return take(file, Rights.OWNER_ONLY, StandardOpenOption.WRITE);
    }

    /** Tells whether another run holds the lock, and changes nothing. */
    public static boolean isHeld(Path file) throws IOException {
        try {
            Optional<FolderLock> free = takeExisting(file);
            if (free.isPresent()) {
                free.get().close();
            }
            return free.isEmpty();
        } catch (NoSuchFileException nobody) {
            return false;
        }
    }

    private static Path key(Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        return folder.toRealPath().resolve(file.getFileName());
    }

    private static Optional<FolderLock> take(Path file, Rights rights, OpenOption how) throws IOException {
        Path key = key(file);
        synchronized (HELD) {
            if (HELD.contains(key)) {
                return Optional.empty();
            }
            FileChannel channel = PrivateFiles.open(key, rights, StandardOpenOption.READ, how);
            boolean taken = false;
            try {
                // the file may have been removed by its holder, and be made anew by another run
                taken = lock(key, channel) && isThere(key);
                if (taken && how == StandardOpenOption.CREATE) {
                    sign(channel);
                }
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            if (taken) {
                HELD.add(key);
            }
            return taken ? Optional.of(new FolderLock(key, channel)) : Optional.empty();
        }
    }

    private static boolean lock(Path file, FileChannel channel) throws IOException {
        Object opened = identity(file);
        try {
            if (channel.tryLock() == null || !opened.equals(identity(file))) {
                return false;
            }
        } catch (OverlappingFileLockException withinThisJvm) {
            return false;
        }
        if (channel.size() > LONGEST) {
            throw new UnsafePath(file, "it is not a lock of this program");
        }
        return true;
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Identifies a file, to recognize another one under the same name, where the file system can. */
    private static Object identity(Path file) throws IOException {
        return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey());
    }

    private static void sign(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
    }

    /** Names the process that holds the lock, or {@code unknown}. */
    public static String holder(Path file) {
        try {
            synchronized (HELD) {
                if (HELD.contains(key(file))) {
                    return String.valueOf(ProcessHandle.current().pid());
                }
            }
            String process = new String(RegularFiles.read(file, LONGEST), StandardCharsets.US_ASCII);
            return PROCESS.matcher(process).matches() ? process : "unknown";
        } catch (IOException unreadable) {
            return "unknown";
        }
    }

    /** Gives the folder free; the file stays. */
    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            if (channel.isOpen()) {
                channel.close();
                HELD.remove(file);
            }
        }
    }

    /** Releases the folder and removes the file, while nobody else can have the lock. */
    public void closeAndDelete() throws IOException {
        try {
            if (channel.isOpen()) {
                Files.deleteIfExists(file);
            }
        } finally {
            close();
        }
    }
}
