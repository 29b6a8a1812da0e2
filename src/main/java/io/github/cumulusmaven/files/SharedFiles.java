package io.github.cumulusmaven.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes folders and files that others may read, but not write, whatever the umask. */
public final class SharedFiles {
    private SharedFiles() {}

    /** Makes a folder, 0755 at most, and the missing ones above it; one that exists, or a link to one, keeps its rights. */
    public static void createFolder(Path folder) throws IOException {
        PrivateFiles.createFolder(folder, Rights.OTHERS_MAY_READ);
    }

    /** Makes a file, 0644 at most, that is not there yet, and opens it for writing. */
    public static FileChannel createNew(Path file) throws IOException {
        return PrivateFiles.open(file, Rights.OTHERS_MAY_READ, StandardOpenOption.CREATE_NEW);
    }

    /** Keeps a folder out of Git, unless something of that name is there already. */
    public static void ignoreInGit(Path folder) throws IOException {
        PrivateFiles.ignoreInGit(folder, Rights.OTHERS_MAY_READ);
    }
}
