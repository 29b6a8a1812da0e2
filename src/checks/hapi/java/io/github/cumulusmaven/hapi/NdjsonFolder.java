package io.github.cumulusmaven.hapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Resources in files {@code Type.ndjson.gz}. */
final class NdjsonFolder {
    private static final String ENDING = ".ndjson.gz";

    /** The patients, to choose by; then what others refer to by a search, which the server does when it stores those. */
    private static final List<String> FIRST = List.of("Patient", "Organization", "Location", "Practitioner");

    private final Path folder;

    NdjsonFolder(Path folder) {
        this.folder = folder;
    }

    /** The first so many patients, what is theirs, and what is nobody's. Groups lose the members that stay out. */
    List<JsonNode> resources(int patients) throws IOException {
        List<JsonNode> chosen = new ArrayList<>();
        Set<String> owners = new HashSet<>();
        owners.add("");
        for (Path file : files()) {
            for (String line : lines(file)) {
                JsonNode resource = FhirJson.mapper().readTree(line);
                if (isPatient(resource) && owners.size() <= patients) {
                    owners.add("Patient/" + resource.path("id").textValue());
                }
                if (owners.contains(owner(resource))) {
                    keepMembers(resource, owners);
                    chosen.add(resource);
                }
            }
        }
        return chosen;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(file -> file.toString().endsWith(ENDING))
                    .sorted(Comparator.comparing(NdjsonFolder::rank).thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static int rank(Path file) {
        int rank = FIRST.indexOf(file.getFileName().toString().replace(ENDING, ""));
        return rank < 0 ? FIRST.size() : rank;
    }

    private static List<String> lines(Path file) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private static boolean isPatient(JsonNode resource) {
        return resource.path("resourceType").asText().equals("Patient");
    }

    private static String owner(JsonNode resource) {
        if (isPatient(resource)) {
            return "Patient/" + resource.path("id").textValue();
        }
        String subject = resource.at("/subject/reference").asText();
        return subject.isEmpty() ? resource.at("/patient/reference").asText() : subject;
    }

    private static void keepMembers(JsonNode resource, Set<String> owners) {
        Iterator<JsonNode> members = resource.path("member").iterator();
        while (members.hasNext()) {
            if (!owners.contains(members.next().at("/entity/reference").asText())) {
                members.remove();
            }
        }
    }
}
