package io.github.cumulusmaven.bulk;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders and files that only their owner can read, where the file system knows of owners. */
public final class PrivateFiles {
    private static final int BUFFER = 64 * 1024;

    private PrivateFiles() {}

    /** Makes a folder, 0700, and the missing ones above it; one that exists keeps its rights. */
    public static void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            // Also a link to one, which createDirectories refuses.
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            createFolder(parent);
        }
        try {
            Files.createDirectories(folder, rights(folder, "rwx------"));
        } catch (FileAlreadyExistsException notAFolder) {
            throw new IOException("there is a file in the folder's place", notAFolder);
        }
        if (parent != null) {
            forceNames(parent);
        }
    }

    /** Makes a folder, 0700, that is not there yet, in one that is. */
    public static void createNewFolder(Path folder) throws IOException {
        Files.createDirectory(folder, rights(folder, "rwx------"));
    }

    /** Opens a file for writing; a new one is 0600. */
    public static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        return FileChannel.open(file, options, rights(file, "rw-------"));
    }

    /** Begins a file anew, 0600. What lay under its name goes, be it a file with other rights or a link to elsewhere. */
    public static FileChannel createNew(Path file) throws IOException {
        Files.deleteIfExists(file);
        return open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Forces to the disk which files are in a folder, under which names; where only the system itself can, it has to. */
    static void forceNames(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // Windows opens no folders, and some network file systems do not force them.
            return;
        }
    }

    /** Writes a file whole: to a neighbour, then moved into its place, both forced to the disk. */
    static void replace(Path file, byte[] content) throws IOException {
        replace(file, out -> out.write(content));
    }

    /** What a file is to hold. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The same for content that is written part by part. */
    static void replace(Path file, Content content) throws IOException {
        Path neighbour = file.resolveSibling(neighbour(String.valueOf(file.getFileName())));
        try (FileChannel channel = createNew(neighbour)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            content.writeTo(new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length);
                }

                @Override
                public void close() throws IOException {
                    // It is forced to the disk first.
                    flush();
                }
            });
            out.flush();
            channel.force(true);
        }
        Files.move(neighbour, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            forceNames(folder);
        }
    }

    /** What {@link #replace} writes to first, and leaves where it is killed. */
    static String neighbour(String name) {
        return name + ".tmp";
    }

    private static FileAttribute<?>[] rights(Path path, String rights) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
