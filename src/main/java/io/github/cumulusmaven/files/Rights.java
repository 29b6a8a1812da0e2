package io.github.cumulusmaven.files;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Rights that new files and folders get, where the file system knows rights; the umask may take more of them away. */
enum Rights {
    OWNER_ONLY("rw-------", "rwx------"),
    OTHERS_MAY_READ("rw-r--r--", "rwxr-xr-x");

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

    private static FileAttribute<?>[] attributes(Path path, String rights) {
        boolean posix =
                path.getFileSystem().provider().getFileAttributeView(path, PosixFileAttributeView.class) != null;
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }
}
