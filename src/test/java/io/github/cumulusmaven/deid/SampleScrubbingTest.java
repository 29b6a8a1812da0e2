package io.github.cumulusmaven.deid;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.deid.ScrubResult.Kept;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleScrubbingTest {
    private static final String SAMPLE = "/io/github/cumulusmaven/sandbox/sample/";

    @Test
    @DisplayName("of synthetic patients everything is read, and nothing written that names them")
    void sample(@TempDir Path folder) throws Exception {
        Scrubbing scrubbing = Scrubbing.in(folder);
        Set<String> secrets = new HashSet<>();
        for (String line : lines("Patient")) {
            JsonNode patient = FhirJson.mapper().readTree(line);
            secrets.add(patient.path("id").asText());
            secrets.add(patient.path("birthDate").asText());
            secrets.add(patient.path("name").path(0).path("family").asText());
            secrets.add(patient.path("telecom").path(0).path("value").asText());
            secrets.add(patient.path("address").path(0).path("line").path(0).asText());
            patient.path("identifier")
                    .forEach(id -> secrets.add(id.path("value").asText()));
        }
        assertThat(secrets).hasSizeGreaterThan(100).allMatch(secret -> secret.length() > 3);
        for (String type :
                List.of("Patient", "Encounter", "Observation", "Condition", "DocumentReference", "MedicationRequest")) {
            for (String line : lines(type)) {
                assertThat(scrubbing.result(type, line.getBytes(StandardCharsets.UTF_8)))
                        .isInstanceOf(Kept.class);
                JsonNode written = FhirJson.mapper().readTree(scrubbing.written());
                assertThat(written.findValuesAsText("reference"))
                        .allMatch(reference -> reference.matches("([A-Za-z]+/|#)?[0-9a-f]{64}"));
                strings(written, text -> assertThat(secrets).doesNotContain(text));
            }
        }
    }

    private interface Check {
        void of(String text);
    }

    private static void strings(JsonNode node, Check check) {
        if (node.isTextual()) {
            check.of(node.asText());
        }
        node.forEach(child -> strings(child, check));
    }

    private static List<String> lines(String type) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(SampleScrubbingTest.class.getResourceAsStream(SAMPLE + type + ".ndjson.gz")),
                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
