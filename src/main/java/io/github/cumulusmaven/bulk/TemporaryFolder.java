package io.github.cumulusmaven.bulk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private folder that goes when its user is done, and also when the JVM is told to end (Ctrl-C, SIGTERM): then the
 * thread that made it is interrupted, so that it stops what writes there and deletes it itself.
 *
 * <p>A JVM that is killed deletes nothing. Beside the folder lies a file, locked for as long as the JVM lives, so that a
 * later run can tell that nobody uses the folder any more.
 */
public final class TemporaryFolder {
    private static final String PREFIX = "on-the-fly-";
    private static final String LOCK = ".lock";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{8}-[0-9a-f]{8}");

    /** Not to be opened by ourselves: where the system is POSIX, closing a file gives up all locks that we have on it. */
    private static final String OURS = PREFIX + random();

    private static final Duration LONGEST_STOP = Duration.ofMinutes(1);

    private final Path path;
    private final CountDownLatch gone = new CountDownLatch(1);
    private List<Path> made = List.of();
    private @Nullable FileChannel lock;
    private @Nullable Thread atShutdown;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /** A name for one that can be made in the folder. */
    public static TemporaryFolder in(Path parent) {
        return new TemporaryFolder(parent.resolve(OURS + "-" + random()));
    }

    private static String random() {
        byte[] bytes = new byte[4];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Where it is, or will be. */
    public Path path() {
        return path;
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    private Path parent() {
        return Objects.requireNonNull(path.getParent());
    }

    /** Makes it, for the thread that calls. The lock comes first: without one, a folder would pass for a dead run's. */
    public void create() throws IOException {
        made = missing(parent());
        PrivateFiles.createFolder(parent());
        lock = PrivateFiles.open(lockOf(path), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        if (!tryLock(lock)) {
            throw new IOException(lockOf(path) + " cannot be locked");
        }
        Thread user = Thread.currentThread();
        atShutdown = new Thread(() -> end(user), "cumulus-delete");
        Runtime.getRuntime().addShutdownHook(atShutdown);
        PrivateFiles.createFolder(path);
    }

    /** The folder and those above it that do not exist, the innermost first. */
    private static List<Path> missing(Path folder) {
        List<Path> missing = new ArrayList<>();
        for (Path at = folder; at != null && !Files.exists(at); at = at.getParent()) {
            missing.add(at);
        }
        return missing;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException withinThisJvm) {
            return false;
        }
    }

    /** The JVM waits for this. */
    private void end(Thread user) {
        user.interrupt();
        try {
            if (!gone.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                delete();
            }
        } catch (IOException | InterruptedException undeletable) {
            // Nobody listens any more; the next run finds the folder.
            return;
        }
    }

    /**
     * Deletes it, and those folders above it that were made for it and are empty again.
     *
     * @throws IOException when something of it is still there
     */
    public synchronized void delete() throws IOException {
        try {
            if (lock != null) {
                FolderDeletion.of(path);
                Files.deleteIfExists(lockOf(path));
            }
        } finally {
            unlock();
            deleteMade();
            gone.countDown();
            forgetShutdown();
        }
    }

    private void unlock() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    private void deleteMade() throws IOException {
        for (Path folder : made) {
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException used) {
                return;
            }
        }
    }

    private void forgetShutdown() {
        if (atShutdown != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(atShutdown);
            } catch (IllegalStateException shuttingDown) {
                // It is what runs this, or waits for it.
                atShutdown = null;
            }
        }
    }

    /**
     * What killed runs have left.
     *
     * @param deleted what is gone now
     * @param undeleted what looks like it, but could not be deleted or may not be
     */
    public record LeftOver(List<Path> deleted, List<Path> undeleted) {}

    /**
     * Deletes the temporary folders in a folder whose JVM is dead. Those in use stay, and are not told of.
     *
     * @throws IOException when the folder cannot be read
     */
    public static LeftOver deleteLeftOver(Path parent) throws IOException {
        LeftOver found = new LeftOver(new ArrayList<>(), new ArrayList<>());
        if (Files.isDirectory(parent)) {
            try (Stream<Path> content = Files.list(parent)) {
                for (Path folder : content.filter(TemporaryFolder::isForeign).toList()) {
                    deleteIfDead(folder).ifPresent(gone -> (gone ? found.deleted() : found.undeleted()).add(folder));
                }
            }
        }
        return found;
    }

    private static boolean isForeign(Path path) {
        String name = String.valueOf(path.getFileName());
        return NAME.matcher(name).matches()
                && !name.startsWith(OURS)
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether it could be deleted; nothing when it is in use. */
    private static Optional<Boolean> deleteIfDead(Path folder) {
        Path lock = lockOf(folder);
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (!tryLock(channel)) {
                return Optional.empty();
            }
            FolderDeletion.of(folder);
            Files.delete(lock);
            return Optional.of(true);
        } catch (IOException noLockOrUndeletable) {
            return Optional.of(false);
        }
    }
}
