package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that a client brought over under their own names. */
final class Fetched {
    private Fetched() {}

    static void verify(List<ServedFile> served, Path folder) throws IOException {
        for (ServedFile original : served) {
            long bytes = Files.size(folder.resolve(original.name()));
            if (bytes != original.bytes()) {
                throw new IOException(original.name() + " has " + bytes + " bytes, not " + original.bytes());
            }
        }
    }
}
