package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KickOffTest {
    @TempDir
    static Path folder;

    private static SandboxServer server;
    private static TestClient client;

    @BeforeAll
    static void serve() throws IOException {
        SandboxData data = SmallData.threePatients(folder).data();
        server = SandboxServer.start(new SandboxConfig(0, data, false), new TestClock());
        client = TestClient.of(server);
    }

    @AfterAll
    static void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "*/*, respond-async, The Accept header must be application/fhir+json",
                "application/json, respond-async, The Accept header must be application/fhir+json",
                "application/fhir+json, none, The Prefer header must be respond-async",
                "application/fhir+json, respond, The Prefer header must be respond-async",
            })
    @DisplayName("KO-04, KO-05: without the right headers there is no export")
    void headers(String accept, String prefer, String words) {
        HttpRequest.Builder request = client.request(client.url("/$export")).setHeader("Accept", accept);
        if (prefer != null) {
            request.setHeader("Prefer", prefer);
        }

        HttpResponse<String> answer = client.send(request);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "application/fhir+json, Respond-Async",
        "'application/json;q=0.5, application/fhir+json', 'handling=strict, respond-async; wait=10'",
        "application/fhir+json; fhirVersion=4.0, 'wait=5,respond-async'",
    })
    @DisplayName("KO-04, KO-05: the right headers in other words")
    void headersInOtherWords(String accept, String prefer) {
        HttpRequest.Builder request = client.request(client.url("/$export"))
                .setHeader("Accept", accept)
                .setHeader("Prefer", prefer);

        assertThat(client.send(request).statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "/$export?_type=Nope, '_type: FHIR has no resource type \"Nope\"'",
        "'/$export?_type=Patient,patient', '_type: FHIR has no resource type \"patient\"'",
        "/$export?_since=2024-01-01, _since must be one FHIR instant",
        "/$export?_since=2024-01-01T00:00:00, _since must be one FHIR instant",
        "/$export?_since=2024-01-01T00:00:00+01:00, _since must be one FHIR instant",
        "/$export?_since=1704067200000, _since must be one FHIR instant",
        "/$export?_since=2024-01-01T00:00:00Z&_since=2025-01-01T00:00:00Z, _since must be one FHIR instant",
        "/$export?_since=2026-03-01T12:00:00.001Z, _since is in the future",
        "/$export?_until=today, _until must be one FHIR instant",
        "/$export?_outputFormat=text/csv, _outputFormat: only application/fhir+ndjson",
        "/$export?_elements=id, This server has no parameter _elements",
        "/$export?includeAssociatedData=LatestProvenanceResources, This server has no parameter includeAssociatedData",
        "/$export?_Type=Patient, This server has no parameter _Type",
        "/Patient/$export?patient=Patient/p1, patient is possible in a POST only",
        "/Patient/$export?_type=Practitioner, '_type: an export like this holds no Practitioner'",
        "/$export?_type=Binary, '_type: an export like this holds no Binary'",
    })
    @DisplayName("KO-21: what is wrong or not supported is refused by its name")
    void refusals(String path, String words) {
        HttpResponse<String> answer = client.kickOff(path);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer)).startsWith(words);
    }

    @Test
    @DisplayName("KO-05: handling=lenient lets the server ignore a parameter, and it says so")
    void lenient() {
        HttpResponse<String> answer = client.kickOff(
                "/$export?_type=Patient&_elements=id&organizeOutputBy=x", "respond-async, handling=lenient");

        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode issues = TestClient.json(answer).path("issue");
        assertThat(issues.findValuesAsText("severity")).containsExactly("information", "warning", "warning");
        assertThat(issues.findValuesAsText("diagnostics")).contains("Ignored: _elements", "Ignored: organizeOutputBy");
        JsonNode manifest = client.manifest(answer);
        assertThat(client.ids(manifest, "Patient")).hasSize(3);
        assertThat(client.lines(manifest.at("/error/0")))
                .hasSize(2)
                .allMatch(line -> line.contains("\"warning\"") && line.contains("Ignored: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"_type=Nope", "_since=soon", "patient=Patient/p1"})
    @DisplayName("handling=lenient does not make an export larger than the client meant")
    void lenientHasLimits(String query) {
        HttpResponse<String> answer = client.kickOff("/Patient/$export?" + query, "respond-async, handling=lenient");

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName("A type that an export like this cannot hold, beside one that it can, is told of in an error file")
    void typeOutside() {
        JsonNode manifest = client.export("/Patient/$export?_type=Patient,Practitioner,Condition");

        assertThat(client.types(manifest)).containsExactly("Patient");
        assertThat(client.lines(manifest.at("/error/0")))
                .singleElement()
                .asString()
                .contains("\"warning\"", "An export like this holds no Practitioner");
    }

    @Test
    @DisplayName("A lenient client that asks only for types that are not in its export gets an empty one")
    void lenientOutside() {
        JsonNode manifest =
                client.manifest(client.kickOff("/Patient/$export?_type=Group", "respond-async;handling=lenient"));

        assertThat(manifest.path("output")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application%2Ffhir%2Bndjson", "application%2Fndjson", "ndjson"})
    @DisplayName("KO-09: the names of NDJSON")
    void outputFormat(String format) {
        assertThat(client.kickOff("/$export?_outputFormat=" + format).statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"_type=Patient,Observation", "_type=Observation&_type=Patient", "_type=Patient%2C%20Observation"
            })
    @DisplayName("KO-12, KO-19: types with commas or repeated")
    void types(String query) {
        assertThat(client.types(client.export("/$export?" + query))).containsExactly("Observation", "Patient");
    }

    @Test
    @DisplayName("KO-07: by POST with Parameters")
    void post() {
        HttpResponse<String> answer = client.kickOffByPost(
                "/$export",
                """
                {"resourceType":"Parameters","parameter":[
                  {"name":"_type","valueString":"Patient"},{"name":"_type","valueCode":"Practitioner"},
                  {"name":"_since","valueInstant":"2020-01-01T00:00:00+01:00"},
                  {"name":"_outputFormat","valueString":"application/fhir+ndjson"}]}
                """);

        JsonNode manifest = client.manifest(answer);
        assertThat(client.types(manifest)).containsExactly("Patient", "Practitioner");
        assertThat(manifest.path("request").asText())
                .isEqualTo(client.url("/$export").toString());
    }

    @Test
    @DisplayName("KO-14: patients chosen by POST")
    void patients() {
        JsonNode manifest = client.manifest(
                client.kickOffByPost(
                        "/Patient/$export",
                        """
                {"resourceType":"Parameters","parameter":[
                  {"name":"patient","valueReference":{"reference":"Patient/p2"}}]}
                """));

        assertThat(client.ids(manifest, "Patient")).containsExactly("p2");
        assertThat(client.ids(manifest, "Observation")).containsExactly("o2");
    }

    @ParameterizedTest
    @CsvSource({
        "/$export, Patient/p1, patient is possible for exports of patients or of a group only",
        "/Group/cohort/$export, Patient/p2, patient: not the reference of a Patient of this export",
        "/Patient/$export, Practitioner/d1, patient: not the reference of a Patient of this export",
    })
    @DisplayName("KO-14: patients that cannot be chosen")
    void wrongPatients(String path, String reference, String words) {
        HttpResponse<String> answer = client.kickOffByPost(
                path,
                "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"patient\",\"valueReference\":{\"reference\":\""
                        + reference + "\"}}]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "[]", "{\"resourceType\":\"Parameters\""})
    @DisplayName("KO-07: a POST needs Parameters")
    void wrongBody(String body) {
        HttpResponse<String> answer = client.kickOffByPost("/$export", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer)).isEqualTo("The body of a POST must be a Parameters resource");
    }

    @Test
    @DisplayName("KO-07: a POST of anything but JSON is refused")
    void wrongContentType() {
        HttpResponse<String> answer = client.send(client.request(client.url("/$export"))
                .setHeader("Prefer", "respond-async")
                .POST(BodyPublishers.ofString("_type=Patient")));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer)).isEqualTo("The Content-Type of a POST must be application/fhir+json");
    }
}
