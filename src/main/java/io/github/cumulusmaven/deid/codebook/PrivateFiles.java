package io.github.cumulusmaven.deid.codebook;

import java.io.IOException;
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
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Writes a file whole: to a neighbour, forced to the disk, then moved into its place. Nothing stays of a failure. */
    static void replace(Path file, Content content) throws IOException {
        Path neighbour = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(neighbour);
        try {
            try (FileChannel channel = open(neighbour, StandardOpenOption.CREATE_NEW)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(neighbour, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(neighbour);
        }
    }

    private static FileAttribute<?>[] rights(Path path, String rights) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
