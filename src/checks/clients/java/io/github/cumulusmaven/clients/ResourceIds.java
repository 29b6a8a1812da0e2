package io.github.cumulusmaven.clients;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The ids of the resources in a folder of NDJSON, by type, sorted, as often as each is there.
 *
 * @param byType as above
 * @param files how many files the folder has
 */
record ResourceIds(SortedMap<String, List<String>> byType, int files) {

    /** Reads all files of a folder and the folders in it, but logs and what links lead to. */
    static ResourceIds in(Path folder) throws IOException {
        SortedMap<String, List<String>> found = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(file -> !Files.isSymbolicLink(file))
                    .filter(file -> file.toString().matches(".*\\.ndjson(\\.gz)?"))
                    .filter(file -> !file.endsWith("log.ndjson"))
                    .toList();
        }
        for (Path file : files) {
            try (LineReader reader = LineReader.open(file)) {
                while (reader.next()) {
                    JsonNode resource = FhirJson.mapper().readTree(reader.line());
                    found.computeIfAbsent(resource.path("resourceType").asText(), type -> new ArrayList<>())
                            .add(resource.path("id").asText());
                }
            }
        }
        found.values().forEach(Collections::sort);
        return new ResourceIds(found, files.size());
    }

    ResourceIds without(List<String> types) {
        SortedMap<String, List<String>> fewer = new TreeMap<>(byType);
        types.forEach(fewer::remove);
        return new ResourceIds(fewer, files);
    }

    ResourceIds only(List<String> types) {
        SortedMap<String, List<String>> fewer = new TreeMap<>(byType);
        fewer.keySet().retainAll(types);
        return new ResourceIds(fewer, files);
    }

    String summary() {
        return byType.values().stream().mapToInt(List::size).sum() + " resources of " + byType.size() + " types";
    }

    /** Names the types whose ids differ, and how many there are on both sides. */
    List<String> differences(ResourceIds other) {
        SortedSet<String> types = new TreeSet<>(byType.keySet());
        types.addAll(other.byType.keySet());
        return types.stream()
                .filter(type -> !ids(type).equals(other.ids(type)))
                .map(type -> type + ": " + ids(type).size() + " here, "
                        + other.ids(type).size() + " there")
                .toList();
    }

    private List<String> ids(String type) {
        return byType.getOrDefault(type, List.of());
    }

    /** Counts the resources that are here and not there. */
    int missingIn(ResourceIds other) {
        int missing = 0;
        for (Map.Entry<String, List<String>> type : byType.entrySet()) {
            List<String> rest = new ArrayList<>(type.getValue());
            rest.removeAll(other.ids(type.getKey()));
            missing += rest.size();
        }
        return missing;
    }
}
