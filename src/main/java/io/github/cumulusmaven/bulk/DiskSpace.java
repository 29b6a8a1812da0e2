package io.github.cumulusmaven.bulk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stops what grows on a disk before the disk is full: a few kilobytes of gzip can hold any number of bytes, and others
 * use the disk, too. Not thread-safe.
 */
final class DiskSpace {
    /** What is left for others: a hundredth of the disk, but no more than this. */
    private static final long MOST_RESERVE = 512L * 1024 * 1024;

    private static final long BETWEEN_LOOKS = 16L * 1024 * 1024;

    private final Path file;
    private final FileStore store;
    private final long reserve;
    private long written;
    private long nextLook;

    private DiskSpace(Path file, FileStore store) throws IOException {
        this.file = file;
        this.store = store;
        this.reserve = Math.min(MOST_RESERVE, store.getTotalSpace() / 100);
    }

    /** The space on the disk that holds a file. */
    static DiskSpace around(Path file) throws IOException {
        return new DiskSpace(file, Files.getFileStore(file));
    }

    /** Throws where more bytes would leave too little for others. */
    void use(int bytes) throws IOException {
        written += bytes;
        if (written >= nextLook) {
            nextLook = written + BETWEEN_LOOKS;
            long free = store.getUsableSpace();
            if (free < reserve + BETWEEN_LOOKS) {
                throw new FileSystemException(
                        file.toString(),
                        null,
                        "unpacked, it has more than " + written + " bytes, and the disk has room for no more (" + free
                                + " bytes are free)");
            }
        }
    }
}
