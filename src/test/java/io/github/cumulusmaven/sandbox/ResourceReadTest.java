package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceReadTest {
    private static final String NOTE =
            "{\"resourceType\":\"Binary\",\"id\":\"note\",\"contentType\":\"text/plain; charset=utf-8\",\"data\":\"R3LDvMOfZQ==\"}";

    @TempDir
    Path folder;

    private SandboxServer server;
    private TestClient client;

    @BeforeEach
    void serve() throws IOException {
        SandboxData data = SmallData.threePatients(folder)
                .file("Medication.000.ndjson", "", medication("m1", "old"), "not JSON", medication("m2", "é") + "\r")
                .file("Medication.001.ndjson.gz", medication("m3", "gzipped"), medication("m1", "new"))
                .file(
                        "Binary.ndjson.gz",
                        "{\"resourceType\":\"Binary\",\"id\":\"broken\",\"data\":\"A\"}",
                        NOTE,
                        "{\"resourceType\":\"Binary\",\"id\":\"evil\",\"contentType\":\"a/b\\r\\nX: y\",\"data\":\"QQ==\"}")
                .data();
        server = SandboxServer.start(new SandboxConfig(0, data, false), new TestClock());
        client = TestClient.of(server);
    }

    private static String medication(String id, String text) {
        return "{\"resourceType\":\"Medication\",\"id\":\"" + id + "\",\"code\":{\"text\":\"" + text + "\"}}";
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"m1, new", "m2, é", "m3, gzipped"})
    @DisplayName("A resource is read as its file has it, the last of those with the same id")
    void read(String id, String text) {
        HttpResponse<String> answer = client.get("/Medication/" + id);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/fhir+json");
        assertThat(answer.body()).isEqualTo(medication(id, text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Medication/m4",
                "/Binary/..%2Fnote",
                "/Patient/P1",
                "/Group/other",
                "/Observation/o1",
                "/Nope/1"
            })
    @DisplayName("What is not there, or not read by id, is a 404")
    void notFound(String path) {
        HttpResponse<String> answer = client.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestClient.words(answer)).isNotBlank();
    }

    @Test
    @DisplayName("Patients, groups, and what patients share are read too")
    void patientAndGroup() {
        assertThat(client.get("/Practitioner/d1").body()).contains("\"d1\"");
        assertThat(client.get("/Patient/p2").body()).isEqualTo(SmallData.patient("p2"));
        assertThat(TestClient.json(client.get("/Group/cohort")).path("member")).hasSize(2);
    }

    @Test
    @DisplayName("FL-13: a Binary is a resource to a FHIR client, and its content to any other")
    void binary() {
        HttpResponse<String> resource = client.get("/Binary/note");
        HttpResponse<String> content =
                client.send(client.request(client.url("/Binary/note")).setHeader("Accept", "text/plain"));

        assertThat(resource.body()).isEqualTo(NOTE);
        assertThat(content.body()).isEqualTo("Grüße");
        assertThat(content.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(content.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    @DisplayName("A content type that is none does not become a header")
    void contentType() {
        HttpResponse<String> content =
                client.send(client.request(client.url("/Binary/evil")).setHeader("Accept", "*/*"));

        assertThat(content.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(content.headers().firstValue("X")).isEmpty();
    }

    @Test
    @DisplayName("The group of all patients, which no file holds, can be read")
    void groupOfAll(@TempDir Path other) throws IOException {
        SandboxData data = SmallData.in(other)
                .file("Patient.ndjson", SmallData.patient("p"))
                .data();
        try (SandboxServer all = SandboxServer.start(new SandboxConfig(0, data, false), new TestClock())) {
            HttpResponse<String> group = TestClient.of(all).get("/Group/cohort");

            assertThat(TestClient.json(group).path("resourceType").asText()).isEqualTo("Group");
            assertThat(TestClient.json(group).path("actual").booleanValue()).isFalse();
            assertThat(TestClient.of(all).get("/Group/other").statusCode()).isEqualTo(404);
        }
    }
}
