package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Synthea's bulk output: {@code Type.ndjson}, and for providers {@code Type.<time>.ndjson}. */
final class SyntheaFolder {
    private SyntheaFolder() {}

    static Resources read(Path folder) throws IOException {
        Resources resources = new Resources();
        for (Path file : files(folder)) {
            for (String line : Files.readAllLines(file)) {
                resources.add((ObjectNode) Json.parse(line));
            }
        }
        return resources;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(SyntheaFolder::isWanted).sorted().toList();
        }
    }

    private static boolean isWanted(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".ndjson") && Resources.EXPORTED.contains(name.substring(0, name.indexOf('.')));
    }
}
