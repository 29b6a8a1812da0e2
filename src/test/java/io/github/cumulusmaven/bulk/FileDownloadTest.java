package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.FileDownload.Fetched;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileDownloadTest {
    private static final String PATIENTS =
            Exports.resource("Patient", 1) + "\n" + Exports.resource("Patient", 2) + "\n";

    @TempDir
    private Path folder;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);
    private final AtomicLong received = new AtomicLong();
    private final Recorder recorder = new Recorder();
    private Path part;
    private Path stored;

    @BeforeEach
    void name() {
        part = folder.resolve("x.part");
        stored = part;
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private static Item item(URI url, Kind kind, @Nullable String type, @Nullable Long count) {
        return new Item(
                new FileState("x", kind, type, SignedUrl.kept(url), count, null), url.toString(), 0, Announced.NOTHING);
    }

    private Fetched fetch(Item item, boolean compress) throws IOException, InterruptedException {
        Fetched fetched = new FileDownload(gateway, Authorizer.NONE, compress, Validation.LINES)
                .fetch(item, new PartFile(part), series(1), Exports.requester(item.url(), received::addAndGet));
        stored = fetched.path();
        return fetched;
    }

    private Retries.Series series(int attempts) {
        return Exports.retries(attempts, clock, recorder).series("x");
    }

    private Fetched fetch(Answer answer, @Nullable String type, @Nullable Long count, boolean compress)
            throws IOException, InterruptedException {
        server.on("/f", answer);
        return fetch(item(server.url("/f"), Kind.OUTPUT, type, count), compress);
    }

    private Fetched fetchPatients(String body) throws IOException, InterruptedException {
        return fetch(Answer.of(200, "application/fhir+ndjson", body), "Patient", null, false);
    }

    private String stored() throws IOException {
        try (InputStream plain = GzipBody.decode(Files.newInputStream(stored))) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    @DisplayName("FL-04 FL-05 asks for NDJSON, and takes gzip")
    void headers() throws Exception {
        fetchPatients(PATIENTS);

        TestServer.Request request = server.requests().get(0);
        assertThat(request.header("Accept")).contains("application/fhir+ndjson");
        assertThat(request.header("Accept-Encoding")).contains("gzip");
        assertThat(request.header("Authorization")).isEmpty();
    }

    @Test
    @DisplayName("FL-06 FL-11 stores bytes as they came, with their proof")
    void identity() throws Exception {
        String body = "\uFEFF" + PATIENTS.replace("\n", "\r\n") + "\r\n";

        Fetched fetched = fetchPatients(body);

        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(part).hasBinaryContent(bytes);
        assertThat(fetched.proof()).isEqualTo(new FileState.Proof(2, bytes.length, sha256(bytes)));
        assertThat(fetched.firstType()).isEqualTo("Patient");
        assertThat(received).hasValue(bytes.length);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("FL-06 gzip is gunzipped, whether or not the server says what it is")
    void gzip(boolean declared) throws Exception {
        Answer answer = Answer.of(200, "application/fhir+ndjson", PATIENTS).gzipped();

        Fetched fetched = fetch(declared ? answer.with("Content-Encoding", "gzip") : answer, "Patient", 2L, false);

        assertThat(stored).hasContent(PATIENTS.strip());
        assertThat(fetched.proof().bytes()).isEqualTo(PATIENTS.length());
        assertThat(fetched.proof().sha256()).isEqualTo(sha256(PATIENTS.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @DisplayName("FL-06 to be kept as gzip, it stays byte for byte what it was")
    void gzipAsItCame() throws Exception {
        Answer answer = Answer.of(200, "application/fhir+ndjson", PATIENTS.repeat(50_000))
                .gzipped();

        Fetched fetched = fetch(answer, "Patient", 100_000L, true);

        assertThat(part).hasBinaryContent(answer.body());
        assertThat(fetched.proof())
                .isEqualTo(new FileState.Proof(100_000, PATIENTS.length() * 50_000L, sha256(answer.body())));
        assertThat(received).hasValue(PATIENTS.length() * 50_000L);
    }

    @Test
    @DisplayName("FL-06 to be kept as gzip, what is not becomes it")
    void compressed() throws Exception {
        Fetched fetched = fetch(Answer.of(200, "application/fhir+ndjson", PATIENTS), "Patient", 2L, true);

        byte[] bytes = Files.readAllBytes(part);
        assertThat(bytes).startsWith(0x1f, 0x8b);
        assertThat(stored()).isEqualTo(PATIENTS);
        assertThat(fetched.proof()).isEqualTo(new FileState.Proof(2, PATIENTS.length(), sha256(bytes)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("FL-06 gzip of several members is read to its end")
    void members(boolean compress) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int member = 0; member < 50; member++) {
            body.writeBytes(Answer.gzip(PATIENTS.getBytes(StandardCharsets.UTF_8)));
        }

        Fetched fetched = fetch(Answer.of(200, "x", "").withBody(body.toByteArray()), "Patient", null, compress);

        assertThat(fetched.proof().resources()).isEqualTo(100);
        assertThat(stored()).isEqualTo(PATIENTS.repeat(50));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("FL-11 gzip that is cut or damaged is not whole")
    void damagedGzip(boolean compress) {
        byte[] whole = Answer.gzip(PATIENTS.getBytes(StandardCharsets.UTF_8));
        byte[] flipped = whole.clone();
        flipped[whole.length - 7] ^= 1;

        for (byte[] body : new byte[][] {Arrays.copyOf(whole, whole.length - 1), Arrays.copyOf(whole, 15), flipped}) {
            assertThatThrownBy(() -> fetch(Answer.of(200, "x", "").withBody(body), "Patient", null, compress))
                    .isInstanceOf(DamagedFile.class)
                    .hasMessage("its gzip data are damaged or cut");
        }
    }

    @ParameterizedTest
    @CsvSource({"2, true", "1, false", "3, false", "0, false"})
    @DisplayName("FL-11 holds as many resources as the manifest says")
    void count(long announced, boolean whole) throws Exception {
        Answer answer = Answer.of(200, "application/fhir+ndjson", PATIENTS);
        if (whole) {
            assertThat(fetch(answer, "Patient", announced, false).proof().resources())
                    .isEqualTo(2);
        } else {
            assertThatThrownBy(() -> fetch(answer, "Patient", announced, false))
                    .isInstanceOf(DamagedFile.class)
                    .hasMessage("the manifest announces " + announced + " resources, it holds 2");
        }
    }

    @Test
    @DisplayName("MF-06 the count of an error file is that of what is lost: never checked")
    void countOfErrors() throws Exception {
        server.on("/f", Answer.outcome(200, "error", "processing", "Failed to export"));

        assertThat(fetch(item(server.url("/f"), Kind.ERROR, "OperationOutcome", 25L), false)
                        .proof()
                        .resources())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("MF-05 MF-06 whatever a list counts, a file of which it counts something is not empty")
    void nothingOfSomething(Kind kind) {
        server.on("/f", Answer.of(200));

        assertThatThrownBy(() -> fetch(item(server.url("/f"), kind, "Patient", 25L), false))
                .isInstanceOf(DamagedFile.class)
                .hasMessage("the manifest announces 25 resources, it holds 0");
    }

    @Test
    @DisplayName("MF-05 an OperationOutcome is no list of deletions")
    void outcomeForDeletions() {
        server.on("/f", Answer.outcome(200, "error", "exception", "try later"));

        assertThatThrownBy(() -> fetch(item(server.url("/f"), Kind.DELETED, "Bundle", null), false))
                .isInstanceOf(DamagedFile.class)
                .hasMessage("the server sent an OperationOutcome in its place");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"resourceType\":\"Patient\",\"id\":\"2\"}   | true",
                "{\"resourceType\":\"Patient\"} \t             | true",
                "{\"resourceType\":\"Patient\",\"id\":\"2\"    | false",
                "{\"resourceType\":\"Patient\",\"id\":\"       | false",
                "{                                             | false",
                "{}{                                           | false",
            })
    @DisplayName("FL-11 FL-15 the last newline may be missing, the last line's end may not")
    void lastLine(String last, boolean whole) throws Exception {
        if (whole) {
            assertThat(fetchPatients(PATIENTS + last).proof().resources()).isEqualTo(3);
        } else {
            assertThatThrownBy(() -> fetchPatients(PATIENTS + last))
                    .isInstanceOf(DamagedFile.class)
                    .hasMessage("it ends in the middle of a line");
        }
    }

    @Test
    @DisplayName("FL-11 every cut by closing is noticed, but for one between two lines, which only a count shows")
    void cutAnywhere() throws Exception {
        String body = PATIENTS.strip();
        int newline = body.indexOf('\n');
        for (int length = 1; length < body.length(); length++) {
            String cut = body.substring(0, length);
            if (length == newline || length == newline + 1) {
                assertThatThrownBy(() -> fetch(Answer.of(200, "x", cut), "Patient", 2L, false))
                        .isInstanceOf(DamagedFile.class);
            } else {
                assertThatThrownBy(() -> fetchPatients(cut)).as(cut).isInstanceOf(DamagedFile.class);
            }
        }
    }

    @Test
    @DisplayName("FL-12 a connection that breaks is broken, whatever has come")
    void broken() throws Exception {
        String line = Exports.resource("Patient", 1) + "\n";
        try (TestServer raw =
                new TestServer().otherwise(Answer.of(200, line.repeat(9)).cut(line.length()))) {
            assertThatThrownBy(() -> fetch(item(raw.url("/f"), Kind.OUTPUT, "Patient", null), false))
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(HttpFailure.Kind.BROKEN));
        }
    }

    @Test
    @DisplayName("FL-12 a name of the manifest that is not found belongs to a network that is down")
    void networkDown() {
        assertThatThrownBy(() -> fetch(item(URI.create("https://ehr.invalid/f"), Kind.OUTPUT, "Patient", null), false))
                .isInstanceOfSatisfying(HttpFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(HttpFailure.Kind.UNKNOWN_HOST);
                    assertThat(failure.isPassing()).isTrue();
                })
                .hasMessageContaining("host not found");
    }

    @Test
    @DisplayName("FL-11 an OperationOutcome in a file's place is no file")
    void outcomeInstead() {
        Answer outcome = Answer.outcome(200, "error", "exception", "Patient John Doe cannot be exported");

        assertThatThrownBy(() -> fetch(outcome, "Patient", null, false))
                .hasMessage("the server sent an OperationOutcome in its place");
        assertThatThrownBy(() -> fetch(outcome, null, null, false))
                .hasMessage("the server sent an OperationOutcome in its place");
    }

    @Test
    @DisplayName("FL-09 unless outcomes were asked for")
    void outcomesAskedFor() throws Exception {
        Answer outcome = Answer.outcome(200, "error", "exception", "x");

        assertThat(fetch(outcome, "OperationOutcome", null, false).firstType()).isEqualTo("OperationOutcome");
    }

    @Test
    @DisplayName("FL-11 a file of another type is another file")
    void otherType() {
        assertThatThrownBy(() -> fetch(Answer.ndjson(Exports.resource("Condition", 1)), "Patient", 1L, false))
                .isInstanceOf(DamagedFile.class)
                .hasMessage("it holds Condition, the manifest announces Patient");
        assertThatThrownBy(() -> fetch(Answer.ndjson(Exports.resource("John Doe", 1)), "Patient", 1L, false))
                .hasMessage("it holds something else, the manifest announces Patient");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>John Doe</html>",
                "id,name\n1,John Doe\n",
                "[1]\n",
                "\"John Doe\"\n",
                "{}\n",
                "{\"resourceType\":7}\n",
                "{\"id\":\"John Doe\"}\n"
            })
    @DisplayName("FL-11 what is no FHIR resource is no file, and not quoted")
    void noResource(String body) {
        assertThatThrownBy(() -> fetchPatients(body))
                .isInstanceOf(DamagedFile.class)
                .hasMessageNotContaining("John");
    }

    @Test
    @DisplayName("MF-03 tells the type of the first line, wherever in it that stands")
    void sniffs() throws Exception {
        Answer late = Answer.ndjson(
                "", "{\"id\":\"1\",\"contained\":[{\"resourceType\":\"Device\"}],\"resourceType\":\"Patient\"}");

        assertThat(fetch(late, null, null, false).firstType()).isEqualTo("Patient");
    }

    @ParameterizedTest
    @CsvSource({"0, true", ", true", "1, false"})
    @DisplayName("FL-11 an empty file is a file, if it may be")
    void empty(@Nullable Long announced, boolean whole) throws Exception {
        for (String body : new String[] {"", "\n", "\uFEFF"}) {
            Answer answer = Answer.of(200, "application/fhir+ndjson", body);
            if (whole) {
                Fetched fetched = fetch(answer, "Patient", announced, false);
                assertThat(fetched.proof().resources()).isZero();
                assertThat(fetched.firstType()).isEmpty();
            } else {
                assertThatThrownBy(() -> fetch(answer, "Patient", announced, false))
                        .isInstanceOf(DamagedFile.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/fhir+ndjson", "application/octet-stream", "text/plain", "binary/octet-stream"})
    @DisplayName("FL-08 the type that is declared does not matter")
    void contentType(String type) throws Exception {
        assertThat(fetch(Answer.of(200, type, PATIENTS), "Patient", 2L, false)
                        .proof()
                        .resources())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 206, 304, 403, 404, 410, 500, 503})
    @DisplayName("FL-08 what is no file is refused")
    void refused(int status) {
        assertThatThrownBy(() -> fetch(Answer.of(status), "Patient", null, false))
                .isInstanceOfSatisfying(HttpRefusal.class, refusal -> assertThat(refusal.status())
                        .isEqualTo(status));
        assertThat(part).doesNotExist();
    }

    @Test
    @DisplayName("FL-15 a line may be as long as an inlined note")
    void longLine() throws Exception {
        String line = "{\"resourceType\":\"DocumentReference\",\"data\":\"" + "x".repeat(20_000_000) + "\"}";

        Fetched fetched = fetch(Answer.of(200, "x", line), "DocumentReference", 1L, true);

        assertThat(fetched.proof().bytes()).isEqualTo(line.length());
    }

    @Test
    @DisplayName("FL-12 an old attempt leaves nothing behind in a new one")
    void oldAttempt() throws Exception {
        Files.writeString(part, "x".repeat(100_000));

        fetchPatients(PATIENTS);

        assertThat(part).hasContent(PATIENTS.strip()).hasSize(PATIENTS.length());
    }

    @Test
    @DisplayName("what ends while it is unpacked leaves no plain form behind; the packed one can be gone on with")
    void stoppedWhileUnpacking() throws Exception {
        FileDownload download = new FileDownload(gateway, Authorizer.NONE, false, Validation.LINES);
        server.on("/f", Answer.of(200, "application/fhir+ndjson", PATIENTS).gzipped());
        Item item = item(server.url("/f"), Kind.OUTPUT, "Patient", null);

        assertThatThrownBy(() -> download.fetch(
                        item, new PartFile(part), series(1), Exports.requester(item.url(), bytes -> download.stop())))
                .isInstanceOf(InterruptedException.class);

        assertThat(part.resolveSibling(part.getFileName() + ".plain")).doesNotExist();
    }

    @Test
    @DisplayName("what is stopped ends at once, and begins nothing more")
    void stopped() throws Exception {
        FileDownload download = new FileDownload(gateway, Authorizer.NONE, false, Validation.LINES);
        try (TestServer raw =
                new TestServer().otherwise(Answer.of(200, PATIENTS).untilClose().stalling())) {
            Item item = item(raw.url("/f"), Kind.OUTPUT, "Patient", null);

            assertThatThrownBy(() -> download.fetch(
                            item,
                            new PartFile(part),
                            series(9),
                            Exports.requester(item.url(), bytes -> download.stop())))
                    .isInstanceOf(InterruptedException.class);
            assertThatThrownBy(() -> download.fetch(
                            item, new PartFile(part), series(9), Exports.requester(item.url(), bytes -> {})))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    private Fetched fetchWith(Answer answer, Announced announced, Validation validation, boolean compress)
            throws IOException, InterruptedException {
        server.on("/f", answer);
        URI url = server.url("/f");
        FileState state = new FileState("x", Kind.OUTPUT, "Patient", SignedUrl.kept(url), null, null);
        return new FileDownload(gateway, Authorizer.NONE, compress, validation)
                .fetch(
                        new Item(state, url.toString(), 0, announced),
                        new PartFile(part),
                        series(1),
                        Exports.requester(url, received::addAndGet));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    @DisplayName("FL-11 MF-08 has the size and checksum that are announced, as it is sent or as it is unpacked")
    void announced(boolean packed, boolean compress) throws Exception {
        Answer plain = Answer.of(200, "application/fhir+ndjson", PATIENTS);
        Answer sent = packed ? plain.gzipped().with("Content-Encoding", "gzip") : plain;
        for (byte[] form : new byte[][] {plain.body(), sent.body()}) {
            Announced right = new Announced(OptionalLong.of(form.length), Optional.of(sha256(form)));
            assertThat(fetchWith(sent, right, Validation.NONE, compress).proof().resources())
                    .isEqualTo(2);
        }
        Announced size = new Announced(OptionalLong.of(7), Optional.empty());
        assertThatThrownBy(() -> fetchWith(sent, size, Validation.NONE, compress))
                .isInstanceOf(DamagedFile.class)
                .hasMessage("the manifest announces 7 bytes, it has " + PATIENTS.length()
                        + (packed ? " (" + sent.body().length + " as sent)" : ""));
        Announced sum = new Announced(OptionalLong.empty(), Optional.of("ab".repeat(32)));
        assertThatThrownBy(() -> fetchWith(sent, sum, Validation.NONE, compress))
                .isInstanceOf(DamagedFile.class)
                .hasMessageStartingWith("the manifest announces the SHA-256 " + "ab".repeat(32) + ", it has ")
                .hasMessageContaining(sha256(PATIENTS.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"resourceType\":\"Patient\"                       | line 3 is not JSON",
                "{\"resourceType\":\"Patient\"\\n}                    | line 3 is not whole JSON",
                "{\"resourceType\":\"Patient\"}{\"resourceType\":\"Patient\"} | line 3 holds more than one resource",
                "{\"id\":\"John\"}                                   | line 3 is not a resource",
                "\"John\"                                            | line 3 is not a resource",
                "[{\"resourceType\":\"Patient\"}]                    | line 3 is not a resource",
                "John                                                | line 3 is not JSON",
            })
    @DisplayName("FL-11 with validate=json each line is a resource of the file's type; the message quotes none")
    void everyLine(String line, String message) throws Exception {
        String body = PATIENTS + line.replace("\\n", "\n") + "\n" + PATIENTS;
        Answer answer = Answer.of(200, "application/fhir+ndjson", body);

        assertThatThrownBy(() -> fetchWith(answer, Announced.NOTHING, Validation.JSON, false))
                .isInstanceOf(DamagedFile.class)
                .hasMessage(message);
        assertThat(fetchWith(answer, Announced.NOTHING, Validation.LINES, false).firstType())
                .isEqualTo("Patient");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("FL-11 FL-15 with validate=json a good file is good, with whatever its lines end")
    void everyLineIsGood(boolean compress) throws Exception {
        String body = "\uFEFF" + PATIENTS.replace("\n", "\r\n").repeat(1000) + "\n  \n"
                + "{\"contained\":[{\"resourceType\":\"Device\"}],\"a\":{\"b\":[1,{\"c\":null}]},"
                + "\"resourceType\":\"Patient\",\"z\":[[]]}";
        Answer answer = Answer.of(200, "application/fhir+ndjson", body);

        assertThat(fetchWith(answer, Announced.NOTHING, Validation.JSON, compress)
                        .proof()
                        .resources())
                .isEqualTo(2001);
    }

    @ParameterizedTest
    @EnumSource(Validation.class)
    @DisplayName("FL-11 the announced count is compared in any case")
    void counted(Validation validation) {
        server.on("/f", Answer.of(200, "application/fhir+ndjson", PATIENTS));
        FileDownload download = new FileDownload(gateway, Authorizer.NONE, false, validation);
        Item three = item(server.url("/f"), Kind.OUTPUT, "Patient", 3L);

        assertThatThrownBy(() -> download.fetch(
                        three, new PartFile(part), series(1), Exports.requester(three.url(), received::addAndGet)))
                .isInstanceOf(DamagedFile.class)
                .hasMessage("the manifest announces 3 resources, it holds 2");
    }

    @Test
    @DisplayName("FL-11 with validate=none nobody looks inside")
    void notLookedAt() throws Exception {
        Answer answer = Answer.of(200, "application/fhir+ndjson", "John");

        assertThat(fetchWith(answer, Announced.NOTHING, Validation.NONE, false).firstType())
                .isEmpty();
    }

    private void assertRefused(Answer answer, String message) {
        assertThatThrownBy(() -> fetchWith(answer, Announced.NOTHING, Validation.LINES, false))
                .isInstanceOf(DamagedFile.class)
                .hasMessage(message);
    }

    private static Answer of(byte[] body) {
        return Answer.of(200).with("Content-Type", "application/fhir+ndjson").withBody(body);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    @DisplayName("FL-08 a body in another format is told by its name")
    void otherFormats() throws Exception {
        String only = ", and only gzip was asked for";
        byte[] deflated = new byte[200];
        Deflater deflater = new Deflater();
        deflater.setInput(PATIENTS.getBytes(StandardCharsets.UTF_8));
        deflater.finish();
        byte[] zlib = Arrays.copyOf(deflated, deflater.deflate(deflated));
        assertRefused(
                of(latin1("\u000b\u0005\u0080{\"res")).with("Content-Encoding", "br"),
                "it is compressed with brotli" + only);
        assertRefused(
                of(latin1("(\u00b5/\u00fd$abc")).with("Content-Encoding", "zstd"), "it is compressed with zstd" + only);
        assertRefused(of(latin1("(\u00b5/\u00fd$abc")), "it is compressed with zstd" + only);
        assertRefused(of(deflated).with("Content-Encoding", "deflate"), "it is compressed with deflate" + only);
        assertRefused(of(zlib), "it is compressed with deflate" + only);
        assertRefused(of(latin1("PK\u0003\u0004abc")), "it is a ZIP archive");
        assertRefused(of(latin1("BZh91AY")), "it is compressed with bzip2" + only);
        assertRefused(of(PATIENTS.getBytes(StandardCharsets.UTF_16)), "it is text in UTF-16, and not in UTF-8");
        assertRefused(of(PATIENTS.getBytes(StandardCharsets.UTF_16LE)), "it is text in UTF-16, and not in UTF-8");
        assertRefused(of(latin1(" <!DOCTYPE html><html>Sign in</html>")), "it is an HTML page");
        assertRefused(of(latin1("<Bundle xmlns=\"http://hl7.org/fhir\"/>")), "it is XML");
        assertRefused(
                of(latin1("[{\"resourceType\":\"Patient\"}]")), "it is a JSON array, and not a resource in each line");
        assertRefused(
                of(latin1("{\n  \"resourceType\": \"Patient\",\n  \"id\": \"1\"\n}\n")),
                "it is indented JSON, in which a resource takes several lines");
        assertRefused(
                of(latin1("{\n  \"resourceType\": \"Patient\",\n  \"id\": \"1\"\n}")),
                "it is indented JSON, in which a resource takes several lines");
        for (String begun : List.of(
                "{ \"resourceType\": \"Patient\",\n  \"id\": \"1\" }",
                "{\"resourceType\":\"Patient\",\n\"id\":\"1\"\n}\n",
                "{\"resourceType\":\"Patient\",\"name\":[\n{\"family\":\"A\"}\n]}\n")) {
            assertRefused(of(latin1(begun)), "it is indented JSON, in which a resource takes several lines");
        }
        String brokenOff = "{\"resourceType\":\"Patient\",\"x\":\n";
        fetchWith(of(latin1(brokenOff + PATIENTS)), Announced.NOTHING, Validation.LINES, false);
        assertThat(stored()).as("a line that breaks off is none of it").isEqualTo(brokenOff + PATIENTS);
        assertRefused(of(latin1(PATIENTS + "\u0000\u0000\u0000")), "it ends in NUL bytes, which are no text");
        assertRefused(
                of(latin1(PATIENTS.stripTrailing() + "\u0000")).gzipped(), "it ends in NUL bytes, which are no text");
        assertRefused(of(latin1(PATIENTS.replace("\n", ""))), "its last line holds more than one resource");
        assertRefused(
                of(latin1("<html>Sign in</html>")).gzipped().with("Content-Encoding", "gzip"), "it is an HTML page");
    }

    @Test
    @DisplayName("FL-08 an encoding that is declared, and not used, does not matter")
    void encodingNotUsed() throws Exception {
        Answer plain = Answer.of(200, "application/fhir+ndjson", PATIENTS);

        for (String declared : List.of("utf-8", "gzip", "br", "identity")) {
            fetchWith(plain.with("Content-Encoding", declared), Announced.NOTHING, Validation.LINES, false);
            assertThat(stored()).isEqualTo(PATIENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("FL-06 what was compressed twice is unpacked as often")
    void nestedGzip(boolean compress) throws Exception {
        Answer twice =
                Answer.of(200, "application/fhir+ndjson", PATIENTS).gzipped().gzipped();

        Fetched fetched = fetch(twice.with("Content-Encoding", "gzip"), "Patient", 2L, compress);

        assertThat(stored()).isEqualTo(PATIENTS);
        assertThat(GzipBody.isGzip(Files.readAllBytes(stored))).isEqualTo(compress);
        assertThat(fetched.proof().resources()).isEqualTo(2);
        assertThat(fetched.proof().sha256()).isEqualTo(sha256(Files.readAllBytes(stored)));
        assertThat(received).hasValue(PATIENTS.length());
    }

    @Test
    @DisplayName(
            "FL-08 a file that a proxy has touched (203), that is empty (204) or whole in one part (206) is a file")
    void otherSuccesses() throws Exception {
        Answer part = Answer.of(206, "application/fhir+ndjson", PATIENTS);
        String range = "bytes 0-" + (PATIENTS.length() - 1) + "/" + PATIENTS.length();

        fetch(Answer.of(203, "application/fhir+ndjson", PATIENTS), "Patient", 2L, false);
        assertThat(stored()).isEqualTo(PATIENTS);
        fetch(part.with("Content-Range", range), "Patient", 2L, false);
        assertThat(stored()).isEqualTo(PATIENTS);
        assertThat(fetch(Answer.of(204), "Patient", 0L, false).proof().resources())
                .isZero();
        assertThat(stored()).isEmpty();
        assertThatThrownBy(() -> fetch(part.with("Content-Range", "bytes 0-9/1000"), "Patient", 2L, false))
                .isInstanceOf(HttpRefusal.class);
    }

    @Test
    @DisplayName("FL-04 a server that does not accept what is accepted (406) is asked for anything, and then for JSON")
    void notAcceptable() throws Exception {
        Answer refused = Answer.outcome(406, "error", "not-supported", "Accept must be application/fhir+json");
        server.on("/f", refused, refused, Answer.of(200, "application/fhir+ndjson", PATIENTS));
        FileDownload download = new FileDownload(gateway, Authorizer.NONE, false, Validation.LINES);
        Item item = item(server.url("/f"), Kind.OUTPUT, "Patient", 2L);

        for (int time = 0; time < 2; time++) {
            download.fetch(item, new PartFile(part), series(1), Exports.requester(item.url(), received::addAndGet));
        }

        assertThat(server.requests("/f"))
                .extracting(request -> request.header("Accept").orElse(""))
                .containsExactly("application/fhir+ndjson", "*/*", "application/fhir+json", "application/fhir+json");
    }

    @Test
    @DisplayName("FL-15 a file that is not UTF-8 is kept as it came, and its first such line is told")
    void notUtf8() throws Exception {
        byte[] body = latin1(PATIENTS + "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"M\u00fcller\"}]}\n");

        assertThat(fetchWith(of(body), Announced.NOTHING, Validation.LINES, false)
                        .lineNotUtf8())
                .isEqualTo(3);
        assertThat(part).hasBinaryContent(body);
        assertThatThrownBy(() -> fetchWith(of(body), Announced.NOTHING, Validation.JSON, false))
                .hasMessage("line 3 is not UTF-8");
    }

    @ParameterizedTest
    @EnumSource(
            value = Validation.class,
            names = {"LINES", "JSON"})
    @DisplayName("FL-09 resources of other types are counted, first or last, and the file stays")
    void otherTypes(Validation validation) throws Exception {
        String others = "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}\n";
        String late = "{\"contained\":[{\"resourceType\":\"Device\"}],\"resourceType\":\"Patient\"}\n";
        String spaced = "{ \"resourceType\" : \"Patient\"}\n";
        Answer answer = Answer.of(200, "x/y", others + PATIENTS + late + spaced + "{\"resourceType\":\"Goal\"}\n");

        Fetched fetched = fetchWith(answer, Announced.NOTHING, validation, false);

        assertThat(fetched.proof().resources()).isEqualTo(6);
        assertThat(fetched.proof().others()).containsExactly(Map.entry("Goal", 1L), Map.entry("OperationOutcome", 1L));
    }

    @Test
    @DisplayName("FL-09 a file of which no line is of its type is another file")
    void onlyOtherTypes() {
        assertRefused(
                Answer.of(200, "x/y", "{\"resourceType\":\"Goal\"}\n"),
                "it holds Goal, the manifest announces Patient");
        assertRefused(
                Answer.of(200, "x/y", "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}\n"),
                "the server sent an OperationOutcome in its place");
    }

    @Test
    @DisplayName("FL-11 what is wrong twice in the same way is not fetched ten times")
    void sameTwice() {
        server.on("/f", Answer.of(200, "text/html", "<html>Sign in</html>"));
        Item item = item(server.url("/f"), Kind.OUTPUT, "Patient", null);

        assertThatThrownBy(() -> new FileDownload(gateway, Authorizer.NONE, false, Validation.LINES)
                        .fetch(
                                item,
                                new PartFile(part),
                                series(10),
                                Exports.requester(item.url(), received::addAndGet)))
                .hasMessage("it is an HTML page, and so when it was fetched again");
        assertThat(server.requests("/f")).hasSize(2);
    }
}
