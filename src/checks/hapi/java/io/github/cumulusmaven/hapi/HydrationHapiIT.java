package io.github.cumulusmaven.hapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.run.HydrationRun;
import io.github.cumulusmaven.run.HydrationSettings;
import io.github.cumulusmaven.run.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a foreign server leaves out of its exports comes one by one. */
@ExtendWith(HapiServerExtension.class)
@Timeout(180)
class HydrationHapiIT {
    private static final Path SAMPLE = Path.of("../../main/resources/io/github/cumulusmaven/sandbox/sample");

    @TempDir
    Path folder;

    @Test
    @DisplayName("FL-13 a group's export leaves its Medications dangling: all of them are fetched, once")
    void medications(HapiServer server) throws Exception {
        HapiExport client = new HapiExport(server, folder);
        client.export("/Group/cohort", "MedicationRequest,MedicationDispense");
        Set<String> referred = new TreeSet<>();
        for (String type : List.of("MedicationRequest", "MedicationDispense")) {
            resources(type).forEach(resource -> {
                String reference = resource.at("/medicationReference/reference").asText();
                if (!reference.isEmpty()) {
                    referred.add(reference);
                }
            });
        }
        assertThat(referred).isNotEmpty();
        HydrationSettings medications = HydrationSettings.ofMedications(HapiExport.PARALLEL);

        Hydrated first = hydrate(client, medications);
        Hydrated second = hydrate(client, medications);

        assertThat(first.fetched()).isEqualTo(referred.size());
        assertThat(first.problems()).isEmpty();
        assertThat(resources("Medication").stream()
                        .map(medication -> "Medication/" + medication.path("id").asText()))
                .containsExactlyInAnyOrderElementsOf(referred);
        assertThat(second.fetched()).isZero();
        assertThat(second.present()).isEqualTo(referred.size());
    }

    @Test
    @DisplayName("FL-13 notes that are Binary resources come as they were stored")
    void notes(HapiServer server) throws Exception {
        HapiExport client = new HapiExport(server, folder);
        client.export("/Patient", "DocumentReference");
        Map<String, byte[]> stored = binaries();

        Hydrated result = hydrate(
                client, HydrationSettings.of(List.of("notes"), List.of("text/plain"), 1_000_000, HapiExport.PARALLEL));

        assertThat(result.fetched()).isPositive();
        assertThat(result.problems()).isEmpty();
        List<JsonNode> notes = new ArrayList<>();
        for (JsonNode document : resources("DocumentReference")) {
            document.path("content").forEach(content -> {
                if (content.at("/attachment").has("data")
                        && content.at("/attachment").has("url")) {
                    notes.add(content.path("attachment"));
                }
            });
        }
        assertThat(notes).hasSize((int) result.fetched());
        for (JsonNode note : notes) {
            assertThat(note.path("data").binaryValue())
                    .isEqualTo(stored.get(note.path("url").asText()));
            assertThat(note.path("contentType").asText()).isEqualTo("text/plain; charset=utf-8");
        }
    }

    private Hydrated hydrate(HapiExport client, HydrationSettings settings) throws Exception {
        HydrationRun.Listener listener = (what, attempt, attempts, reason, wait) -> {};
        HydrationRun run = new HydrationRun(HapiExport.context(Sleeper.REAL), settings, UrlRewrites.NONE, listener);
        try (ExportFolder exported = ExportFolder.forHydration(folder)) {
            Outcome outcome = run.hydrate(exported, client.server(), Optional.empty(), 0);
            return ((Outcome.Fetched) outcome).results().get(0);
        }
    }

    private List<JsonNode> resources(String type) throws IOException {
        return resources(InputFolder.scan(folder).files(type));
    }

    private static List<JsonNode> resources(Collection<InputFile> files) throws IOException {
        List<JsonNode> resources = new ArrayList<>();
        for (InputFile file : files) {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(file.open(), StandardCharsets.UTF_8))) {
                for (String line : lines.lines().toList()) {
                    resources.add(FhirJson.mapper().readTree(line));
                }
            }
        }
        return resources;
    }

    private static Map<String, byte[]> binaries() throws IOException {
        Map<String, byte[]> binaries = new TreeMap<>();
        for (JsonNode binary : resources(InputFolder.scan(SAMPLE).files("Binary"))) {
            binaries.put(
                    "Binary/" + binary.path("id").asText(), binary.path("data").binaryValue());
        }
        return binaries;
    }
}
