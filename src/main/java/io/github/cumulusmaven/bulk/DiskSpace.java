package io.github.cumulusmaven.bulk;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Stops what grows on a disk before the disk is full: a few kilobytes of gzip can hold any number of bytes, and others
 * use the disk, too. Not thread-safe.
 */
final class DiskSpace {
    /** Limits the space that is left for others, a hundredth of the disk: in bytes. */
    private static final long MOST_RESERVE = 512L * 1024 * 1024;

    private static final long BETWEEN_LOOKS = 16L * 1024 * 1024;

    private final File file;
    private final long total;
    private long written;
    private long nextLook = BETWEEN_LOOKS;

    private DiskSpace(File file) {
        this.file = file;
        this.total = file.getTotalSpace();
    }

    /** The space on the disk that holds a file; {@code Files.getFileStore} knows no mount points in some containers. */
    static DiskSpace around(Path file) {
        return new DiskSpace(file.toFile());
    }

    /** Throws where more bytes would leave too little for others. */
    void use(int bytes) throws IOException {
        written += bytes;
        if (written >= nextLook) {
            nextLook = written + BETWEEN_LOOKS;
            long free = file.getUsableSpace();
            // A file system that tells nothing is taken to have room.
            if (total > 0 && free < Math.min(MOST_RESERVE, total / 100) + BETWEEN_LOOKS) {
                throw new FileSystemException(
                        file.toString(),
                        null,
                        "unpacked, it has more than " + written + " bytes, and the disk has room for no more (" + free
                                + " bytes are free)");
            }
        }
    }
}
