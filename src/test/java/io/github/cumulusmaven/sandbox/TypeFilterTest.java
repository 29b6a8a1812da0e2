package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeFilterTest {
    private static final String LOINC = "http://loinc.org";
    private static final String CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category";

    @TempDir
    Path folder;

    private SandboxServer server;
    private TestClient client;

    @BeforeEach
    void serve() throws IOException {
        SmallData data = SmallData.in(folder)
                .file(
                        "Patient.ndjson",
                        resource("Patient", "p1", "'active':true,'gender':'female'"),
                        SmallData.patient("p2"))
                .file(
                        "Observation.ndjson",
                        resource(
                                "Observation",
                                "lab",
                                "'meta':{'lastUpdated':'2024-06-01T12:00:00.500Z'},'status':'final',"
                                        + categories("laboratory") + "," + code("a,b")
                                        + ",'effectiveDateTime':'2024-01-15T23:30:00-05:00'"),
                        resource(
                                "Observation",
                                "exam",
                                "'meta':{'lastUpdated':'2024-07-01T00:00:00Z'},'status':'amended',"
                                        + categories("procedure", "exam") + "," + code("8867-4")
                                        + ",'effectivePeriod':{'start':'2024-01-31'}"),
                        resource("Observation", "bare", "'statusReason':{'coding':[{'code':'final'}]}"))
                .file(
                        "EpisodeOfCare.ndjson",
                        resource("EpisodeOfCare", "e1", "'type':[{'coding':[{'system':'urn:x','code':'hacc'}]}]"),
                        resource("EpisodeOfCare", "e2", "'type':[{'coding':[{'code':'hacc'}]}]"))
                .file(
                        "ServiceRequest.ndjson",
                        resource("ServiceRequest", "s1", "'occurrenceTiming':{'event':['2023-03','2024-03-03']}"),
                        resource(
                                "ServiceRequest",
                                "s2",
                                "'occurrenceTiming':{'repeat':{'boundsPeriod':{'end':'2022'}}}"));
        server = SandboxServer.start(new SandboxConfig(0, data.data(), false), new TestClock());
        client = TestClient.of(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static String resource(String type, String id, String rest) {
        return ("{'resourceType':'" + type + "','id':'" + id + "'," + rest + "}").replace('\'', '"');
    }

    private static String categories(String... codes) {
        return "'category':["
                + Arrays.stream(codes)
                        .map(code -> "{'coding':[{'system':'" + CATEGORIES + "','code':'" + code + "'}]}")
                        .collect(Collectors.joining(","))
                + "]";
    }

    private static String code(String code) {
        return "'code':{'coding':[{'system':'urn:local','code':'1'},{'system':'" + LOINC + "','code':'" + code + "'}]}";
    }

    private static String query(String... filters) {
        return "/$export?"
                + Arrays.stream(filters)
                        .map(filter -> "_typeFilter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }

    private List<String> found(String... filters) {
        String type = filters[0].substring(0, filters[0].indexOf('?'));
        return client.ids(client.export(query(filters)), type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "category=laboratory lab",
                "category=LABORATORY lab",
                "category=exam exam",
                "category=social-history,laboratory,exam lab;exam",
                "category=social-history%2Claboratory lab",
                "category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory lab",
                "category=http://terminology.hl7.org/CodeSystem/observation-category| lab;exam",
                "category=http://example.org|laboratory -",
                "category=|laboratory -",
                "code=http://loinc.org|8867-4 exam",
                "code=http://loinc.org%7C8867-4 exam",
                "code=1 lab;exam",
                "code=a\\,b lab",
                "code=a,b -",
                "status=final lab",
                "status=http://hl7.org/fhir/observation-status|final lab",
                "status=final&category=exam -",
                "status=amended&category=exam exam",
                "_id=bare,lab lab;bare",
            })
    @DisplayName("tokens: code, system|code, |code and system|; commas are or, & is and")
    void tokens(String search, String expected) {
        assertThat(found("Observation?" + search)).containsExactly(ids(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "date=2024-01-16 lab",
                "date=eq2024-01 lab",
                "date=2024-01-16T04:30:00Z lab",
                "date=2024-01-15T23:30-05:00 lab",
                "date=2024-01-15 -",
                "date=ge2024-01-16 lab;exam",
                "date=gt2024-01-16 exam",
                "date=gt2024-01-16T04:29:59Z lab;exam",
                "date=le2024-01-16 lab",
                "date=lt2024-01-16 -",
                "date=lt2024-02 lab;exam",
                "date=lt2024-01-31 lab",
                "date=ge2024-01-01&date=lt2024-01-31 lab",
                "date=sa2024-01-16 exam",
                "date=eb2024-01-17 lab",
                "date=ne2024-01 exam",
                "_lastUpdated=gt2024-06-01T12:00:00.499Z lab;exam",
                "_lastUpdated=gt2024-06-01T14:00:00.500+02:00 exam",
                "_lastUpdated=ge2024-06-01T12:00:00.500Z lab;exam",
                "_lastUpdated=lt2024-07-01 lab",
                "_lastUpdated=le2024 lab;exam",
            })
    @DisplayName("dates: eq, ne, gt, lt, ge, le, sa and eb compare ranges; what has no date is not found")
    void dates(String search, String expected) {
        String[] ids = ids(expected.equals("-") ? "" : expected);
        assertThat(found("Observation?" + search)).containsExactly(ids);
    }

    private static String[] ids(String expected) {
        return expected.isEmpty() || expected.equals("-") ? new String[0] : expected.split(";");
    }

    @ParameterizedTest
    @CsvSource({
        "EpisodeOfCare?type=urn:x|hacc, e1",
        "EpisodeOfCare?type=|hacc, e2",
        "Patient?active=true, p1",
        "Patient?gender=female, p1",
        "ServiceRequest?occurrence=2023-03, s1",
        "ServiceRequest?occurrence=gt2024, ''",
        "ServiceRequest?occurrence=lt2022, s2",
    })
    @DisplayName("other types and elements: booleans, codes, events and bounds of a Timing")
    void others(String filter, String expected) {
        assertThat(found(filter)).containsExactly(ids(expected));
    }

    @Test
    @DisplayName(
            "KO-19: of several filters of a type one suffices, repeated or joined by commas; other types are whole")
    void severalFilters() {
        assertThat(found("Observation?category=laboratory", "Observation?status=amended"))
                .containsExactly("lab", "exam");
        JsonNode joined =
                client.export(query("Observation?category=laboratory,Observation?_id=bare,Patient?active=true"));
        assertThat(client.ids(joined, "Observation")).containsExactly("lab", "bare");
        assertThat(client.ids(joined, "Patient")).containsExactly("p1");
        assertThat(client.ids(joined, "EpisodeOfCare")).containsExactly("e1", "e2");
        assertThat(joined.path("error")).isEmpty();
    }

    @Test
    @DisplayName("KO-07: filters by POST")
    void post() {
        HttpResponse<String> answer = client.kickOffByPost(
                "/$export",
                """
                {"resourceType":"Parameters","parameter":[
                  {"name":"_typeFilter","valueString":"Observation?category=laboratory,exam"},
                  {"name":"_typeFilter","valueString":"Patient?gender=male"}]}
                """);

        JsonNode manifest = client.manifest(answer);
        assertThat(client.ids(manifest, "Observation")).containsExactly("lab", "exam");
        assertThat(client.ids(manifest, "Patient")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Observation?subject=Patient/p1",
                "Observation?category:not=exam",
                "Observation?subject.name=Smith",
                "Observation?_include=Observation:subject",
                "Observation?status=final&Category=exam",
                "Patient?category=exam",
            })
    @DisplayName("KO-16, KO-21: a search parameter that the server does not have is refused by its name, not its value")
    void unknownParameter(String filter) {
        HttpResponse<String> answer = client.kickOff(query(filter));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer))
                .startsWith("This server has no parameter _typeFilter=" + filter.substring(0, filter.indexOf('?') + 1))
                .doesNotContain("Smith");
    }

    @Test
    @DisplayName("KO-05: handling=lenient ignores such a parameter, not the others, and the error files say so")
    void lenient() {
        String path = query("Observation?status=final&subject=Patient/p1", "Patient?name=Smith");

        JsonNode manifest = client.manifest(client.kickOff(path, "respond-async, handling=lenient"));

        assertThat(client.ids(manifest, "Observation")).containsExactly("lab");
        assertThat(client.ids(manifest, "Patient")).containsExactly("p1", "p2");
        assertThat(client.lines(manifest.at("/error/0")))
                .hasSize(2)
                .allMatch(line -> line.contains("\"warning\"") && !line.contains("Smith"))
                .anyMatch(line -> line.contains("Ignored: _typeFilter=Observation?subject"))
                .anyMatch(line -> line.contains("Ignored: _typeFilter=Patient?name"));
    }

    @ParameterizedTest
    @CsvSource({
        "Observation, _typeFilter must be a search of one type",
        "Nope?status=final, _typeFilter must be a search of one type",
        "?status=final, _typeFilter must be a search of one type",
        "Observation?, _typeFilter: each parameter of a search must have a name and a value",
        "Observation?status, _typeFilter: each parameter of a search must have a name and a value",
        "Observation?status=, _typeFilter: each parameter of a search must have a name and a value",
        "Observation?status=%ZZ, _typeFilter: the search is not URL-encoded",
        "Observation?date=soon, _typeFilter: date must be a FHIR date or dateTime",
        "Observation?date=2024-02-30, _typeFilter: date must be a FHIR date or dateTime",
        "Observation?date=ap2024, _typeFilter: date must be a FHIR date or dateTime",
        "Observation?date=202401011200, _typeFilter: date must be a FHIR date or dateTime",
    })
    @DisplayName("KO-17, KO-21: what is no search is refused, by lenient servers too")
    void malformed(String filter, String words) {
        for (String prefer : List.of("respond-async", "respond-async, handling=lenient")) {
            HttpResponse<String> answer = client.kickOff(query(filter), prefer);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(TestClient.words(answer)).startsWith(words);
        }
    }

    @Test
    @DisplayName("a filter of a type that is not asked for is refused")
    void typeNotAsked() {
        HttpResponse<String> answer = client.kickOff(query("Observation?status=final") + "&_type=Patient");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.words(answer)).isEqualTo("_typeFilter: Observation is not in _type");
    }
}
