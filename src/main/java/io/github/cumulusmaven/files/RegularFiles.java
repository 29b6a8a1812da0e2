package io.github.cumulusmaven.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Opens regular files only: what somebody else has put under a file's name may be a link to elsewhere, a pipe that nobody
 * writes into, or a device that never ends.
 *
 * <p>A pipe is found out before it is opened, as the JDK cannot open one without waiting. Who can swap the file between the
 * two steps can make a run wait, and no more: links are refused by the opening itself.
 */
public final class RegularFiles {
    private RegularFiles() {}

    /**
     * Opens a file that this program has made.
     *
     * @param most how many bytes it may have
     * @throws UnsafePath when it is a link, no regular file, or larger
     */
    public static InputStream open(Path file, long most) throws IOException {
        requireThere(file);
        if (Files.size(file) > most) {
            throw tooLarge(file, most);
        }
        // Not through a channel: that would fail in a thread that is interrupted, which still has to tell how far it
        // got.
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Opens a file that a user has named or brought: links are followed to their end.
     *
     * @param most how many bytes it may have
     * @throws UnsafePath when it is no regular file, or larger
     */
    public static InputStream openTarget(Path file, long most) throws IOException {
        return open(file.toRealPath(), most);
    }

    /** Opens a file of any size that a user has named or brought: links are followed to their end. */
    public static FileChannel openTarget(Path file) throws IOException {
        Path target = file.toRealPath();
        requireThere(target);
        return FileChannel.open(target, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static void requireThere(Path file) throws IOException {
        if (!isThere(file)) {
            throw new NoSuchFileException(file.toString());
        }
    }

    /**
     * Reads all of a file that this program has made.
     *
     * @param most how many bytes it may have
     */
    public static byte[] read(Path file, int most) throws IOException {
        try (InputStream in = open(file, most)) {
            return readAll(file, in, most);
        }
    }

    /** Reads all of a file that a user has named: links are followed to their end. */
    public static byte[] readTarget(Path file, int most) throws IOException {
        try (InputStream in = openTarget(file, most)) {
            return readAll(file, in, most);
        }
    }

    private static byte[] readAll(Path file, InputStream in, int most) throws IOException {
        byte[] content = in.readNBytes(most);
        if (in.read() >= 0) {
            throw tooLarge(file, most);
        }
        return content;
    }

    private static UnsafePath tooLarge(Path file, long most) {
        return new UnsafePath(file, "it is larger than the " + most + " bytes that are read of it");
    }

    /**
     * Tells whether there is a file.
     *
     * @throws UnsafePath when there is something else under its name
     */
    public static boolean isThere(Path file) throws IOException {
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException missing) {
            return false;
        }
        if (found.isSymbolicLink()) {
            throw new UnsafePath(file, "it is a link, which is not followed here");
        }
        if (!found.isRegularFile()) {
            throw new UnsafePath(file, "it is not a regular file");
        }
        return true;
    }

    /**
     * Refuses a folder in, or below, another one that is reached through a link, or that is a file.
     *
     * @param root itself may be a link, as its user has named it
     */
    public static void refuseLinks(Path root, Path folder) throws UnsafePath {
        Path at = root;
        for (Path name : root.relativize(folder)) {
            if (name.toString().isEmpty()) {
                return;
            }
            at = at.resolve(name);
            boolean linked = Files.isSymbolicLink(at);
            if (linked || (Files.exists(at) && !Files.isDirectory(at))) {
                throw new UnsafePath(
                        at, linked ? "it is a link, through which nothing is written" : "it is not a folder");
            }
            if (name.toString().equals("..")) {
                throw new UnsafePath(folder, "it does not lie in " + root);
            }
        }
    }
}
