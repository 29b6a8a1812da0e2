package io.github.cumulusmaven.jmh;

import io.github.cumulusmaven.files.GzipBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The beginning of a file of resources, in memory.
 *
 * @param bytes NDJSON that ends with an end of line
 * @param ends where each line ends, behind its end
 */
record Lines(byte[] bytes, int[] ends) {
    /** Where the files are; {@code <type>.ndjson} with anything between, also gzipped. */
    static final String FOLDER = "jmh.data";

    /** Far more than a processor's caches, and not so much that a second is over before all of it is read. */
    private static final int MOST = 32 * 1024 * 1024;

    static Lines of(String type) throws IOException {
        Path file = find(Path.of(System.getProperty(FOLDER, "")), type);
        try (InputStream in = GzipBody.decode(Files.newInputStream(file))) {
            return whole(in.readNBytes(MOST));
        }
    }

    private static Path find(Path folder, String type) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(type + "(\\..+)?\\.ndjson(\\.gz)?"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow(() -> new IOException("no " + type + ".ndjson in " + folder));
        }
    }

    private static Lines whole(byte[] read) {
        int[] ends = new int[read.length];
        int count = 0;
        for (int index = 0; index < read.length; index++) {
            if (read[index] == '\n') {
                ends[count++] = index + 1;
            }
        }
        return new Lines(Arrays.copyOf(read, count == 0 ? 0 : ends[count - 1]), Arrays.copyOf(ends, count));
    }

    double megabytes() {
        return bytes.length / 1e6;
    }
}
