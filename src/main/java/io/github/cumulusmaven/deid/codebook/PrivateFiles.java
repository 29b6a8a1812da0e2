package io.github.cumulusmaven.deid.codebook;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Folders and files that only their owner can read, where the file system knows of owners. */
final class PrivateFiles {
    private PrivateFiles() {}

    /** Makes a folder, 0700, and the missing ones above it; one that exists keeps its rights for now. */
    static void createFolder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder, rights(folder, "rwx------"));
        } catch (FileAlreadyExistsException notAFolder) {
            throw new IOException("there is a file in the folder's place", notAFolder);
        }
    }

    /**
     * Takes the rights of others away from a folder that was made by someone less careful. Only its owner can: another
     * user leaves it as it is.
     */
    static void tightenFolder(Path folder) throws IOException {
        tighten(folder, "rwx------");
    }

    /** The same for a file, where there is one. */
    static void tightenFile(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            tighten(file, "rw-------");
        }
    }

    private static void tighten(Path path, String rights) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> present = view.readAttributes().permissions();
        Set<PosixFilePermission> kept = EnumSet.noneOf(PosixFilePermission.class);
        kept.addAll(present);
        kept.retainAll(PosixFilePermissions.fromString(rights));
        if (kept.equals(present)) {
            return;
        }
        try {
            view.setPermissions(kept);
        } catch (FileSystemException notTheOwner) {
            return;
        }
    }

    /** Opens a file for writing, new or as it is; a new one is 0600. */
    static FileChannel open(Path file, StandardOpenOption more) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, more), rights(file, "rw-------"));
    }

    /** What writes a file's content. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a file whole: to a neighbour, forced to the disk, then moved into its place, also on the disk. Nothing stays of
     * a failure. Through a stream, as a channel may take but a part, on a disk that is nearly full.
     */
    static void replace(Path file, Content content) throws IOException {
        Path neighbour = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(neighbour);
        try {
            try (FileChannel channel = open(neighbour, StandardOpenOption.CREATE_NEW)) {
                content.writeTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(neighbour, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceNames(file.resolveSibling("."));
        } finally {
            Files.deleteIfExists(neighbour);
        }
    }

    private static void forceNames(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // Windows opens no folders, and some network file systems do not force them.
            return;
        }
    }

    private static FileAttribute<?>[] rights(Path path, String rights) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
