package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Medications that an export refers to and lacks, fetched from a server on loopback. */
class MedicationHydratorTest {
    private static final String REQUESTS = "MedicationRequest.000.ndjson";
    private static final String MEDICATIONS = "Medication.000.ndjson";

    @TempDir
    Path temp;

    private Ward ward;

    @BeforeEach
    void open() {
        ward = new Ward(temp);
    }

    @AfterEach
    void close() {
        ward.close();
    }

    private static String referring(String type, String id, String reference) {
        return "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\",\"medicationReference\":{\"reference\":\""
                + reference + "\"}}";
    }

    private static String request(String id, Object reference) {
        return referring("MedicationRequest", id, reference.toString());
    }

    private static String typed(String id, String reference) {
        return "{\"resourceType\":\"MedicationRequest\",\"id\":\"" + id
                + "\",\"medicationReference\":{\"type\":\"Medication\",\"reference\":\"" + reference + "\"}}";
    }

    private static String medication(String id) {
        return "{\"resourceType\":\"Medication\",\"id\":\"" + id + "\"}";
    }

    private void serve(String... ids) {
        for (String id : ids) {
            ward.on("/fhir/Medication/" + id, Answer.of(200, "application/fhir+json", medication(id)));
        }
    }

    private List<String> ids(String file) throws Exception {
        return ward.lines(file).stream()
                .map(line -> FhirJson.parseObject(line).orElseThrow().path("id").asText())
                .sorted()
                .toList();
    }

    private static void assertCounts(Hydrated result, long fetched, long present, Map<Problem, Long> problems) {
        assertThat(result.problems()).isEqualTo(problems);
        assertThat(result.fetched()).as("fetched").isEqualTo(fetched);
        assertThat(result.present()).as("present").isEqualTo(present);
    }

    @Nested
    class Fetching {
        @Test
        @DisplayName("ETL-medications: each is fetched once, whatever refers to it, and however")
        void once() throws Exception {
            serve("m1", "m2");
            ward.write(
                    REQUESTS,
                    request("r1", "Medication/m1"),
                    request("r2", "Medication/m1/_history/7"),
                    request("r3", ward.url("/fhir/Medication/m1")),
                    request("r4", "Medication/m1/"),
                    request("r5", "/Medication/m1"),
                    request("r6", " Medication/m1#x "),
                    request("r7", "Medication/m1?_summary=true"),
                    request("r8", ward.url("/fhir/Medication/m1/_history/2?_format=json")),
                    request("r9", "urn:uuid:m1"),
                    typed("r10", "m1"),
                    "{\"resourceType\":\"MedicationStatement\",\"medicationReference\":{\"reference\":\"Medication/m9\"}}");
            ward.write("MedicationDispense.000.ndjson", referring("MedicationDispense", "d1", "Medication/m1"));
            ward.write(
                    "sub/MedicationAdministration.ndjson",
                    referring("MedicationAdministration", "a1", "Medication/m2"));

            Hydrated result = ward.medications();

            assertCounts(result, 2, 0, Map.of());
            assertThat(ward.asked()).containsExactly("/fhir/Medication/m1", "/fhir/Medication/m2");
            assertThat(ids(MEDICATIONS)).containsExactly("m1", "m2");
            assertThat(result.files()).extracting(AddedFile::path).containsExactly(MEDICATIONS);
            assertThat(result.files().get(0).proof().resources()).isEqualTo(2);
            assertThat(ward.server().requests()).allSatisfy(asked -> {
                assertThat(asked.header("authorization")).hasValue(Ward.TOKEN);
                assertThat(asked.header("accept")).hasValue("application/fhir+json");
            });
        }

        @Test
        @DisplayName(
                "ETL-medications: those that are there are not fetched, also where they are gzipped or somewhere below")
        void present() throws Exception {
            serve("m3");
            ward.write(MEDICATIONS, medication("m1"), medication("unused"));
            ward.write(
                    "more/Medication.ndjson.gz",
                    Answer.gzip((medication("m2") + "\n").getBytes(StandardCharsets.UTF_8)));
            ward.write(
                    REQUESTS,
                    request("r1", "Medication/m1"),
                    request("r2", "Medication/m1"),
                    request("r3", ward.url("/fhir/Medication/m2").toString().replace("http:", "HTTP:")),
                    request("r4", "Medication/m3"));

            assertCounts(ward.medications(), 1, 2, Map.of());

            assertThat(ward.asked()).containsExactly("/fhir/Medication/m3");
            assertThat(ids("Medication.001.ndjson")).containsExactly("m3");
        }

        @Test
        @DisplayName("a second run asks for nothing, and makes nothing")
        void secondRun() throws Exception {
            serve("m1");
            ward.write(REQUESTS, request("r1", "Medication/m1"), request("r2", "Medication/m2"));
            assertCounts(ward.medications(), 1, 0, Map.of(Problem.NOT_FOUND, 1L));
            serve("m2");
            assertCounts(ward.medications(), 1, 1, Map.of());
            List<String> before = ward.files();

            Hydrated again = ward.medications();

            assertCounts(again, 0, 2, Map.of());
            assertThat(again.files()).isEmpty();
            assertThat(ward.asked()).hasSize(3);
            assertThat(ward.files()).isEqualTo(before).containsExactly(MEDICATIONS, "Medication.001.ndjson", REQUESTS);
        }

        @Test
        @DisplayName("the new file has the next number, also beside gzipped ones")
        void number() throws Exception {
            serve("m1");
            ward.write("Medication.000.ndjson.gz", Answer.gzip(new byte[0]));
            ward.write("Medication.001.ndjson", medication("x"));
            ward.write(REQUESTS, request("r1", "Medication/m1"));

            ward.medications();

            assertThat(ids("Medication.002.ndjson")).containsExactly("m1");
            assertThat(InputFolder.scan(ward.folder()).files("Medication"))
                    .last()
                    .satisfies(file -> assertThat(file.name()).isEqualTo("Medication.002.ndjson"));
        }

        @Test
        @DisplayName("what comes is one line, every number with its digits")
        void oneLine() throws Exception {
            ward.on(
                    "/fhir/Medication/m1",
                    Answer.of(
                            200,
                            "application/fhir+json",
                            "{\r\n  \"resourceType\" : \"Medication\",\n  \"id\": \"m1\", \"amount\": {\"value\": 1.50, \"x\":"
                                    + " 1e3},\n \"text\":\"a\\nb ä\"\n}\n"));
            ward.write(REQUESTS, request("r1", "Medication/m1"));

            ward.medications();

            assertThat(ward.lines(MEDICATIONS))
                    .containsExactly(
                            "{\"resourceType\":\"Medication\",\"id\":\"m1\",\"amount\":{\"value\":1.50,\"x\":1E+3},\"text\":\"a\\nb ä\"}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "under_score",
                    "e.with-more-than-64-letters-as-some-servers-have-them-in-spite-of-FHIR-R4",
                    "a~b:c"
                })
        @DisplayName("ids are the server's business")
        void otherIds(String id) throws Exception {
            serve(id);
            ward.write(REQUESTS, request("r1", "Medication/" + id));

            assertCounts(ward.medications(), 1, 0, Map.of());
            assertCounts(ward.medications(), 0, 1, Map.of());
        }

        @Test
        @DisplayName("only the owner can read the new file, and a folder that is made for it")
        void ownerOnly() throws Exception {
            serve("m1");
            ward.write(REQUESTS, request("r1", "Medication/m1"));
            ward.medications();

            assertThat(rights(ward.folder().resolve(MEDICATIONS))).isEqualTo("rw-------");
        }

        @Test
        @DisplayName("CI: a killed run is gone on with: its last line is cut off, and nothing whole is fetched again")
        void killed() throws Exception {
            serve("m1", "m2", "m3");
            ward.write(
                    REQUESTS,
                    request("r1", "Medication/m1"),
                    request("r2", "Medication/m2"),
                    request("r3", "Medication/m3"));
            ward.write(
                    MEDICATIONS + ".part",
                    (medication("m1") + "\n\0\0\n" + medication("m2") + "\n"
                                    + medication("m3").substring(0, 20))
                            .getBytes(StandardCharsets.UTF_8));

            Hydrated result = ward.medications();

            assertCounts(result, 2, 1, Map.of());
            assertThat(ward.asked()).containsExactly("/fhir/Medication/m2", "/fhir/Medication/m3");
            assertThat(ids(MEDICATIONS)).containsExactly("m1", "m2", "m3");
            assertThat(ward.files()).containsExactly(MEDICATIONS, REQUESTS);
        }

        @Test
        @DisplayName("CI: a killed run that lacked nothing but the name of its file")
        void killedAtTheEnd() throws Exception {
            ward.write(REQUESTS, request("r1", "Medication/m1"));
            ward.write(MEDICATIONS + ".part", medication("m1"));

            Hydrated result = ward.medications();

            assertCounts(result, 0, 1, Map.of());
            assertThat(result.files()).extracting(AddedFile::path).containsExactly(MEDICATIONS);
            assertThat(ward.files()).containsExactly(MEDICATIONS, REQUESTS);
        }
    }

    @Nested
    class NotFetching {
        @Test
        @DisplayName("contained ones are there; what leads to no single Medication is counted, and no error")
        void noLinks() throws Exception {
            ward.write(
                    REQUESTS,
                    request("r1", "#m1"),
                    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r2\",\"medicationCodeableConcept\":{\"text\":\"x\"}}",
                    "{\"resourceType\":\"MedicationRequest\",\"id\":\"r3\",\"medicationReference\":{\"display\":\"x\"}}",
                    request("r4", "urn:uuid:75f3310e-d4a2-b467-8f97-56ba7c745e8b"),
                    request("r5", "Medication?identifier=1"),
                    request("r6", "Medication/"),
                    request("r7", "Substance/s1"),
                    request("r8", "Medication/../Patient/p1"),
                    request("r9", "m1"),
                    request("r10", "Medication/m 1"),
                    request("r11", ward.url("/elsewhere/Medication/m1")),
                    "garbage");

            Hydrated result = ward.medications();

            assertCounts(result, 0, 0, Map.of(Problem.NO_LINK, 8L));
            assertThat(result.errors()).isZero();
            assertThat(ward.asked())
                    .as("only a UUID may be the id of one")
                    .containsExactly("/fhir/Medication/75f3310e-d4a2-b467-8f97-56ba7c745e8b");
            assertThat(ward.files()).containsExactly(REQUESTS);
        }

        @Test
        @DisplayName("FL-14 another server is not asked; its ids are not those of this one")
        void elsewhere() throws Exception {
            try (TestServer other = new TestServer(new HandClock("2026-03-04T05:06:07Z"))) {
                serve("m1");
                ward.write(
                        REQUESTS,
                        request("r1", other.url("/fhir/Medication/m1")),
                        request("r2", other.url("/fhir/Medication/m1")),
                        request("r3", "Medication/m1"));

                Hydrated result = ward.medications();

                assertCounts(result, 1, 0, Map.of(Problem.ELSEWHERE, 1L));
                assertThat(result.errors()).isZero();
                assertThat(other.requests()).isEmpty();
                assertThat(ward.lacking()).isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"resourceType\":\"Medication\",\"id\":\"other\"}",
                    "{\"resourceType\":\"Medication\"}",
                    "{\"resourceType\":\"Patient\",\"id\":\"m1\"}",
                    "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}",
                    "{\"resourceType\":\"Medication\",\"id\":\"m1\"} {}",
                    "[]",
                    "<html>",
                    "''",
                })
        @DisplayName("what else a server may send with 200 is an error for that one only")
        void somethingElse(String body) throws Exception {
            serve("m2");
            ward.on("/fhir/Medication/m1", Answer.of(200, "application/fhir+json", body));
            ward.write(REQUESTS, request("r1", "Medication/m1"), request("r2", "Medication/m2"));

            assertCounts(ward.medications(), 1, 0, Map.of(Problem.SOMETHING_ELSE, 1L));

            assertThat(ids(MEDICATIONS)).containsExactly("m2");
            assertThat(ward.lacking()).containsExactly("MedicationRequest r1 Medication/m1 something-else");
        }

        @Test
        @DisplayName(
                "ETL-medications: one that does not come is asked for once and counted once; all that lack it are listed")
        void listed() throws Exception {
            ward.on("/fhir/Medication/m1", Answer.outcome(404, "error", "not-found", "Medication/m1 is not known"));
            ward.write(REQUESTS, request("r1", "Medication/m1"), request("r2", "Medication/m1/_history/2"));
            ward.write("MedicationDispense.000.ndjson", referring("MedicationDispense", "d1", "Medication/m1"));

            assertCounts(ward.medications(), 0, 0, Map.of(Problem.NOT_FOUND, 1L));

            assertThat(ward.asked()).containsExactly("/fhir/Medication/m1");
            assertThat(ward.lacking())
                    .containsExactly(
                            "MedicationDispense d1 Medication/m1 not-found",
                            "MedicationRequest r1 Medication/m1 not-found",
                            "MedicationRequest r2 Medication/m1/_history/2 not-found");
            assertThat(ward.told()).as("no ids").containsExactly("not-found: HTTP 404");
        }

        @Test
        @DisplayName("what passes is waited for")
        void passing() throws Exception {
            ward.on(
                    "/fhir/Medication/m1",
                    Answer.of(503).with("Retry-After", "30"),
                    Answer.of(200, "application/fhir+json", medication("m1")));
            ward.write(REQUESTS, request("r1", "Medication/m1"));

            assertCounts(ward.medications(), 1, 0, Map.of());
            assertThat(ward.clock().sleeps()).containsExactly(Duration.ofSeconds(30));
        }

        @Test
        @DisplayName(
                "a file that cannot be read to its end is counted once, also where a list of failures is made of it")
        void damaged() throws Exception {
            byte[] packed = Answer.gzip((request("r1", "Medication/m1") + "\n").getBytes(StandardCharsets.UTF_8));
            ward.write(REQUESTS + ".gz", Arrays.copyOf(packed, packed.length - 6));
            ward.write("MedicationRequest.001.ndjson", request("r2", "Medication/m2"));

            Hydrated result = ward.medications();

            assertThat(result.problems()).containsEntry(Problem.UNREADABLE, 1L).containsKey(Problem.NOT_FOUND);
            assertThat(ward.told()).contains("unreadable: " + REQUESTS + ".gz cannot be read to its end");
            assertThat(ward.tellings("unreadable")).isEqualTo(1);
        }
    }

    @Nested
    class Lists {
        private String list(Path folder, String type) throws Exception {
            return Files.readString(folder.resolve(type + "/fetch-error.ndjson"));
        }

        @Test
        @DisplayName("errorsTo: by id and without content, for the owner only")
        void lists() throws Exception {
            Path folder = temp.resolve("errors");
            try (FetchErrors errors = new FetchErrors(Optional.of(folder))) {
                errors.add("MedicationRequest", "r1", "Medication/m1", Problem.NOT_FOUND, "HTTP 404");
                errors.add("MedicationRequest", "r\"2", "Medication/m2", Problem.REFUSED, "HTTP 403 (no)");
            }

            assertThat(list(folder, "medicationrequest"))
                    .isEqualTo(
                            "{\"id\":\"r1\",\"reference\":\"Medication/m1\",\"problem\":\"not-found\",\"detail\":\"HTTP 404\"}\n"
                                    + "{\"id\":\"r\\\"2\",\"reference\":\"Medication/m2\",\"problem\":\"refused\",\"detail\":\"HTTP 403 (no)\"}\n");
            assertThat(rights(folder)).isEqualTo("rwx------");
            assertThat(rights(folder.resolve("medicationrequest"))).isEqualTo("rwx------");
            assertThat(rights(folder.resolve("medicationrequest/fetch-error.ndjson")))
                    .isEqualTo("rw-------");
        }

        @Test
        @DisplayName("errorsTo: nothing is made where nothing failed, and lists of earlier runs go")
        void forgets() throws Exception {
            Path folder = temp.resolve("errors");
            new FetchErrors(Optional.of(folder)).close();
            assertThat(folder).doesNotExist();
            try (FetchErrors errors = new FetchErrors(Optional.of(folder))) {
                errors.add("DocumentReference", "d1", "Binary/1", Problem.NOT_FOUND, "HTTP 404");
            }
            Files.writeString(folder.resolve("mine.txt"), "");

            new FetchErrors(Optional.of(folder)).forget();

            assertThat(folder.resolve("documentreference/fetch-error.ndjson")).doesNotExist();
            assertThat(folder.resolve("mine.txt")).exists();
        }

        @Test
        @DisplayName("where no folder is named, nothing is kept")
        void none() throws Exception {
            FetchErrors errors = new FetchErrors(Optional.empty());
            errors.add("DocumentReference", "d1", "Binary/1", Problem.NOT_FOUND, "HTTP 404");
            errors.forget();
            errors.close();
            assertThat(temp).isEmptyDirectory();
        }
    }

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    @DisplayName("memory: of what is known, a fixed number of bytes is kept, and every one is found")
    void keys() {
        KeyMap map = new KeyMap();
        for (int number = 0; number < 20_000; number++) {
            assertThat(map.putIfAbsent("key " + number, number)).isTrue();
        }
        assertThat(map.putIfAbsent("key 7", 1)).isFalse();
        map.put("key 8", 0);

        assertThat(map.get("key 7")).hasValue(7);
        assertThat(map.get("key 8")).hasValue(0);
        assertThat(map.get("key 19999")).hasValue(19_999);
        assertThat(map.get("key 20000")).isEmpty();
    }
}
