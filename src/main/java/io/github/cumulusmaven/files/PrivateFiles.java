package io.github.cumulusmaven.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** Makes folders and files that only their owner can read, where the file system knows rights. */
public final class PrivateFiles {
    /** The name of the file by which Git ignores the folder. */
    public static final String IGNORE = ".gitignore";

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private PrivateFiles() {}

    /** Makes a folder, 0700, and the missing ones above it; one that exists, or a link to one, keeps its rights. */
    public static void createFolder(Path folder) throws IOException {
        createFolder(folder, Rights.OWNER_ONLY);
    }

    static void createFolder(Path folder, Rights rights) throws IOException {
        if (Files.isDirectory(folder)) {
            // A link to a folder is accepted, too, which createDirectories refuses.
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            createFolder(parent, rights);
        }
        try {
            Files.createDirectories(folder, rights.ofFolder(folder));
        } catch (FileAlreadyExistsException notAFolder) {
            throw new IOException("there is a file in the folder's place", notAFolder);
        }
        if (parent != null) {
            forceNames(parent);
        }
    }

    /**
     * Makes a folder, 0700, in another one or below.
     *
     * @throws UnsafePath when a link leads there
     */
    public static void createFolderIn(Path root, Path folder) throws IOException {
        RegularFiles.refuseLinks(root, folder);
        createFolder(folder);
    }

    /** Makes a new folder, 0700, in one that exists. */
    public static void createNewFolder(Path folder) throws IOException {
        Files.createDirectory(folder, Rights.OWNER_ONLY.ofFolder(folder));
    }

    /**
     * Opens a file for writing; a new one is 0600.
     *
     * @throws UnsafePath when there is a link, or no regular file, under its name
     */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return open(file, Rights.OWNER_ONLY, options);
    }

    /** Does the same; a new file has these rights. */
    public static FileChannel open(Path file, Rights rights, OpenOption... options) throws IOException {
        return open(file, file.resolveSibling(""), rights, options);
    }

    private static FileChannel open(Path file, Path model, Rights rights, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        boolean there = !all.contains(StandardOpenOption.CREATE_NEW) && RegularFiles.isThere(file);
        all.add(StandardOpenOption.WRITE);
        all.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(file, all, rights.ofFile(file));
        try {
            if (!there) {
                rights.share(file, model);
            }
            return channel;
        } catch (IOException | RuntimeException unusable) {
            channel.close();
            throw unusable;
        }
    }

    /** Begins a file anew, 0600. What lay under its name goes, be it a file with other rights or a link to elsewhere. */
    public static FileChannel createNew(Path file) throws IOException {
        try {
            return open(file, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException other) {
            Files.deleteIfExists(file);
            return open(file, StandardOpenOption.CREATE_NEW);
        }
    }

    /** Writes a file's content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file whole: to a neighbour, then moved into its place, both forced to the disk. Nothing stays of a failure. */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, out -> out.write(content));
    }

    /** Does the same with content that is written bit by bit. */
    public static void replace(Path file, Content content) throws IOException {
        replace(file, Rights.OWNER_ONLY, content);
    }

    /** Does the same; the file has these rights. */
    public static void replace(Path file, Rights rights, Content content) throws IOException {
        Path model = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? file : file.resolveSibling("");
        Path neighbour = file.resolveSibling(neighbour(String.valueOf(file.getFileName())));
        Files.deleteIfExists(neighbour);
        try {
            try (FileChannel channel = open(neighbour, model, rights, StandardOpenOption.CREATE_NEW)) {
                // A stream, as a channel may take but a part, on a disk that is nearly full.
                content.writeTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(neighbour, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceNames(file.resolveSibling("."));
        } finally {
            Files.deleteIfExists(neighbour);
        }
    }

    /** Names the temporary file that {@link #replace} writes first, and leaves behind where it is killed. */
    public static String neighbour(String name) {
        return name + ".tmp";
    }

    /** Keeps a folder out of Git, unless the folder has a file of that name. */
    public static void ignoreInGit(Path folder) throws IOException {
        ignoreInGit(folder, Rights.OWNER_ONLY);
    }

    /** Does the same; the file that does it has these rights. */
    public static void ignoreInGit(Path folder, Rights rights) throws IOException {
        Path file = folder.resolve(IGNORE);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            replace(file, rights, out -> out.write("*\n".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    /** Forces to the disk which files are in a folder, under which names; where only the system itself can, it has to. */
    public static void forceNames(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException notHere) {
            // Windows opens no folders, and some network file systems do not force them.
            return;
        }
    }

    /** Takes the rights of others away. Only the owner can: another user leaves it as it is. */
    public static void tighten(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> rights = EnumSet.noneOf(PosixFilePermission.class);
        rights.addAll(view.readAttributes().permissions());
        if (rights.removeAll(OF_OTHERS)) {
            try {
                view.setPermissions(rights);
            } catch (FileSystemException notTheOwner) {
                return;
            }
        }
    }
}
