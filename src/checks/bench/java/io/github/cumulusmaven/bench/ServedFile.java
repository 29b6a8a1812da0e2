package io.github.cumulusmaven.bench;

import java.nio.file.Path;

/**
 * A file of the server's, and what a client must find in it.
 *
 * @param path where the server has it; its name is also the last part of its URL
 * @param resources its lines
 */
record ServedFile(Path path, long bytes, long resources, String sha256) {
    String name() {
        return String.valueOf(path.getFileName());
    }
}
