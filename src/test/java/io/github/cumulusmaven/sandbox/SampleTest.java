package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SampleTest {
    private final TestClock clock = new TestClock();
    private SandboxServer server;
    private TestClient client;

    @BeforeEach
    void serve() throws IOException {
        server = SandboxServer.start(new SandboxConfig(0, SandboxData.sample(), true), clock);
        client = TestClient.of(server).authorized("system/*.rs", clock);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    @DisplayName("The sample is exported as a whole, but for its Binaries")
    void system() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (JsonNode item : client.export("/$export").path("output")) {
            counts.merge(item.path("type").asText(), item.path("count").asInt(), Integer::sum);
        }

        Map<String, Integer> expected = new HashMap<>();
        JsonNode resources = summary().path("resources");
        resources
                .fieldNames()
                .forEachRemaining(
                        type -> expected.put(type, resources.path(type).asInt()));
        expected.remove("Binary");
        assertThat(counts).isEqualTo(expected);
    }

    @Test
    @DisplayName("A note that a DocumentReference of the sample refers to can be read")
    void note() throws IOException {
        JsonNode documents = client.export("/Patient/$export?_type=DocumentReference");
        String url = client.lines(documents.at("/output/0")).stream()
                .map(line -> FhirJson.parseObject(line)
                        .orElseThrow()
                        .at("/content/0/attachment/url")
                        .asText())
                .filter(link -> link.startsWith("Binary/"))
                .findFirst()
                .orElseThrow();

        assertThat(TestClient.json(client.get("/" + url)).path("data").asText()).isNotBlank();
    }

    @Test
    @DisplayName("The cohort of the sample is some of its patients")
    void cohort() throws IOException {
        assertThat(client.ids(client.export("/Group/cohort/$export?_type=Patient"), "Patient"))
                .hasSizeBetween(1, summary().path("patients").asInt() - 1);
    }

    @Test
    @DisplayName("MF-05: the sample has deletions")
    void deletions() {
        assertThat(client.export("/$export?_since=2015-01-01T00:00:00Z").path("deleted"))
                .hasSize(1);
    }

    private static JsonNode summary() throws IOException {
        try (InputStream in = Optional.ofNullable(SandboxServer.class.getResourceAsStream("sample/sample.json"))
                .orElseThrow()) {
            return FhirJson.mapper().readTree(in);
        }
    }
}
