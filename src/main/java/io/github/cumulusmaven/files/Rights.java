package io.github.cumulusmaven.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Rights that new files and folders get, where the file system knows rights; the umask may take more of them away. */
public enum Rights {
    OWNER_ONLY("rw-------", "rwx------"),
    OTHERS_MAY_READ("rw-r--r--", "rwxr-xr-x"),

    /**
     * Shares files with a group that the user chose: a file that replaces another takes its rights and group; a new
     * file is for the folder's group to read and write, whatever the umask. New folders are for their owner only.
     */
    AS_SHARED("rw-------", "rwx------");

    private static final Set<PosixFilePermission> OF_OWNER_AND_GROUP = EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE);

    private final String ofFile;
    private final String ofFolder;

    Rights(String ofFile, String ofFolder) {
        this.ofFile = ofFile;
        this.ofFolder = ofFolder;
    }

    FileAttribute<?>[] ofFile(Path file) {
        return attributes(file, ofFile);
    }

    FileAttribute<?>[] ofFolder(Path folder) {
        return attributes(folder, ofFolder);
    }

    /**
     * Shares a file that was just made, with whoever shares what it comes after.
     *
     * @param model the file that it is to replace, or the folder that it is in
     */
    void share(Path made, Path model) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (this != AS_SHARED || view == null) {
            return;
        }
        PosixFileAttributes shared = Files.readAttributes(model, PosixFileAttributes.class);
        Set<PosixFilePermission> rights = EnumSet.copyOf(view.readAttributes().permissions());
        rights.addAll(shared.permissions());
        if (shared.isDirectory()) {
            rights.retainAll(OF_OWNER_AND_GROUP);
        }
        try {
            if (!view.readAttributes().group().equals(shared.group())) {
                view.setGroup(shared.group());
            }
        } catch (FileSystemException notAMember) {
            // The file keeps this user's group, for which the folder's own rights count.
        }
        try {
            view.setPermissions(rights);
        } catch (FileSystemException unknownHere) {
            // A mount that knows no rights gives its own.
        }
    }

    private static FileAttribute<?>[] attributes(Path path, String rights) {
        boolean posix =
                path.getFileSystem().provider().getFileAttributeView(path, PosixFileAttributeView.class) != null;
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
