package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.files.UnsafePath;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes that an export only has the URLs of, fetched from a server on loopback. */
class NoteHydratorTest {
    private static final String SOURCE = "DocumentReference.000.ndjson";
    private static final String NOTES = "DocumentReference.000.notes.000.ndjson";
    private static final NoteSettings PLAIN = new NoteSettings(Set.of("text/plain"), 1000);
    private static final NoteSettings BOTH = new NoteSettings(Set.of("text/plain", "text/html"), 1000);

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

    private static String attachment(String type, String url) {
        return "{\"attachment\":{\"contentType\":\"" + type + "\",\"url\":\"" + url + "\"}}";
    }

    private static String document(String id, String... attachments) {
        return "{\"resourceType\":\"DocumentReference\",\"id\":\"" + id + "\",\"content\":["
                + String.join(",", attachments) + "]}";
    }

    /** With one plain note. */
    private static String referring(String id, Object url) {
        return document(id, attachment("text/plain", url.toString()));
    }

    private static String report(String id, String url) {
        return "{\"resourceType\":\"DiagnosticReport\",\"id\":\"" + id
                + "\",\"presentedForm\":[{\"contentType\":\"text/plain\",\"url\":\"" + url + "\"}]}";
    }

    private static Answer plain(String text) {
        return Answer.of(200, "text/plain", text);
    }

    @Test
    @DisplayName("nothing is written beside a source behind a linked folder")
    void linkedFolder(@TempDir Path elsewhere) throws Exception {
        Files.writeString(elsewhere.resolve(SOURCE), referring("a", ward.url("/fhir/Binary/1")));
        Files.createSymbolicLink(temp.resolve("more"), elsewhere);
        serve(1);

        assertThatThrownBy(() -> ward.notes(PLAIN)).isInstanceOf(UnsafePath.class);
        assertThat(Files.list(elsewhere)).containsExactly(elsewhere.resolve(SOURCE));
    }

    /** Binary/1 and so on, each with its number in it. */
    private void serve(int... numbers) {
        Arrays.stream(numbers).forEach(number -> ward.on("/fhir/Binary/" + number, plain("note " + number)));
    }

    /** The notes in a file: by the id of the resource, those of its attachments; - for one that is not there. */
    private List<String> notes(String file) throws IOException {
        List<String> notes = new ArrayList<>();
        for (String line : ward.lines(file)) {
            JsonNode resource = FhirJson.parseObject(line).orElseThrow();
            List<String> texts = new ArrayList<>();
            resource.findValues("attachment").forEach(attachment -> texts.add(text(attachment)));
            resource.path("presentedForm").forEach(form -> texts.add(text(form)));
            notes.add(resource.path("id").asText() + ": " + String.join(", ", texts));
        }
        return notes.stream().sorted().toList();
    }

    private static String text(JsonNode attachment) {
        return attachment.has("data")
                ? new String(Base64.getDecoder().decode(attachment.path("data").asText()), StandardCharsets.UTF_8)
                : "-";
    }

    private static void assertCounts(Hydrated result, long fetched, long present, Map<Problem, Long> problems) {
        assertThat(result.problems()).isEqualTo(problems);
        assertThat(result.fetched()).as("fetched").isEqualTo(fetched);
        assertThat(result.present()).as("present").isEqualTo(present);
    }

    @Nested
    class What {
        @Test
        @DisplayName(
                "FL-13 a relative URL is one under the FHIR base; the note goes into the resource, in a file beside its own")
        void relative() throws Exception {
            serve(1);
            byte[] before = Files.readAllBytes(ward.write(SOURCE, referring("d1", "Binary/1")));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 0, Map.of());
            assertThat(notes(NOTES)).containsExactly("d1: note 1");
            assertThat(ward.folder().resolve(SOURCE)).hasBinaryContent(before);
            assertThat(result.files()).extracting(AddedFile::path).containsExactly(NOTES);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(ward.folder().resolve(NOTES))))
                    .isEqualTo("rw-------");
        }

        @Test
        @DisplayName("FL-13 an absolute URL of the server gets the token, and is asked for as what the attachment says")
        void absolute() throws Exception {
            ward.on("/elsewhere/1?x=y", plain("note 1"));
            ward.write(SOURCE, referring("d1", ward.url("/elsewhere/1?x=y")));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());

            assertThat(ward.server().requests()).singleElement().satisfies(request -> {
                assertThat(request.header("authorization")).hasValue(Ward.TOKEN);
                assertThat(request.header("accept")).hasValue("text/plain, application/fhir+json;q=0.5");
            });
        }

        @Test
        @DisplayName("FL-03 a signed URL of the server carries its own permission: no token")
        void signed() throws Exception {
            ward.on("/1", plain("note 1"));
            ward.write(SOURCE, referring("d1", ward.url("/1?X-Amz-Signature=abc")));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());

            assertThat(ward.server().requests()).singleElement().satisfies(request -> assertThat(
                            request.header("authorization"))
                    .isEmpty());
        }

        @Test
        @DisplayName("FL-14 another server is not asked, with or without a token; that is counted, and no error")
        void elsewhere() throws Exception {
            try (TestServer other = new TestServer(new HandClock("2026-03-04T05:06:07Z"))) {
                other.on("/fhir/Binary/1", plain("note 1"));
                ward.write(
                        SOURCE, referring("d1", other.url("/fhir/Binary/1")), referring("d2", "//127.0.0.9/Binary/1"));

                Hydrated result = ward.notes(PLAIN);

                assertCounts(result, 0, 0, Map.of(Problem.ELSEWHERE, 2L));
                assertThat(result.errors()).isZero();
                assertThat(other.requests()).isEmpty();
                assertThat(ward.asked()).isEmpty();
                assertThat(ward.files()).containsExactly(SOURCE);
            }
        }

        @Test
        @DisplayName("FL-14 where the server itself redirects to another one, that one sees no token")
        void redirected() throws Exception {
            try (TestServer other = new TestServer(new HandClock("2026-03-04T05:06:07Z"))) {
                other.on("/store/1", plain("note 1"));
                ward.on(
                        "/fhir/Binary/1",
                        Answer.of(307).with("Location", other.url("/store/1").toString()));
                ward.write(SOURCE, referring("d1", "Binary/1"));

                assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
                assertThat(other.requests()).singleElement().satisfies(request -> assertThat(
                                request.header("authorization"))
                        .isEmpty());
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "../admin/keys",
                    " ../admin/keys",
                    "Binary/../../admin/keys",
                    "/fhir/../admin/keys",
                    "BASE/fhir/../admin/keys",
                    "BASE/fhir/%2e%2E/admin/keys",
                    "BASE/fhir/.%2e/admin/keys",
                    "BASE/fhir/%252e%252e/admin/keys",
                    "BASE/fhir/..%2fadmin/keys",
                    "BASE/fhir/x%2f..%2F..%2fadmin/keys",
                    "BASE/fhir/..%5cadmin/keys",
                    "BASE/fhir/..;a=b/admin/keys",
                    "BASE/fhir/.."
                })
        @DisplayName("FL-13 a URL that climbs out of the FHIR base is not asked for, however its dots are written")
        void climbs(String url) throws Exception {
            ward.write(SOURCE, referring("d1", url.replace("BASE", ward.url("").toString())));

            assertCounts(ward.notes(PLAIN), 0, 0, Map.of(Problem.NO_LINK, 1L));
            assertThat(ward.asked()).isEmpty();
        }

        @Test
        @DisplayName("a URL that is none is counted, and no error")
        void noUrl() throws Exception {
            ward.write(
                    SOURCE,
                    referring("d1", "urn:oid:1.2.3"),
                    referring("d2", "http://["),
                    referring("d3", "ftp://x/y"));

            assertCounts(ward.notes(PLAIN), 0, 0, Map.of(Problem.NO_LINK, 3L));
            assertThat(ward.asked()).isEmpty();
            assertThat(ward.lacking())
                    .containsExactly(
                            "DocumentReference d1 urn:oid:1.2.3 no-link",
                            "DocumentReference d2 http://[ no-link",
                            "DocumentReference d3 ftp://x/y no-link");
        }

        @Test
        @DisplayName("FL-13 blanks in a URL are escaped")
        void blanks() throws Exception {
            ward.on("/fhir/Binary/with%20blank", plain("note"));
            ward.write(SOURCE, referring("d1", "Binary/with blank"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
        }

        @Test
        @DisplayName("FL-13 what a server calls a stream of bytes is what the attachment says")
        void octetStream() throws Exception {
            ward.on("/fhir/Binary/1", Answer.of(200, "application/octet-stream", "note 1"));
            ward.write(SOURCE, referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
            assertThat(notes(NOTES)).containsExactly("d1: note 1");
        }

        @Test
        @DisplayName("FL-13 an attachment without a type has the server's, if that is wanted")
        void withoutType() throws Exception {
            ward.on("/fhir/Binary/1", plain("note 1"));
            ward.on("/fhir/Binary/2", Answer.of(200, "application/pdf", "%PDF"));
            ward.on("/fhir/Binary/3", Answer.of(200, "application/octet-stream", "?"));
            ward.write(
                    SOURCE,
                    document("d1", "{\"attachment\":{\"url\":\"Binary/1\"}}"),
                    document("d2", "{\"attachment\":{\"url\":\"Binary/2\"}}"),
                    document("d3", "{\"attachment\":{\"url\":\"Binary/3\"}}"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of(Problem.OTHER_TYPE, 1L, Problem.SOMETHING_ELSE, 1L));
            assertThat(ward.lines(NOTES)).singleElement().asString().contains("\"contentType\":\"text/plain");
        }

        @Test
        @DisplayName("FL-13 a note in its own link is decoded, and nobody is asked; no list quotes it")
        void dataLinks() throws Exception {
            ward.write(
                    SOURCE,
                    referring("d1", "data:text/plain;base64,SGVsbG8="),
                    referring("d2", "DATA:,Hello%20there+you"),
                    referring("d3", "data:text/plain;base64"),
                    referring("d4", "data:application/pdf;base64,SGVsbG8="),
                    referring("d5", "data:text/plain;base64,Pz8_"),
                    referring("d6", "data:text/plain;base64,SGVs*bG8="));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 3, 0, Map.of(Problem.NO_LINK, 2L, Problem.SOMETHING_ELSE, 1L));
            assertThat(notes(NOTES)).containsExactly("d1: Hello", "d2: Hello there+you", "d5: ???");
            assertThat(ward.asked()).isEmpty();
            assertThat(ward.lacking())
                    .containsExactly(
                            "DocumentReference d3 data: no-link",
                            "DocumentReference d4 data: something-else",
                            "DocumentReference d6 data: no-link");
        }

        @Test
        @DisplayName("FL-13 other types than the wanted ones are left, and counted; inlined notes are left alone")
        void otherTypes() throws Exception {
            serve(1);
            ward.write(
                    SOURCE,
                    document(
                            "d1",
                            attachment("application/pdf", "Binary/9"),
                            attachment("TEXT/Plain; charset=utf-8", "Binary/1"),
                            attachment("application/rtf", "Binary/8"),
                            "{\"attachment\":{\"contentType\":\"text/plain\",\"url\":\"Binary/7\",\"data\":\"YQ==\"}}"));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 0, Map.of(Problem.OTHER_TYPE, 2L));
            assertThat(result.errors()).isZero();
            assertThat(notes(NOTES)).containsExactly("d1: -, note 1, -, a");
            assertThat(ward.asked()).containsExactly("/fhir/Binary/1");
        }

        @Test
        @DisplayName(
                "a note whose size is said to be more than maxNoteSize is not asked for; one whose size is more is not kept")
        void tooLarge() throws Exception {
            ward.on("/fhir/Binary/1", plain("x".repeat(1000)))
                    .on("/fhir/Binary/2", plain("x".repeat(1001)))
                    .on("/fhir/Binary/3", plain("x".repeat(1_000_000)));
            ward.write(
                    SOURCE,
                    "{\"resourceType\":\"DocumentReference\",\"id\":\"d0\",\"content\":[{\"attachment\":{\"contentType\":"
                            + "\"text/plain\",\"url\":\"Binary/0\",\"size\":1001}}]}",
                    referring("d1", "Binary/1"),
                    referring("d2", "Binary/2"),
                    referring("d3", "Binary/3"));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 0, Map.of(Problem.TOO_LARGE, 3L));
            assertThat(result.errors()).isZero();
            assertThat(ward.asked()).containsExactly("/fhir/Binary/1", "/fhir/Binary/2", "/fhir/Binary/3");
            assertThat(ward.lines(NOTES)).hasSize(1);
        }

        @Test
        @DisplayName("FL-13 a Binary whose base64 is larger than maxNoteSize, but not what is in it, is kept")
        void base64() throws Exception {
            String data = Base64.getEncoder().encodeToString("x".repeat(1000).getBytes(StandardCharsets.UTF_8));
            ward.on(
                    "/fhir/Binary/1",
                    Answer.of(200, "application/fhir+json", "{\"resourceType\":\"Binary\",\"data\":\"" + data + "\"}"));
            ward.write(SOURCE, referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
        }

        @Test
        @DisplayName(
                "FL-15 a resource gets no more notes than a line can have: nobody could read on behind a longer one")
        void longestLine() throws Exception {
            ward.on("/fhir/Binary/1", plain("x".repeat(900)))
                    .on("/fhir/Binary/2", plain("y".repeat(900)))
                    .on("/fhir/Binary/3", plain("z"));
            ward.oneByOne()
                    .write(
                            SOURCE,
                            document(
                                    "d1",
                                    attachment("text/plain", "Binary/1"),
                                    attachment("text/plain", "Binary/2"),
                                    attachment("text/plain", "Binary/3")),
                            referring("d2", "Binary/2"));

            Hydrated result = ward.notes(PLAIN, 2500);

            assertThat(result.problems()).isEqualTo(Map.of(Problem.TOO_LARGE, 1L));
            assertThat(notes(NOTES)).containsExactly("d1: " + "x".repeat(900) + ", -, z", "d2: " + "y".repeat(900));
            assertThat(ward.lines(NOTES)).allSatisfy(line -> assertThat(line).hasSizeLessThan(2500));
        }

        @Test
        @DisplayName("FL-06 a note that comes gzipped is kept plain; one that is cut is asked for again")
        void gzip() throws Exception {
            byte[] packed = plain("note 1").gzipped().body();
            ward.on(
                    "/fhir/Binary/1",
                    plain("").withBody(Arrays.copyOf(packed, packed.length - 4)),
                    plain("note 1").gzipped().with("Content-Encoding", "gzip"));
            ward.write(SOURCE, referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
            assertThat(notes(NOTES)).containsExactly("d1: note 1");
        }
    }

    @Nested
    class Failing {
        @ParameterizedTest
        @CsvSource({"404,NOT_FOUND", "410,NOT_FOUND", "403,REFUSED", "401,REFUSED", "400,REFUSED", "501,OUT_OF_REACH"})
        @DisplayName("one that the server does not give is an error for that one only, asked for once, listed by id")
        void refused(int status, Problem problem) throws Exception {
            serve(2);
            ward.on("/fhir/Binary/1", Answer.outcome(status, "error", "processing", "Binary/1 of Zebedee"));
            ward.write(SOURCE, referring("d1", "Binary/1"), referring("d2", "Binary/2"));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 0, Map.of(problem, 1L));
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.wanted()).isEqualTo(2);
            assertThat(result.gaveUp()).isEmpty();
            assertThat(notes(NOTES)).containsExactly("d2: note 2");
            assertThat(ward.asked()).containsExactly("/fhir/Binary/1", "/fhir/Binary/2");
            assertThat(ward.lacking()).containsExactly("DocumentReference d1 Binary/1 " + problem.code());
            assertThat(ward.told())
                    .as("no id and none of the server's words, which may hold one")
                    .containsExactly(problem.code() + ": HTTP " + status);
        }

        @ParameterizedTest
        @ValueSource(ints = {429, 500, 502, 503, 504})
        @DisplayName("FL-02 what passes is waited for, as long as the server says")
        void passing(int status) throws Exception {
            ward.on(
                    "/fhir/Binary/1",
                    Answer.outcome(status, "error", "throttled", "Binary/1 is busy")
                            .with("Retry-After", "40"),
                    plain("note 1"));
            ward.write(SOURCE, referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());

            assertThat(ward.clock().sleeps()).containsExactly(Duration.ofSeconds(40));
            assertThat(ward.told()).containsExactly("A note: HTTP " + status + ", again");
        }

        @Test
        @DisplayName("what does not pass is given up after five attempts")
        void notPassing() throws Exception {
            ward.on("/fhir/Binary/1", Answer.of(503));
            ward.write(SOURCE, referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 0, 0, Map.of(Problem.OUT_OF_REACH, 1L));

            assertThat(ward.asked()).hasSize(5);
            assertThat(ward.files()).containsExactly(SOURCE);
        }

        @Test
        @DisplayName("an OperationOutcome or another type with 200 is an error for that one only")
        void somethingElse() throws Exception {
            serve(3);
            ward.on("/fhir/Binary/1", Answer.outcome(200, "error", "exception", "Zebedee"))
                    .on("/fhir/Binary/2", Answer.of(200, "text/html", "<p>Log in"));
            ward.write(SOURCE, referring("d1", "Binary/1"), referring("d2", "Binary/2"), referring("d3", "Binary/3"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of(Problem.SOMETHING_ELSE, 2L));

            assertThat(notes(NOTES)).containsExactly("d3: note 3");
            assertThat(ward.told()).noneMatch(words -> words.contains("Zebedee") || words.contains("Log in"));
        }

        @Test
        @DisplayName("a URL that does not come is asked for once, whoever refers to it; each is counted and listed")
        void once() throws Exception {
            ward.on("/fhir/Binary/1", Answer.of(404));
            ward.write(SOURCE, referring("d1", "Binary/1"), referring("d2", ward.url("/fhir/Binary/1")));
            ward.write("DiagnosticReport.000.ndjson", report("r1", "Binary/1"));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 0, 0, Map.of(Problem.NOT_FOUND, 3L));
            assertThat(ward.asked()).containsExactly("/fhir/Binary/1");
            assertThat(ward.lacking())
                    .containsExactly(
                            "DiagnosticReport r1 Binary/1 not-found",
                            "DocumentReference d1 Binary/1 not-found",
                            "DocumentReference d2 " + ward.url("/fhir/Binary/1") + " not-found");
        }

        private void serveBut(int came, int status) throws Exception {
            List<String> lines = new ArrayList<>();
            IntStream.range(0, 40).forEach(number -> {
                if (number >= came) {
                    ward.on("/fhir/Binary/" + number, Answer.of(status));
                }
                lines.add(referring("d" + number, "Binary/" + number));
            });
            ward.oneByOne().write(SOURCE, lines.toArray(String[]::new));
        }

        @ParameterizedTest
        @CsvSource({"0, 403, REFUSED", "0, 501, OUT_OF_REACH", "1, 501, OUT_OF_REACH"})
        @DisplayName("after 25 failures in a row it gives up, and says why; what has come stays")
        void givesUp(int came, int status, Problem problem) throws Exception {
            serve(0);
            serveBut(came, status);

            Hydrated result = ward.notes(PLAIN);

            assertThat(ward.asked()).hasSize(came + 25);
            assertThat(result.gaveUp()).hasValue("HTTP " + status);
            assertThat(result.fetched()).isEqualTo(came);
            assertThat(result.problems()).containsKey(problem);
            assertThat(result.errors()).isEqualTo(40 - came);
        }

        @Test
        @DisplayName("some notes are confidential: refusals are no reason to give up once something came")
        void confidential() throws Exception {
            serve(0);
            serveBut(1, 403);

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 0, Map.of(Problem.REFUSED, 39L));
            assertThat(result.gaveUp()).isEmpty();
            assertThat(notes(NOTES)).containsExactly("d0: note 0");
        }

        @Test
        @DisplayName("many that the server does not have are no reason to give up")
        void doesNotGiveUp() throws Exception {
            List<String> lines = new ArrayList<>();
            IntStream.rangeClosed(1, 40).forEach(number -> lines.add(referring("d" + number, "Binary/" + number)));
            ward.oneByOne().write(SOURCE, lines.toArray(String[]::new));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 0, 0, Map.of(Problem.NOT_FOUND, 40L));
            assertThat(result.gaveUp()).isEmpty();
        }
    }

    @Nested
    class Again {
        @Test
        @DisplayName("one URL is fetched once, whoever refers to it, and however it is written")
        void shared() throws Exception {
            serve(1);
            ward.write(
                    SOURCE,
                    document("d1", attachment("text/plain", "Binary/1"), attachment("text/plain", "Binary/1")),
                    referring("d2", ward.url("/fhir/Binary/1")));
            ward.write("DiagnosticReport.000.ndjson", report("r1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 3, Map.of());

            assertThat(ward.asked()).containsExactly("/fhir/Binary/1");
            assertThat(notes(NOTES)).containsExactly("d1: note 1, note 1", "d2: note 1");
            assertThat(notes("DiagnosticReport.000.notes.000.ndjson")).containsExactly("r1: note 1");
        }

        @Test
        @DisplayName("one URL can have several types; each is asked for, and only each one's own text goes into it")
        void types() throws Exception {
            ward.on("/fhir/Binary/1", Answer.of(200, "text/html", "<p>1"));
            ward.oneByOne()
                    .write(
                            SOURCE,
                            document("d1", attachment("text/plain", "Binary/1"), attachment("text/html", "Binary/1")));

            assertCounts(ward.notes(BOTH), 1, 0, Map.of(Problem.SOMETHING_ELSE, 1L));

            assertThat(notes(NOTES)).containsExactly("d1: -, <p>1");
        }

        @Test
        @DisplayName("a second run asks for nothing, and makes nothing")
        void secondRun() throws Exception {
            serve(1, 2);
            ward.write(SOURCE, referring("d1", "Binary/1"), referring("d2", "Binary/2"));
            ward.notes(PLAIN);
            List<String> before = ward.files();
            byte[] notes = Files.readAllBytes(ward.folder().resolve(NOTES));

            Hydrated again = ward.notes(PLAIN);

            assertCounts(again, 0, 2, Map.of());
            assertThat(again.files()).isEmpty();
            assertThat(ward.asked()).hasSize(2);
            assertThat(ward.files()).isEqualTo(before);
            assertThat(ward.folder().resolve(NOTES)).hasBinaryContent(notes);
        }

        @Test
        @DisplayName("a run after one in which some did not come asks for these only, and what it writes has both")
        void partial() throws Exception {
            serve(1);
            ward.on("/fhir/Binary/2", Answer.of(404), plain("note 2"));
            ward.write(
                    SOURCE, document("d1", attachment("text/plain", "Binary/1"), attachment("text/plain", "Binary/2")));
            assertCounts(ward.notes(PLAIN), 1, 0, Map.of(Problem.NOT_FOUND, 1L));
            assertThat(notes(NOTES)).containsExactly("d1: note 1, -");

            assertCounts(ward.notes(PLAIN), 1, 1, Map.of());

            assertThat(ward.asked()).containsExactly("/fhir/Binary/1", "/fhir/Binary/2", "/fhir/Binary/2");
            assertThat(notes("DocumentReference.000.notes.001.ndjson")).containsExactly("d1: note 1, note 2");
            assertCounts(ward.notes(PLAIN), 0, 2, Map.of());
        }

        @Test
        @DisplayName("a run that brings nothing more of a resource does not write it once more")
        void noProgress() throws Exception {
            serve(1);
            ward.write(
                    SOURCE, document("d1", attachment("text/plain", "Binary/1"), attachment("text/plain", "Binary/2")));
            ward.notes(PLAIN);

            assertCounts(ward.notes(PLAIN), 0, 1, Map.of(Problem.NOT_FOUND, 1L));

            assertThat(ward.files()).containsExactly(SOURCE, NOTES);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @DisplayName("a run with other noteTypes asks for the new ones only, and what it writes has the old ones, too")
        void moreTypes(boolean both) throws Exception {
            serve(1);
            ward.on("/fhir/Binary/2", Answer.of(200, "text/html", "<p>2"));
            ward.write(
                    SOURCE,
                    document("d1", attachment("text/plain", "Binary/1"), attachment("text/html", "Binary/2")),
                    referring("d2", "Binary/1"));
            ward.notes(PLAIN);

            Hydrated result = ward.notes(both ? BOTH : new NoteSettings(Set.of("text/html"), 1000));

            assertThat(result.fetched()).isEqualTo(1);
            assertThat(ward.asked()).containsExactly("/fhir/Binary/1", "/fhir/Binary/2");
            assertThat(notes("DocumentReference.000.notes.001.ndjson")).containsExactly("d1: note 1, <p>2");
        }

        @Test
        @DisplayName("CI: a killed run is gone on with: its last line is cut off, and nothing whole is fetched again")
        void killed() throws Exception {
            serve(1, 2);
            ward.write(SOURCE, referring("d1", "Binary/1"), referring("d2", "Binary/2"));
            ward.notes(PLAIN);
            Path notes = ward.folder().resolve(NOTES);
            List<String> whole = ward.lines(NOTES);
            Files.delete(notes);
            ward.write(
                    NOTES + ".part",
                    (whole.get(0) + "\n" + whole.get(1).substring(0, 60)).getBytes(StandardCharsets.UTF_8));
            String missing = whole.get(1).contains("\"d1\"") ? "/fhir/Binary/1" : "/fhir/Binary/2";
            int before = ward.asked().size();

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 1, Map.of());
            assertThat(ward.server().requests().subList(before, before + 1))
                    .extracting(TestServer.Request::path)
                    .containsExactly(missing);
            assertThat(ward.asked()).hasSize(before + 1);
            assertThat(ward.files()).containsExactly(SOURCE, NOTES);
            assertThat(notes(NOTES)).containsExactly("d1: note 1", "d2: note 2");
            assertThat(result.files())
                    .singleElement()
                    .satisfies(file -> assertThat(file.proof().resources()).isEqualTo(2));
        }

        @Test
        @DisplayName("CI: a killed run's notes are there for resources of later files, too")
        void killedAndShared() throws Exception {
            serve(1);
            ward.write(SOURCE, referring("d1", "Binary/1"));
            ward.notes(PLAIN);
            Files.move(ward.folder().resolve(NOTES), ward.folder().resolve(NOTES + ".part"));
            ward.write("DocumentReference.001.ndjson", referring("d2", "Binary/1"));
            ward.write("DiagnosticReport.000.ndjson", report("r1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 0, 3, Map.of());

            assertThat(ward.asked()).hasSize(1);
            assertThat(notes(NOTES)).containsExactly("d1: note 1");
            assertThat(notes("DocumentReference.001.notes.000.ndjson")).containsExactly("d2: note 1");
            assertThat(notes("DiagnosticReport.000.notes.000.ndjson")).containsExactly("r1: note 1");
        }

        @Test
        @DisplayName("CI: after a power cut, what lies before the garbage is kept, the rest is fetched again")
        void garbage() throws Exception {
            serve(1, 2);
            ward.oneByOne().write(SOURCE, referring("d1", "Binary/1"), referring("d2", "Binary/2"));
            ward.notes(PLAIN);
            Path part = Files.move(ward.folder().resolve(NOTES), ward.folder().resolve(NOTES + ".part"));
            String second = Files.readAllLines(part).get(1);
            Files.writeString(part, Files.readAllLines(part).get(0) + "\n\0\0\0\0\n" + second + "\n");

            assertCounts(ward.notes(PLAIN), 1, 1, Map.of());

            assertThat(ward.asked()).containsExactly("/fhir/Binary/1", "/fhir/Binary/2", "/fhir/Binary/2");
            assertThat(notes(NOTES)).containsExactly("d1: note 1", "d2: note 2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "{\"resourceType\":\"Docu", "\0\0\0\0\n", "\u001f\u008bgarbage\n"})
        @DisplayName("CI: a killed run that has left nothing whole leaves no file, where nothing comes")
        void nothingWhole(String left) throws Exception {
            ward.write(SOURCE, referring("d1", "Binary/1"));
            ward.write(NOTES + ".part", left.getBytes(StandardCharsets.ISO_8859_1));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 0, 0, Map.of(Problem.NOT_FOUND, 1L));
            assertThat(result.files()).isEmpty();
            assertThat(ward.files()).containsExactly(SOURCE);
        }

        @Test
        @DisplayName("a link in the place of the unfinished file is removed, not followed")
        void link() throws Exception {
            serve(1);
            ward.write(SOURCE, referring("d1", "Binary/1"));
            Path other = Files.writeString(temp.resolve("other.txt"), "mine");
            Files.createSymbolicLink(ward.folder().resolve(NOTES + ".part"), other);

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());

            assertThat(other).hasContent("mine");
            assertThat(ward.folder().resolve(NOTES)).isRegularFile();
        }

        @Test
        @DisplayName("a run that is stopped leaves what it has for the next one")
        void stopped() throws Exception {
            serve(1);
            ward.on("/fhir/Binary/2", Answer.of(503), plain("note 2"));
            ward.oneByOne().write(SOURCE, referring("d1", "Binary/1"), referring("d2", "Binary/2"));
            Ward.Stop stop = ward.stopAtFirstWait();

            assertThatThrownBy(() -> ward.notes(PLAIN)).isInstanceOf(InterruptedException.class);
            assertThat(ward.files()).containsExactly(SOURCE, NOTES + ".part");
            stop.lift();

            assertCounts(ward.notes(PLAIN), 1, 1, Map.of());
            assertThat(ward.asked()).containsExactly("/fhir/Binary/1", "/fhir/Binary/2", "/fhir/Binary/2");
        }
    }

    @Nested
    class Sources {
        @ParameterizedTest
        @CsvSource({
            "DocumentReference.000.ndjson, DocumentReference.000.notes.000.ndjson",
            "DocumentReference.ndjson, DocumentReference.notes.000.ndjson",
            "DocumentReference.jsonl, DocumentReference.notes.000.ndjson",
            "a/b/DocumentReference.7.jsonl, a/b/DocumentReference.7.notes.000.ndjson",
            "DocumentReference.000.NDJSON, DocumentReference.000.notes.000.ndjson",
            "notes.001.ndjson, notes.001.notes.000.ndjson",
        })
        @DisplayName("ETL-input: the file of the notes comes directly after the one they belong to, so its rows win")
        void order(String name, String notes) throws Exception {
            serve(1);
            ward.write(name, referring("d1", "Binary/1"));
            ward.write("DocumentReference.001.ndjson", document("x"));

            ward.notes(PLAIN);

            List<String> order = InputFolder.scan(ward.folder()).files("DocumentReference").stream()
                    .map(InputFile::name)
                    .toList();
            assertThat(order).contains(name, notes);
            assertThat(order.indexOf(notes)).isEqualTo(order.indexOf(name) + 1);
        }

        @Test
        @DisplayName("gzipped files are read, and stay")
        void gzip() throws Exception {
            serve(1);
            byte[] packed = Answer.gzip((referring("d1", "Binary/1") + "\n").getBytes(StandardCharsets.UTF_8));
            ward.write(SOURCE + ".gz", packed);

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
            assertCounts(ward.notes(PLAIN), 0, 1, Map.of());

            assertThat(notes(NOTES)).containsExactly("d1: note 1");
            assertThat(ward.files()).containsExactly(SOURCE + ".gz", NOTES);
            assertThat(ward.folder().resolve(SOURCE + ".gz")).hasBinaryContent(packed);
        }

        @Test
        @DisplayName("notes that somebody has gzipped since are not fetched again; what lacks some gets the others")
        void packed() throws Exception {
            serve(1, 3);
            ward.on("/fhir/Binary/2", Answer.of(404), plain("note 2"));
            ward.oneByOne()
                    .write(
                            SOURCE,
                            document("d1", attachment("text/plain", "Binary/1"), attachment("text/plain", "Binary/2")),
                            referring("d3", "Binary/3"));
            ward.notes(PLAIN);
            Path notes = ward.folder().resolve(NOTES);
            ward.write(NOTES + ".gz", Answer.gzip(Files.readAllBytes(notes)));
            Files.delete(notes);

            assertThat(ward.notes(PLAIN).fetched()).isEqualTo(1);
            assertThat(ward.notes(PLAIN).fetched()).isZero();

            assertThat(ward.asked())
                    .containsExactly("/fhir/Binary/1", "/fhir/Binary/2", "/fhir/Binary/2", "/fhir/Binary/3");
            assertThat(ward.files())
                    .containsExactly(SOURCE, NOTES + ".gz", "DocumentReference.000.notes.000.notes.000.ndjson");
            assertThat(notes("DocumentReference.000.notes.000.notes.000.ndjson"))
                    .containsExactly("d1: note 1, note 2");
        }

        @Test
        @DisplayName("a file that cannot be read to its end is counted once; what comes before is done")
        void damaged() throws Exception {
            List<String> lines = new ArrayList<>();
            IntStream.rangeClosed(1, 20_000).forEach(number -> lines.add(document("d" + number * 0x9E3779B9)));
            lines.add(0, referring("d0", "Binary/1"));
            byte[] packed = Answer.gzip((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            serve(1);
            ward.write(SOURCE + ".gz", Arrays.copyOf(packed, packed.length - 6));

            Hydrated result = ward.notes(PLAIN);

            assertCounts(result, 1, 0, Map.of(Problem.UNREADABLE, 1L));
            assertThat(result.errors()).isEqualTo(1);
            assertThat(ward.told()).containsExactly("unreadable: " + SOURCE + ".gz cannot be read to its end");
        }

        @Test
        @DisplayName(
                "of resources with the same id only the last gets its note: written once more, another would win over it")
        void versions() throws Exception {
            serve(1, 2);
            ward.write(SOURCE, referring("d1", "Binary/1"), document("x"), referring("d1", "Binary/2"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
            assertCounts(ward.notes(PLAIN), 0, 1, Map.of());

            assertThat(notes(NOTES)).containsExactly("d1: note 2");
            assertThat(ward.asked()).containsExactly("/fhir/Binary/2");
        }

        @Test
        @DisplayName("an older version is not written where the note of the last one does not come")
        void lastVersionFails() throws Exception {
            serve(1);
            ward.write(SOURCE, referring("d1", "Binary/1"), referring("d1", "Binary/2"));

            assertCounts(ward.notes(PLAIN), 0, 0, Map.of(Problem.NOT_FOUND, 1L));

            assertThat(ward.files()).containsExactly(SOURCE);
        }

        @Test
        @DisplayName("a file of another tool that is only named like ours is a source like any other")
        void foreignName() throws Exception {
            serve(1);
            ward.write("DocumentReference.notes.001.ndjson", referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());

            assertThat(notes("DocumentReference.notes.001.notes.000.ndjson")).containsExactly("d1: note 1");
            assertCounts(ward.notes(PLAIN), 0, 1, Map.of());
        }

        @Test
        @DisplayName("lines that are no resources of the type do not stop it")
        void oddLines() throws Exception {
            serve(1);
            ward.write(SOURCE, "{", "{\"resourceType\":\"Patient\",\"id\":\"p\"}", "", referring("d1", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());
            assertThat(notes(NOTES)).containsExactly("d1: note 1");
        }

        @Test
        @DisplayName("notes of an inlined attachment with broken base64 are fetched for those that lack them")
        void brokenBase64() throws Exception {
            serve(1, 2);
            ward.oneByOne()
                    .write(
                            SOURCE,
                            document(
                                    "d1",
                                    "{\"attachment\":{\"contentType\":\"text/plain\",\"url\":\"Binary/1\",\"data\":\"?\"}}",
                                    attachment("text/plain", "Binary/2")),
                            referring("d2", "Binary/1"));

            assertCounts(ward.notes(PLAIN), 2, 0, Map.of());
            assertThat(ward.lines(NOTES)).hasSize(2);
        }

        @Test
        @DisplayName("a whole file that an earlier run has written is never changed, whatever is in it")
        void earlierDamaged() throws Exception {
            serve(1);
            ward.write(SOURCE, referring("d1", "Binary/1"));
            Path notes = ward.write(NOTES, "garbage");

            assertCounts(ward.notes(PLAIN), 1, 0, Map.of());

            assertThat(notes).hasContent("garbage");
            assertThat(notes("DocumentReference.000.notes.001.ndjson")).containsExactly("d1: note 1");
        }
    }

    @Test
    @DisplayName("memory: a note is held, never all of them; the index of notes holds places")
    void memory() throws Exception {
        NoteSettings large = new NoteSettings(Set.of("text/plain"), 10_000_000);
        ward.on("/fhir/Binary/1", plain("x".repeat(3_000_000)));
        NoteIndex index = new NoteIndex(Attachment::url);
        ward.write(SOURCE, referring("d1", "Binary/1"));
        ward.notes(large);
        Path notes = ward.folder().resolve(NOTES);
        int number = index.add(notes);
        index.read(number, resource -> assertThat(resource.id()).isEqualTo("d1"));

        assertThat(index.find("Binary/1"))
                .hasValueSatisfying(note -> assertThat(note.data()).hasSize(3_000_000));
        Files.writeString(notes, "", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(index.find("Binary/1"))
                .as("it is read from the file each time")
                .isEmpty();
        assertThat(index.find("Binary/2")).isEmpty();
    }
}
