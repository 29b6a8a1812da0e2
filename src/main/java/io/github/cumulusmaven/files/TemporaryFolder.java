package io.github.cumulusmaven.files;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private folder that is deleted when its user is done, and also when the JVM is told to end (Ctrl-C, SIGTERM): then
 * the thread that made it is interrupted, so that it stops writing there and deletes the folder itself.
 *
 * <p>A JVM that is killed deletes nothing. Beside the folder lies a file, locked for as long as the JVM lives, so that
 * a later run can tell that nobody uses the folder any more.
 */
public final class TemporaryFolder {
    private static final String ON_THE_FLY = "on-the-fly-";
    private static final String LOCK = ".lock";
    private static final String NUMBERS = "[0-9a-f]{8}-[0-9a-f]{8}";

    private static final Duration LONGEST_STOP = Duration.ofMinutes(1);

    private final Path path;
    private final CountDownLatch gone = new CountDownLatch(1);
    private List<Path> made = List.of();
    private @Nullable FolderLock lock;
    private @Nullable Thread atShutdown;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /** Names one that can be made in the folder. */
    public static TemporaryFolder in(Path parent) {
        return in(parent, ON_THE_FLY);
    }

    /** Names one of a certain kind, whose names begin with the prefix. */
    public static TemporaryFolder in(Path parent, String prefix) {
        return new TemporaryFolder(parent.resolve(prefix + random() + "-" + random()));
    }

    private static String random() {
        byte[] bytes = new byte[4];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Returns where the folder is, or will be. */
    public Path path() {
        return path;
    }

    private static Path lockOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + LOCK);
    }

    private Path parent() {
        return Objects.requireNonNull(path.getParent());
    }

    /** Makes it, for the thread that calls. */
    public void create() throws IOException {
        Thread user = Thread.currentThread();
        create(new Thread(() -> end(user), "cumulus-delete"));
    }

    /** Makes it for threads that nobody need interrupt when the JVM is told to end. */
    public void createForAll() throws IOException {
        create(new Thread(this::deleteQuietly, "cumulus-delete"));
    }

    /** Creates the folder after locking it: without the lock, it would pass for a killed run's. */
    private void create(Thread hook) throws IOException {
        made = missing(parent());
        PrivateFiles.createFolder(parent());
        lock = FolderLock.take(lockOf(path)).orElseThrow(() -> new IOException(lockOf(path) + " cannot be locked"));
        atShutdown = hook;
        Runtime.getRuntime().addShutdownHook(hook);
        PrivateFiles.createNewFolder(path);
    }

    /** Lists the folder and its missing parents, the innermost first. */
    private static List<Path> missing(Path folder) {
        List<Path> missing = new ArrayList<>();
        for (Path at = folder; at != null && !Files.exists(at); at = at.getParent()) {
            missing.add(at);
        }
        return missing;
    }

    /** Interrupts the folder's user and waits until the folder is gone; the JVM waits for this. */
    private void end(Thread user) {
        user.interrupt();
        try {
            if (gone.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        deleteQuietly();
    }

    private void deleteQuietly() {
        try {
            delete();
        } catch (IOException undeletable) {
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
                FileTree.delete(path);
                lock.closeAndDelete();
            }
        } finally {
            if (lock != null) {
                lock.close();
            }
            deleteMade();
            gone.countDown();
            forgetShutdown();
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
                // The shutdown hook runs this code, or waits for it.
                atShutdown = null;
            }
        }
    }

    /**
     * The folders that killed runs left behind.
     *
     * @param deleted those that are deleted now
     * @param undeleted those that could not be, or must not be, deleted
     */
    public record LeftOver(List<Path> deleted, List<Path> undeleted) {}

    /**
     * Deletes the temporary folders in a folder whose JVM is dead. Those in use stay, and are not told of.
     *
     * @throws IOException when the folder cannot be read
     */
    public static LeftOver deleteLeftOver(Path parent) throws IOException {
        return deleteLeftOver(parent, ON_THE_FLY);
    }

    /** Does the same for those of another kind. What belongs to other users stays. */
    public static LeftOver deleteLeftOver(Path parent, String prefix) throws IOException {
        LeftOver found = new LeftOver(new ArrayList<>(), new ArrayList<>());
        Pattern name = Pattern.compile(Pattern.quote(prefix) + NUMBERS);
        if (Files.isDirectory(parent)) {
            try (Stream<Path> content = Files.list(parent)) {
                for (Path folder :
                        content.filter(path -> isTemporary(path, name)).toList()) {
                    deleteIfDead(folder).ifPresent(gone -> (gone ? found.deleted() : found.undeleted()).add(folder));
                }
            }
        }
        return found;
    }

    private static boolean isTemporary(Path path, Pattern name) {
        return name.matcher(String.valueOf(path.getFileName())).matches()
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes a folder that no run holds; returns whether that succeeded, or empty when the folder is in use. */
    private static Optional<Boolean> deleteIfDead(Path folder) {
        try {
            if (!Ownership.isOwn(folder)) {
                return Optional.of(false);
            }
            Optional<FolderLock> lock = FolderLock.takeExisting(lockOf(folder));
            if (lock.isEmpty()) {
                return Optional.empty();
            }
            try (FolderLock dead = lock.get()) {
                FileTree.delete(folder);
                dead.closeAndDelete();
                return Optional.of(true);
            }
        } catch (IOException noLockOrUndeletable) {
            return Optional.of(false);
        }
    }
}
