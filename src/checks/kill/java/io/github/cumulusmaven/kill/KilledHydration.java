package io.github.cumulusmaven.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.WholeFile;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.kill.SlowServer.Asked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One export that is hydrated in several runs, and what must hold of it.
 *
 * @param number the server's number of it
 * @param folder of the export
 * @param chart that the server has
 */
record KilledHydration(int number, Path folder, Chart chart) {
    /** The URLs of what lies on the disk in whole lines, be its file finished or not. */
    Set<String> written() throws IOException {
        Set<String> written = new TreeSet<>();
        for (String path : chart.added()) {
            for (String name : List.of(path, path + ".part")) {
                for (JsonNode resource : resources(folder.resolve(name))) {
                    if (path.startsWith("Medication.")) {
                        written.add("Medication/" + resource.path("id").asText());
                    }
                    attachments(resource).stream()
                            .filter(attachment -> attachment.has("data"))
                            .forEach(note -> written.add(note.path("url").asText()));
                }
            }
        }
        return written;
    }

    private static List<JsonNode> resources(Path file) throws IOException {
        List<JsonNode> resources = new ArrayList<>();
        String content = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        int end = content.lastIndexOf('\n');
        for (String line : end < 0 ? new String[0] : content.substring(0, end).split("\n")) {
            resources.add(FhirJson.mapper().readTree(line));
        }
        return resources;
    }

    private static List<JsonNode> attachments(JsonNode resource) {
        List<JsonNode> attachments = new ArrayList<>();
        resource.path("content").forEach(content -> attachments.add(content.path("attachment")));
        resource.path("presentedForm").forEach(attachments::add);
        return attachments;
    }

    /** What has come is not asked for again. */
    void verifyRun(Set<String> before, List<Asked> run) {
        assertThat(run.stream().map(Asked::what))
                .as("asked for, though it was on the disk")
                .noneMatch(before::contains);
    }

    /**
     * How many resources were fetched again, at all: each of them in each of the runs after its first counts. What belongs to
     * one resource is written together or not at all.
     */
    int repeated(List<Asked> requests) {
        Map<String, Integer> times = new HashMap<>();
        for (Asked asked : requests) {
            if (chart.things().containsKey(asked.what())) {
                times.merge(asked.what(), 1, Integer::sum);
            }
        }
        assertThat(times.keySet()).isEqualTo(chart.things().keySet());
        Map<String, Integer> timesOfOwners = new HashMap<>();
        times.forEach((url, count) -> timesOfOwners.merge(chart.owners().get(url), count, Math::max));
        return timesOfOwners.values().stream().mapToInt(count -> count - 1).sum();
    }

    /** All is here as the server has it, nothing else is, and what was here has not changed. */
    void verifyDone() throws Exception {
        List<String> expected = new ArrayList<>(List.of(".gitignore", ".lock", "export.json", "log.ndjson"));
        expected.addAll(chart.added());
        for (SourceFile file : chart.files()) {
            expected.add(file.path());
            assertThat(SourceFile.sha256(Files.readAllBytes(folder.resolve(file.path()))))
                    .as("SHA-256 of " + file.path())
                    .isEqualTo(file.sha256());
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        verifyMedications();
        for (SourceFile file : chart.files()) {
            verifyNotes(file);
        }
        verifyState();
    }

    private void verifyMedications() throws IOException {
        List<String> medications = Files.readAllLines(folder.resolve("Medication.000.ndjson"));
        List<String> served = new ArrayList<>();
        for (String url : chart.medications()) {
            served.add(new String(chart.things().get(url).body(), StandardCharsets.UTF_8));
        }
        assertThat(medications).containsExactlyInAnyOrderElementsOf(served);
    }

    /** Each resource once, with its notes, and otherwise as it was. */
    private void verifyNotes(SourceFile file) throws Exception {
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode resource : resources(folder.resolve(file.path()))) {
            for (JsonNode attachment : attachments(resource)) {
                inline(
                        (ObjectNode) attachment,
                        chart.notes().get(attachment.path("url").asText()));
            }
            expected.add(resource);
        }
        Path notes = folder.resolve(Chart.notesOf(file));
        if (chart.added().contains(Chart.notesOf(file))) {
            assertThat(resources(notes)).as(notes.toString()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static void inline(ObjectNode attachment, byte[] note) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(note);
        attachment
                .put("contentType", "text/plain; charset=utf-8")
                .put("size", note.length)
                .put("hash", Base64.getEncoder().encodeToString(hash))
                .put("data", Base64.getEncoder().encodeToString(note));
    }

    /** The export's own record has them all, whichever run has finished them. */
    private void verifyState() throws Exception {
        Done done = (Done) ExportFolder.look(folder).orElseThrow();
        assertThat(done.hydration()).isNotNull();
        List<AddedFile> expected = new ArrayList<>();
        for (String path : chart.added()) {
            String type = path.substring(0, path.indexOf('.'));
            expected.add(new AddedFile(path, type, WholeFile.measure(folder.resolve(path))));
        }
        assertThat(done.hydration().files()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(done.hydration().medications()).isTrue();
        List<String> events = new ArrayList<>();
        for (JsonNode event : resources(folder.resolve("log.ndjson"))) {
            events.add(event.path("eventId").asText());
        }
        assertThat(events).endsWith("hydrate_complete");
    }
}
