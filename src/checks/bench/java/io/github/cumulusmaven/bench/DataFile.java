package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that was made, and what must be found in a copy of it.
 *
 * @param path its name is also the last part of its URL
 * @param resources its lines
 */
record DataFile(Path path, long bytes, long resources, String sha256) {
    String name() {
        return String.valueOf(path.getFileName());
    }

    static long bytes(List<DataFile> files) {
        return files.stream().mapToLong(DataFile::bytes).sum();
    }

    static long resources(List<DataFile> files) {
        return files.stream().mapToLong(DataFile::resources).sum();
    }

    /** Fails unless a folder has them all under their own names, in their sizes. */
    static void verify(List<DataFile> files, Path folder) throws IOException {
        for (DataFile original : files) {
            long bytes = Files.size(folder.resolve(original.name()));
            if (bytes != original.bytes()) {
                throw new IOException(original.name() + " has " + bytes + " bytes, not " + original.bytes());
            }
        }
    }
}
