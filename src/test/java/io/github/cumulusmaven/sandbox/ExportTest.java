package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private final List<SandboxServer> servers = new ArrayList<>();

    @AfterEach
    void closeServers() throws IOException {
        for (SandboxServer server : servers) {
            server.close();
        }
    }

    private TestClient serve(SmallData data) {
        try {
            SandboxServer server = SandboxServer.start(new SandboxConfig(0, data.data(), false), clock);
            servers.add(server);
            return TestClient.of(server);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    @DisplayName("KO-20, ST-01: a kick-off is answered with 202 and the absolute URL of the status")
    void kickOff() {
        TestClient client = serve(SmallData.threePatients(folder));

        HttpResponse<String> answer = client.kickOff("/$export");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Content-Location").orElseThrow())
                .startsWith(client.url("/").toString());
        assertThat(TestClient.words(answer)).startsWith("The export has begun");
    }

    @Test
    @DisplayName("ST-05: a client has to poll at least twice; while it waits it hears of the progress")
    void polling() {
        TestClient client = serve(SmallData.threePatients(folder));

        HttpResponse<String> first = client.get(TestClient.statusUrl(client.kickOff("/$export")));

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.headers().firstValue("X-Progress").orElseThrow()).matches("\\d{1,2}% complete");
        assertThat(first.headers().firstValue("Retry-After")).contains("1");
        assertThat(first.body()).isEmpty();
    }

    @Test
    @DisplayName("ST-09, MF-01, MF-02: the manifest")
    void manifest() {
        TestClient client = serve(SmallData.threePatients(folder));
        HttpResponse<String> end =
                client.awaitEnd(TestClient.statusUrl(client.kickOff("/Patient/$export?_type=Patient")));
        JsonNode manifest = TestClient.json(end);

        assertThat(end.statusCode()).isEqualTo(200);
        assertThat(end.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(end.headers().firstValue("Expires")).contains("Mon, 02 Mar 2026 12:00:00 GMT");
        assertThat(manifest.path("transactionTime").asText()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(manifest.path("request").asText())
                .isEqualTo(client.url("/Patient/$export?_type=Patient").toString());
        assertThat(manifest.path("requiresAccessToken").booleanValue()).isFalse();
        assertThat(manifest.path("output")).hasSize(1);
        assertThat(manifest.at("/output/0/type").asText()).isEqualTo("Patient");
        assertThat(manifest.at("/output/0/count").asInt()).isEqualTo(3);
        assertThat(manifest.path("deleted").isArray()
                        && manifest.path("deleted").isEmpty())
                .isTrue();
        assertThat(manifest.path("error").isArray() && manifest.path("error").isEmpty())
                .isTrue();
    }

    @Test
    @DisplayName("FL-08: files come as the bytes that the data has, with their length and a tag")
    void file() throws IOException {
        String line =
                "{ \"resourceType\":\"Patient\", \"id\":\"p\", \"multipleBirthInteger\":1.50, \"x\":\"é\\u00e9\" }";
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson", line));
        URI url = URI.create(client.export("/$export").at("/output/0/url").asText());

        HttpResponse<String> file = client.get(url);

        assertThat(file.body()).isEqualTo(line + "\n");
        assertThat(file.headers().firstValue("Content-Type")).contains("application/fhir+ndjson");
        assertThat(file.headers().firstValueAsLong("Content-Length"))
                .hasValue(Files.size(folder.resolve("Patient.ndjson")));
        assertThat(file.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(client.get(url).headers().firstValue("ETag"))
                .isEqualTo(file.headers().firstValue("ETag"))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"gzip", "'deflate, gzip;q=0.5'", "GZIP"})
    @DisplayName("FL-05, FL-06: gzipped for a client that takes gzip, under another tag")
    void gzip(String accepted) throws IOException {
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson", SmallData.patient("p")));
        URI url = URI.create(client.export("/$export").at("/output/0/url").asText());

        HttpResponse<byte[]> file =
                client.send(client.request(url).setHeader("Accept-Encoding", accepted), BodyHandlers.ofByteArray());

        assertThat(file.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(file.body())).readAllBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(SmallData.patient("p") + "\n");
        assertThat(file.headers().firstValue("ETag"))
                .isNotEqualTo(client.get(url).headers().firstValue("ETag"));
    }

    @ParameterizedTest
    @CsvSource({"identity", "gzip;q=0", "'gzip; q=0.0, identity'"})
    @DisplayName("FL-06: plain for a client that refuses gzip")
    void plain(String accepted) {
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson", SmallData.patient("p")));
        URI url = URI.create(client.export("/$export").at("/output/0/url").asText());

        HttpResponse<String> file = client.send(client.request(url).setHeader("Accept-Encoding", accepted));

        assertThat(file.body()).isEqualTo(SmallData.patient("p") + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-, 206, 0, -1",
        "bytes=10-, 206, 10, -1",
        "bytes=10-19, 206, 10, 20",
        "bytes=10-9999, 206, 10, -1",
        "bytes=-9999, 206, 0, -1",
        "bytes=9999-, 416, 0, 0",
        "bytes=-0, 416, 0, 0",
        "bytes=9-8, 200, 0, -1",
        "'bytes=0-1,5-6', 200, 0, -1",
        "lines=0-1, 200, 0, -1",
    })
    @DisplayName("FL-12: gives the part that is asked for, of the plain and of the gzipped file")
    void ranges(String range, int status, int first, int end) {
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson", SmallData.patient("p")));
        URI url = URI.create(client.export("/$export").at("/output/0/url").asText());
        for (String encoding : new String[] {"identity", "gzip"}) {
            byte[] whole = get(client, url, "Accept-Encoding", encoding).body();
            int last = end < 0 ? whole.length : end;

            HttpResponse<byte[]> part = get(client, url, "Accept-Encoding", encoding, "Range", range);

            assertThat(part.statusCode()).isEqualTo(status);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, first, last));
            assertThat(part.headers().firstValue("Content-Range").orElse(""))
                    .isEqualTo(
                            status == 206
                                    ? "bytes " + first + "-" + (last - 1) + "/" + whole.length
                                    : status == 416 ? "bytes */" + whole.length : "");
        }
    }

    @Test
    @DisplayName("FL-12: gives a part only of the version that the client has")
    void ifRange() {
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson", SmallData.patient("p")));
        URI url = URI.create(client.export("/$export").at("/output/0/url").asText());
        String plain = get(client, url, "Accept-Encoding", "identity")
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        String[] wanted = {"Accept-Encoding", "identity", "Range", "bytes=5-", "If-Range", plain};

        assertThat(get(client, url, wanted).statusCode()).isEqualTo(206);
        wanted[1] = "gzip";
        assertThat(get(client, url, wanted).statusCode()).isEqualTo(200);
        assertThat(get(client, url).headers().firstValue("Accept-Ranges")).contains("bytes");
    }

    private static HttpResponse<byte[]> get(TestClient client, URI url, String... headers) {
        HttpRequest.Builder request = client.request(url);
        for (int index = 0; index < headers.length; index += 2) {
            request.setHeader(headers[index], headers[index + 1]);
        }
        return client.send(request, BodyHandlers.ofByteArray());
    }

    @Test
    @DisplayName("FL-09: a large type spans several files")
    void severalFiles() {
        String[] many = IntStream.rangeClosed(1, FileSeries.LINES_PER_FILE + 1)
                .mapToObj(number -> SmallData.patient("p" + number))
                .toArray(String[]::new);
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson.gz", many));

        JsonNode manifest = client.export("/$export");

        assertThat(manifest.path("output").findValuesAsText("count")).containsExactly("10000", "1");
        assertThat(client.ids(manifest, "Patient")).hasSize(10_001).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("An export of the system holds all types but Binary")
    void system() {
        SmallData data = SmallData.threePatients(folder)
                .file("Binary.ndjson.gz", "{\"resourceType\":\"Binary\",\"id\":\"b\"}")
                .file("Medication.ndjson", "{\"resourceType\":\"Medication\",\"id\":\"m\"}");
        TestClient client = serve(data);

        assertThat(client.types(client.export("/$export")))
                .containsExactly("Group", "Medication", "Observation", "Patient", "Practitioner");
    }

    @Test
    @DisplayName("An export of patients holds what belongs to a patient, and nothing that is shared")
    void patients() {
        SmallData data = SmallData.threePatients(folder)
                .file("Device.ndjson", "{\"resourceType\":\"Device\",\"id\":\"of-nobody\"}");
        TestClient client = serve(data);

        JsonNode manifest = client.export("/Patient/$export");

        assertThat(client.types(manifest)).containsExactly("Observation", "Patient");
        assertThat(client.ids(manifest, "Patient")).containsExactly("p1", "p2", "p3");
    }

    @Test
    @DisplayName("KO-03: an export of a group holds what belongs to its members, however they are referred to")
    void group() {
        TestClient client = serve(SmallData.threePatients(folder));

        JsonNode manifest = client.export("/Group/cohort/$export");

        assertThat(client.ids(manifest, "Patient")).containsExactly("p1", "p3");
        assertThat(client.ids(manifest, "Observation")).containsExactly("o1", "o3");
    }

    @Test
    @DisplayName("Members that have left a group are not exported")
    void inactiveMember() {
        String group = "{\"resourceType\":\"Group\",\"id\":\"g/1\",\"member\":["
                + "{\"entity\":{\"reference\":\"Patient/p1\"},\"inactive\":true},"
                + "{\"entity\":{\"reference\":\"Patient/p2\"},\"inactive\":false}]}";
        TestClient client = serve(SmallData.threePatients(folder).file("1.Group.ndjson", group));

        assertThat(client.ids(client.export("/Group/g%2F1/$export"), "Patient")).containsExactly("p2");
    }

    @Test
    @DisplayName("KO-21: an unknown group is a 404")
    void unknownGroup() {
        TestClient client = serve(SmallData.threePatients(folder));

        HttpResponse<String> answer = client.kickOff("/Group/nobody/$export");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestClient.words(answer)).isEqualTo("There is no such Group");
    }

    @Test
    @DisplayName("In data without groups, the group \"cohort\" is all patients")
    void groupOfAll() {
        TestClient client = serve(SmallData.in(folder)
                .file("Patient.ndjson", SmallData.patient("p1"), SmallData.patient("p2"))
                .file("Practitioner.ndjson", "{\"resourceType\":\"Practitioner\",\"id\":\"d1\"}"));

        JsonNode manifest = client.export("/Group/cohort/$export");

        assertThat(client.types(manifest)).containsExactly("Patient");
        assertThat(client.ids(manifest, "Patient")).containsExactly("p1", "p2");
        assertThat(client.kickOff("/Group/other/$export").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "_since=2026-01-01T00:00:00Z, after since undated",
        "_since=2025-12-31T23:59:59.999Z, on after since undated",
        "_until=2026-01-01T00:00:00Z, before on undated",
        "_since=2025-06-01T00:00:00Z&_until=2026-01-01T01:00:00%2B01:00, on undated",
    })
    @DisplayName("KO-10, KO-11: changed after _since and not after _until, or who knows when")
    void changed(String window, String expected) {
        TestClient client = serve(SmallData.in(folder)
                .file(
                        "Patient.ndjson",
                        SmallData.changed("before", "2024-05-05T05:05:05Z"),
                        SmallData.changed("on", "2026-01-01T00:00:00.000Z"),
                        SmallData.changed("after", "2026-01-01T01:00:00.001+01:00"),
                        SmallData.changed("since", "2026-02-01T00:00:00Z"),
                        SmallData.patient("undated")));

        assertThat(client.ids(client.export("/$export?" + window), "Patient")).containsExactly(expected.split(" "));
    }

    @Test
    @DisplayName("MF-05: with _since the manifest has what was deleted after it")
    void deleted() {
        String old = deletion("2025-01-01T00:00:00Z", "Patient/p7");
        String recent = deletion("2026-02-01T00:00:00Z", "Patient/p8", "https://ehr.example.org/fhir/Observation/o8");
        TestClient client = serve(SmallData.threePatients(folder).file("deleted/Bundle.ndjson.gz", old, recent));

        JsonNode manifest = client.export("/Patient/$export?_since=2026-01-01T00:00:00Z");

        assertThat(manifest.path("deleted")).hasSize(1);
        assertThat(manifest.at("/deleted/0/type").asText()).isEqualTo("Bundle");
        assertThat(client.lines(manifest.at("/deleted/0"))).containsExactly(recent);
        assertThat(client.export("/Patient/$export").path("deleted")).isEmpty();
    }

    @Test
    @DisplayName("MF-05: of a deletion only the types that were asked for are told")
    void deletedOfType() {
        String mixed = deletion("2026-02-01T00:00:00Z", "Patient/p8", "Observation/o8", "Practitioner/d8");
        String other = deletion("2026-02-01T00:00:00Z", "Practitioner/d9");
        TestClient client = serve(SmallData.threePatients(folder).file("deleted/Bundle.ndjson", mixed, other));

        JsonNode manifest = client.export("/$export?_type=Observation&_since=2026-01-01T00:00:00Z");

        assertThat(client.lines(manifest.at("/deleted/0")))
                .containsExactly(deletion("2026-02-01T00:00:00Z", "Observation/o8"));
    }

    private static String deletion(String time, String... urls) {
        StringBuilder entries = new StringBuilder();
        for (String url : urls) {
            entries.append(entries.isEmpty() ? "" : ",")
                    .append("{\"request\":{\"method\":\"DELETE\",\"url\":\"")
                    .append(url)
                    .append("\"}}");
        }
        return "{\"resourceType\":\"Bundle\",\"meta\":{\"lastUpdated\":\"" + time
                + "\"},\"type\":\"transaction\",\"entry\":[" + entries + "]}";
    }

    @Test
    @DisplayName("MF-06: lines that are no such resource are left out, and told of without their content")
    void badLines() {
        TestClient client = serve(SmallData.in(folder)
                .file(
                        "Patient.ndjson",
                        SmallData.patient("p1"),
                        "{\"resourceType\":\"Patient\",\"id\":\"secret",
                        SmallData.observation("secret", "p1"),
                        "",
                        SmallData.patient("p2")));

        JsonNode manifest = client.export("/$export");

        assertThat(client.ids(manifest, "Patient")).containsExactly("p1", "p2");
        assertThat(manifest.at("/error/0/type").asText()).isEqualTo("OperationOutcome");
        assertThat(client.lines(manifest.at("/error/0")))
                .hasSize(2)
                .allMatch(line -> line.contains("\"warning\"") && !line.contains("secret"))
                .first()
                .asString()
                .contains("Patient.ndjson, line 2");
    }

    @Test
    @DisplayName("MF-11: an export of nothing is complete")
    void nothing() {
        TestClient client = serve(SmallData.threePatients(folder));

        assertThat(client.export("/Patient/$export?_type=Condition").path("output"))
                .isEmpty();
    }

    @Test
    @DisplayName("ST-07: data that breaks off makes the export fail, with the file's name")
    void failure() throws IOException {
        SmallData data = SmallData.threePatients(folder);
        Path file = folder.resolve("Observation.ndjson.gz");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        TestClient client = serve(data);
        URI status = TestClient.statusUrl(client.kickOff("/$export"));

        HttpResponse<String> end = client.awaitEnd(status);

        assertThat(end.statusCode()).isEqualTo(500);
        assertThat(TestClient.words(end)).startsWith("The export failed: Observation.ndjson.gz: ");
        assertThat(client.delete(status).statusCode()).isEqualTo(202);
    }

    @Test
    @DisplayName("ST-12, DL-02: after DELETE the status and the files are gone")
    void delete() {
        TestClient client = serve(SmallData.threePatients(folder));
        HttpResponse<String> kickOff = client.kickOff("/$export");
        URI status = TestClient.statusUrl(kickOff);
        URI file = URI.create(client.manifest(kickOff).at("/output/0/url").asText());
        assertThat(client.get(file).statusCode()).isEqualTo(200);

        assertThat(client.delete(status).statusCode()).isEqualTo(202);

        assertThat(client.get(status).statusCode()).isEqualTo(404);
        assertThat(TestClient.words(client.get(status))).isEqualTo("There is no such export");
        assertThat(client.delete(status).statusCode()).isEqualTo(404);
        assertThat(client.get(file).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "..%2F..%2FPatient.ndjson",
        "..%2FPatient.000.ndjson",
        "%2Fetc%2Fpasswd",
        "patient.000.ndjson",
        "Patient.000.ndjson.gz",
        "Patient.001.ndjson",
    })
    @DisplayName("Names of files are looked up among those of the export, never on the disk")
    void strangeNames(String name) {
        TestClient client = serve(SmallData.in(folder).file("Patient.ndjson", SmallData.patient("p")));
        String good = client.export("/$export").at("/output/0/url").asText();
        assertThat(good).endsWith("/Patient.000.ndjson");

        HttpResponse<String> answer = client.get(URI.create(good.replace("Patient.000.ndjson", name)));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestClient.words(answer)).isEqualTo("There is no such file");
    }
}
