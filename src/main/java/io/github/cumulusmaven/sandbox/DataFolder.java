package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The NDJSON files of a folder by type of resource, as they are when it is opened. An export's own bookkeeping
 * ({@code log.ndjson}, {@code error/}) is not data.
 *
 * @param files by type
 * @param deleted hold the Bundles that say what is gone
 */
record DataFolder(SortedMap<String, List<Path>> files, List<Path> deleted) {
    DataFolder {
        files = Collections.unmodifiableSortedMap(files);
    }

    private static final Pattern DATA = Pattern.compile(".*\\.ndjson(\\.gz)?");

    static DataFolder open(Path folder) throws IOException {
        SortedMap<String, List<Path>> files = new TreeMap<>();
        for (Path file : list(folder)) {
            Optional<String> type = type(file);
            if (type.isPresent()) {
                files.computeIfAbsent(type.get(), first -> new ArrayList<>()).add(file);
            }
        }
        if (files.isEmpty()) {
            throw new IOException("No resources in *.ndjson or *.ndjson.gz in " + folder);
        }
        Path deleted = folder.resolve("deleted");
        return new DataFolder(files, Files.isDirectory(deleted) ? list(deleted) : List.of());
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(DataFolder::isData)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isData(Path file) {
        String name = name(file);
        return DATA.matcher(name).matches() && !InputFolder.isLog(name);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** By the one word of the file's name that is a type, else by its first line; nothing for a file without lines. */
    private static Optional<String> type(Path file) throws IOException {
        Optional<String> named = InputFolder.typeInName(name(file));
        if (named.isPresent()) {
            return named;
        }
        try (LineReader reader = LineReader.open(file)) {
            if (!reader.next()) {
                return Optional.empty();
            }
            return Optional.of(resource(reader.line())
                    .flatMap(first -> FhirJson.text(first, "resourceType"))
                    .filter(ResourceType::isKnown)
                    .orElseThrow(() -> new IOException(
                            name(file) + ": neither its name nor its first line tells the type of its resources")));
        }
    }

    Set<String> types() {
        return files.keySet();
    }

    List<Path> files(String type) {
        return files.getOrDefault(type, List.of());
    }

    /** The object of a line, or nothing when it is none. */
    static Optional<ObjectNode> resource(byte[] line) {
        try {
            JsonNode node = FhirJson.mapper().readTree(line);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }
}
