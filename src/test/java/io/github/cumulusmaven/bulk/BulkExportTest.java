package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BulkExportTest {
    private static final String STATUS = "/status/1";
    private static final Answer RUNNING =
            Answer.of(202).with("X-Progress", "50%").with("Retry-After", "10");

    @TempDir
    private Path temporary;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final TestServer polling = new TestServer(clock);
    private final TestServer storage = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);
    private final Recorder recorder = new Recorder();
    private Path path;

    @BeforeEach
    void script() {
        path = temporary.resolve("export");
        server.on(
                "/fhir/Group/g1/$export",
                Answer.of(202).with("Content-Location", server.url(STATUS).toString()));
        server.on(STATUS, RUNNING, manifest());
        server.on("DELETE " + STATUS, Answer.of(202));
        server.on("/f/1", Answer.ndjson(Exports.resource("Patient", 1), Exports.resource("Patient", 2)));
        server.on("/f/2", Answer.ndjson(Exports.resource("Condition", 1)));
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
        polling.close();
        storage.close();
    }

    private Answer manifest() {
        return Exports.manifest(
                true,
                Exports.entry(server.url("/f/1"), "Patient", 2) + ","
                        + Exports.entry(server.url("/f/2"), "Condition", 1));
    }

    private BulkExport export() throws InvalidSetting {
        return export(recorder);
    }

    private BulkExport export(ExportListener listener) throws InvalidSetting {
        return Exports.export(
                Exports.config(server.url("/fhir/Group/g1?_type=Patient,Condition"), path, false),
                gateway,
                temporary.resolve("home"),
                clock,
                listener);
    }

    private ExportSummary start() throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            return export().start(folder, false);
        }
    }

    private ExportSummary resume() throws Exception {
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            return export().resume(folder);
        }
    }

    private ExportState state() throws Exception {
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            return folder.readState().orElseThrow();
        }
    }

    private void write(ExportState state) throws Exception {
        Files.createDirectories(path);
        try (ExportFolder folder = Files.exists(path.resolve("export.json"))
                ? ExportFolder.forResumption(path)
                : ExportFolder.take(path)) {
            folder.writeState(state);
        }
    }

    private ExportFailure failure() {
        return catchThrowableOfType(ExportFailure.class, this::start);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> path.relativize(file).toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private List<String> logged() throws IOException {
        return Files.readAllLines(path.resolve("log.ndjson")).stream()
                .map(line ->
                        FhirJson.parseObject(line).orElseThrow().path("eventId").asText())
                .toList();
    }

    @Test
    @DisplayName("from kick-off to clean-up")
    void whole() throws Exception {
        ExportSummary summary = start();

        assertThat(files()).containsExactly("Condition.000.ndjson", "Patient.000.ndjson", "export.json", "log.ndjson");
        assertThat(summary.transactionTime()).isEqualTo(Exports.TIME);
        assertThat(summary.resources()).isEqualTo(3);
        assertThat(summary.bytes())
                .isEqualTo(Files.size(path.resolve("Patient.000.ndjson"))
                        + Files.size(path.resolve("Condition.000.ndjson")));
        assertThat(summary.hasErrors()).isFalse();
        assertThat(summary.duration()).isBetween(Duration.ofSeconds(11), Duration.ofSeconds(13));
        assertThat(state()).isInstanceOfSatisfying(ExportState.Done.class, done -> assertThat(done.jobDeleted())
                .isTrue());
        assertThat(recorder.events())
                .startsWith(
                        "accepted " + server.url("/fhir/Group/g1"),
                        "working '50%' '10' PT10S",
                        "finished " + Exports.TIME,
                        "pageRead 2 0 0",
                        "manifestRead 2 files on 1 pages")
                .endsWith("exported 2", "jobDeleted");
    }

    @Test
    @DisplayName("LG-03 the log has what Cumulus ETL reads, under one id")
    void log() throws Exception {
        start();

        assertThat(logged())
                .startsWith(
                        "kickoff",
                        "status_progress",
                        "status_complete",
                        "status_page_complete",
                        "manifest_complete",
                        "download_request")
                .endsWith("export_complete")
                .hasSize(10);
        String id = state().request().exportId();
        assertThat(id).matches("[0-9a-f]{20}");
        assertThat(Files.readAllLines(path.resolve("log.ndjson"))).allMatch(line -> line.contains(id));
    }

    @Test
    @DisplayName("MF-11 an empty export is a success")
    void empty() throws Exception {
        server.on(STATUS, Exports.manifest(true, ""));

        assertThat(start().files()).isEmpty();

        assertThat(files()).containsExactly("export.json", "log.ndjson");
        assertThat(server.methods(STATUS)).containsExactly("GET", "DELETE");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 404, 410})
    @DisplayName("DL-01 DL-02 the job is deleted when all is here, and whatever that answers is fine")
    void deleted(int status) throws Exception {
        server.on("DELETE " + STATUS, Answer.of(status));

        start();

        // HAPI answers 404, and keeps its copies.
        assertThat(recorder.events()).endsWith(status < 400 ? "jobDeleted" : "jobUnknown");
        TestServer.Request last = server.requests().get(server.requests().size() - 1);
        assertThat(last.method()).isEqualTo("DELETE");
        assertThat(last.header("Authorization")).contains("Bearer s3cret-token");
        assertThat(last.header("Accept")).contains("application/fhir+json");
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "401, 1", "405, 1", "500, 3", "503, 3"})
    @DisplayName("DL-03 what the server does with its copies fails no export")
    void notDeleted(int status, int attempts) throws Exception {
        server.on("DELETE " + STATUS, Answer.of(status));

        assertThat(start().files()).hasSize(2);

        assertThat(recorder.events("jobNotDeleted")).hasSize(1);
        assertThat(server.methods(STATUS).stream().filter("DELETE"::equals)).hasSize(attempts);
        assertThat(state()).isInstanceOfSatisfying(ExportState.Done.class, done -> assertThat(done.jobDeleted())
                .isFalse());
    }

    @Test
    @DisplayName("DL-03 nothing is deleted while a file is missing")
    void notAllHere() {
        server.on("/f/2", Answer.of(200, "x", "{\"resourceType\":\"Cond"));

        assertThat(failure().kind()).isEqualTo(Kind.DOWNLOAD);

        assertThat(server.methods(STATUS)).containsOnly("GET");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("FL-01 FL-02 files get the token when the manifest says so, and only then")
    void tokenAsToldByManifest(boolean required) throws Exception {
        server.on(STATUS, Exports.manifest(required, Exports.entry(server.url("/f/1"), "Patient", 2)));

        start();

        assertThat(server.requests("/f/1").get(0).header("Authorization").isPresent())
                .isEqualTo(required);
        assertThat(server.requests(STATUS))
                .allMatch(request -> request.header("Authorization").isPresent());
    }

    @Test
    @DisplayName("MF-12 when it does not say, trusted origins get it, others do not")
    void tokenWhenUntold() throws Exception {
        storage.on("/f/2", Answer.ndjson(Exports.resource("Condition", 1)));
        server.on(
                STATUS,
                Answer.of(
                        200,
                        "application/json",
                        "{\"transactionTime\":\"" + Exports.TIME + "\",\"output\":["
                                + Exports.entry(server.url("/f/1"), "Patient", 2) + ","
                                + Exports.entry(storage.url("/f/2"), "Condition", 1) + "]}"));

        start();

        assertThat(server.requests("/f/1").get(0).header("Authorization")).isPresent();
        assertThat(storage.requests("/f/2").get(0).header("Authorization")).isEmpty();
    }

    @Test
    @DisplayName("ST-15 FL-03 the token goes to the polling URL's origin, not to a third one, nor beside a signature")
    void tokenAndOrigins() throws Exception {
        server.on(
                "/fhir/Group/g1/$export",
                Answer.of(202).with("Content-Location", polling.url(STATUS).toString()));
        polling.on(
                STATUS,
                RUNNING,
                Exports.manifest(
                        true,
                        Exports.entry(polling.url("/f/1"), "Patient", 1) + ","
                                + Exports.entry(storage.url("/f/2"), "Patient", 1) + ","
                                + Exports.entry(polling.url("/f/3?sig=s1gned"), "Patient", 1) + ","
                                + Exports.entry(polling.url("/f/4"), "Patient", 1)));
        polling.on("DELETE " + STATUS, Answer.of(202));
        polling.on("/f/1", Answer.ndjson(Exports.resource("Patient", 1)));
        storage.on("/f/2", Answer.ndjson(Exports.resource("Patient", 2)));
        polling.on("/f/3", Answer.ndjson(Exports.resource("Patient", 3)));
        polling.on(
                "/f/4",
                Answer.of(307)
                        .with(
                                "Location",
                                storage.url("/f/4?X-Amz-Signature=s1gned").toString()));
        storage.on("/f/4", Answer.ndjson(Exports.resource("Patient", 4)));

        start();

        for (String trusted : List.of(STATUS, "/f/1", "/f/4")) {
            assertThat(polling.requests(trusted)).isNotEmpty().allMatch(request -> request.header("Authorization")
                    .isPresent());
        }
        assertThat(polling.requests("/f/3").get(0).header("Authorization")).isEmpty();
        assertThat(storage.requests()).hasSize(2).allMatch(request -> request.header("Authorization")
                .isEmpty());
    }

    @Test
    @DisplayName("SM-17 LG-04 no file holds a token or a signed query")
    void noSecrets() throws Exception {
        server.on(
                STATUS,
                RUNNING.with("Set-Cookie", "c00kie"),
                Exports.manifest(true, Exports.entry(server.url("/f/1?sig=s1gned"), "Patient", 2))
                        .with("Set-Cookie", "c00kie"));
        server.on(
                "/fhir/Group/g1/$export",
                Answer.of(202)
                        .with("Content-Location", server.url(STATUS).toString())
                        .with("Set-Cookie", "c00kie"));

        start();

        for (String file : List.of("export.json", "log.ndjson")) {
            assertThat(path.resolve(file)).content().doesNotContain("s3cret-token", "s1gned", "c00kie");
        }
        assertThat(path.resolve("export.json")).content().contains("sig=REDACTED");
    }

    @Test
    @DisplayName("MF-06 the server's complaints are summed up; informative ones are no errors")
    void errorFiles() throws Exception {
        server.on(
                STATUS,
                Answer.of(
                        200,
                        "application/json",
                        "{\"transactionTime\":\"" + Exports.TIME + "\",\"output\":[],\"error\":["
                                + Exports.entry(server.url("/e/1"), "OperationOutcome", 25) + "],\"outcome\":["
                                + Exports.entry(server.url("/e/2"), "OperationOutcome", 1) + "]}"));
        server.on("/e/1", Answer.outcome(200, "error", "processing", "Failed to export 2.Patient.ndjson"));
        server.on("/e/2", Answer.outcome(200, "information", "informational", "done"));

        ExportSummary summary = start();

        assertThat(summary.issues())
                .containsExactly(
                        new IssueCount(Severity.ERROR, "processing", 1),
                        new IssueCount(Severity.INFORMATION, "informational", 1));
        assertThat(summary.hasErrors()).isTrue();
        assertThat(files()).contains("error/OperationOutcome.000.ndjson", "error/OperationOutcome.001.ndjson");
    }

    @Test
    @DisplayName("MF-05 deletions are brought over")
    void deletions() throws Exception {
        server.on("/d/1", Answer.ndjson("{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}"));
        server.on(
                STATUS,
                Exports.manifest(
                        true,
                        Exports.entry(server.url("/f/1"), "Patient", 2),
                        ",\"deleted\":[" + Exports.entry(server.url("/d/1"), "Bundle", 1) + "]"));

        start();

        assertThat(files()).contains("deleted/Bundle.000.ndjson");
    }

    @Test
    @DisplayName("MF-07 a manifest of several pages, each waited for")
    void pages() throws Exception {
        server.on(
                STATUS,
                Exports.manifest(
                        true, Exports.entry(server.url("/f/1"), "Patient", 2), link(server.url(STATUS + "?page=2"))));
        server.on(
                STATUS + "?page=2", RUNNING, Exports.manifest(true, Exports.entry(server.url("/f/2"), "Condition", 1)));

        ExportSummary summary = start();

        assertThat(Exports.names(summary.files())).containsExactly("Patient.000.ndjson", "Condition.000.ndjson");
        assertThat(recorder.events()).contains("manifestRead 2 files on 2 pages");
        assertThat(logged().stream().filter("status_page_complete"::equals)).hasSize(2);
        assertThat(logged().stream().filter("status_complete"::equals)).hasSize(1);
    }

    @Test
    @DisplayName("MF-07 pages that lead back to one another are no manifest: nobody knows what is missing")
    void pagesInACircle() throws Exception {
        server.on(STATUS, Exports.manifest(true, "", link(server.url(STATUS + "?page=2"))));
        server.on(STATUS + "?page=2", Exports.manifest(true, "", link(server.url(STATUS))));

        assertThat(failure()).hasMessage("CIRCLE");

        assertThat(server.methods(STATUS)).containsExactly("GET", "GET");
    }

    @Test
    @DisplayName("MF-11 a manifest whose list of files is left out, as nothing matched, is an empty export")
    void listLeftOut() throws Exception {
        server.on(
                STATUS,
                Answer.of(
                        200,
                        "application/json",
                        "{\"transactionTime\":\"" + Exports.TIME + "\",\"requiresAccessToken\":true}"));

        assertThat(start().isEmpty()).isTrue();
        assertThat(server.methods(STATUS)).containsExactly("GET", "DELETE");
    }

    @Test
    @DisplayName("ST-14 MF-11 a 200 that lists nothing at all is no empty export, and nothing is deleted")
    void noList() throws Exception {
        server.on(STATUS, Answer.of(200, "application/json", "{\"transactionTime\":\"" + Exports.TIME + "\"}"));

        assertThat(failure().kind()).isEqualTo(Kind.NOT_A_MANIFEST);

        assertThat(server.methods(STATUS)).containsOnly("GET").hasSize(5);
    }

    private static String link(URI url) {
        return ",\"link\":[{\"relation\":\"next\",\"url\":\"" + url + "\"}]";
    }

    @Test
    @DisplayName("MF-03 MF-07 relative URLs everywhere")
    void relative() throws Exception {
        server.on("/fhir/Group/g1/$export", Answer.of(202).with("Content-Location", "/status/1"));
        server.on(
                STATUS,
                Answer.of(
                        200,
                        "x",
                        "{\"transactionTime\":\"" + Exports.TIME
                                + "\",\"output\":[{\"type\":\"Patient\",\"url\":\"../f/1\"}],"
                                + "\"link\":[{\"relation\":\"next\",\"url\":\"/status/2\"}]}"));
        server.on("/status/2", Answer.of(200, "x", "{\"output\":[{\"type\":\"Condition\",\"url\":\"/f/2\"}]}"));

        assertThat(start().files()).hasSize(2);
    }

    @Test
    @DisplayName("MF-01 a manifest without a time is taken, with a warning")
    void noTime() throws Exception {
        server.on(STATUS, Answer.of(200, "x", "{\"output\":[]}"));

        assertThat(start().transactionTime()).isEmpty();

        assertThat(recorder.events("warned")).hasSize(1);
    }

    @Test
    @DisplayName("KO-21 LG-02 a refused kick-off is logged, and leaves the folder free")
    void refused() throws Exception {
        server.on("/fhir/Group/g1/$export", Answer.outcome(400, "error", "processing", "no"));

        assertThat(failure().kind()).isEqualTo(Kind.KICKOFF_REFUSED);

        assertThat(recorder.events()).containsExactly("refused 400");
        assertThat(logged()).containsExactly("kickoff");
        assertThat(files()).containsExactly("log.ndjson");
        assertThat(failure().kind()).isEqualTo(Kind.KICKOFF_REFUSED);
    }

    @Test
    @DisplayName("KO-22 LG-02 so is one that the server was too busy for")
    void tooBusy() throws Exception {
        server.on("/fhir/Group/g1/$export", Answer.outcome(429, "error", "throttled", "no"));

        assertThat(failure().kind()).isEqualTo(Kind.KICKOFF_REFUSED);

        assertThat(recorder.events()).endsWith("refused 429");
        assertThat(logged()).containsExactly("kickoff");
    }

    @Test
    @DisplayName("ST-13 a job that is gone leaves state and files")
    void gone() throws Exception {
        server.on(STATUS, RUNNING, Answer.of(404));

        assertThat(failure().kind()).isEqualTo(Kind.JOB_GONE);

        assertThat(state()).isInstanceOf(ExportState.InProgress.class);
        assertThat(server.methods(STATUS)).containsOnly("GET");
    }

    @Test
    @DisplayName("ST-07 a token that is refused while polling is a refusal, not a failed job")
    void tokenRefused() {
        server.on(STATUS, Answer.of(401));

        assertThatThrownBy(this::start).isInstanceOf(HttpRefusal.class);
    }

    @Test
    void aDiskThatFailsIsAFailureOfTheDisk() throws Exception {
        Files.createDirectories(path);
        Files.createDirectory(path.resolve("log.ndjson"));

        assertThat(failure().kind()).isEqualTo(Kind.DISK);
    }

    @Test
    @DisplayName("FL-09 a great many tiny files are no burden")
    void manyFiles() throws Exception {
        int count = 300;
        StringBuilder output = new StringBuilder();
        for (int number = 0; number < count; number++) {
            server.on("/many/" + number, Answer.ndjson(Exports.resource("Patient", number)));
            output.append(number == 0 ? "" : ",").append(Exports.entry(server.url("/many/" + number), "Patient", 1));
        }
        server.on(STATUS, Exports.manifest(true, output.toString()));

        ExportSummary summary = start();

        assertThat(summary.resources()).isEqualTo(count);
        assertThat(Objects.requireNonNull(summary.files().get(234).proof()).resources())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("FL-07 fresh links for what is missing, from the manifest read again, in whatever order")
    void freshLinks() throws Exception {
        server.on("/f/2", Answer.of(403)).on("/f/2?sig=b", Answer.ndjson(Exports.resource("Condition", 1)));
        server.on(
                STATUS,
                manifest(),
                Exports.manifest(
                        true,
                        Exports.entry(server.url("/f/2?sig=b"), "Condition", 1) + ","
                                + Exports.entry(server.url("/f/1?sig=b"), "Patient", 2)));

        ExportSummary summary = start();

        assertThat(summary.resources()).isEqualTo(3);
        assertThat(server.requests("/f/1")).hasSize(1);
        assertThat(server.requests("/f/2")).hasSize(2);
        assertThat(server.methods(STATUS)).containsExactly("GET", "GET", "DELETE");
        assertThat(recorder.events("finished")).hasSize(1);
        assertThat(recorder.events("pageRead")).hasSize(1);
    }

    @Test
    @DisplayName("FL-07 a manifest of other files gives no fresh links")
    void otherManifest() throws Exception {
        server.on("/f/2", Answer.of(403));
        server.on(STATUS, manifest(), Exports.manifest(true, Exports.entry(server.url("/f/1"), "Patient", 2)));

        assertThat(failure().kind()).isEqualTo(Kind.MANIFEST_CHANGED);

        assertThat(files()).contains("Patient.000.ndjson");
        assertThat(server.methods(STATUS)).containsOnly("GET");
    }

    @Test
    @DisplayName("FL-07 a job that is gone with its files: since when, and what is missing")
    void goneWithItsFiles() throws Exception {
        server.on("/f/2", Answer.of(404));
        server.on(STATUS, manifest().with("Expires", "Mon, 23 Nov 2026 05:00:00 GMT"), Answer.of(404));

        ExportFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.JOB_GONE);
        assertThat(failure).hasMessageEndingWith("HTTP 404");
        assertThat(failure.remains().orElseThrow().missingTypes()).containsExactly("Condition");
        assertThat(((ExportState.Downloading) state()).expires()).isEqualTo("2026-11-23T05:00:00Z");
        assertThat(files()).contains("Patient.000.ndjson");
    }

    @Test
    @DisplayName("FL-11 MF-08 a file that does not have the announced checksum is fetched again, and then refused")
    void checksum() throws Exception {
        server.on(
                STATUS,
                Exports.manifest(
                        true,
                        Exports.entry(server.url("/f/2"), "Condition", 1)
                                .replace(
                                        "}",
                                        ",\"extension\":[{\"url\":\"https://h/checksum\",\"valueString\":\"sha256:"
                                                + "0".repeat(64) + "\"}]}")));

        assertThat(failure())
                .hasMessageStartingWith("the manifest announces the SHA-256 " + "0".repeat(64) + ", it has ");

        assertThat(server.requests("/f/2")).hasSize(2);
        assertThat(server.methods(STATUS)).containsOnly("GET");
    }

    @Nested
    class Resumed {
        /** The states of an export that was stopped each time something new was heard. */
        private ExportState stoppedAt(String event) throws Exception {
            ExportListener stopping = new ExportListener() {
                @Override
                public void working(String progress, String retryAfter, Duration wait) {
                    stop("working");
                }

                @Override
                public void accepted(ExportJob job, KickOffAnswer answer) {
                    stop("accepted");
                }

                @Override
                public void manifestRead(String transactionTime, List<FileState> files, int pages) {
                    stop("manifestRead");
                }

                @Override
                public void downloading(FileState file, URI url) {
                    stop("downloading");
                }

                @Override
                public void exported(ExportSummary summary) {
                    stop("exported");
                }

                private void stop(String now) {
                    if (now.equals(event)) {
                        throw new IllegalStateException("killed");
                    }
                }
            };
            try (ExportFolder folder = ExportFolder.take(path)) {
                assertThatThrownBy(() -> export(stopping).start(folder, false)).isInstanceOf(Exception.class);
            }
            return state();
        }

        @ParameterizedTest
        @CsvSource({
            "accepted,     Accepted",
            "working,      InProgress",
            "manifestRead, InProgress",
            "downloading,  Downloading",
            "exported,     Done",
        })
        @DisplayName("goes on from wherever it was killed, with one kick-off and one id")
        void resumesFromEachState(String killedAt, String state) throws Exception {
            ExportState before = stoppedAt(killedAt);
            assertThat(before.getClass().getSimpleName()).isEqualTo(state);

            ExportSummary summary = resume();

            assertThat(Exports.names(summary.files())).containsExactly("Patient.000.ndjson", "Condition.000.ndjson");
            assertThat(summary.resources()).isEqualTo(3);
            assertThat(recorder.events()).first().isEqualTo("resumed from " + state);
            assertThat(server.requests("/fhir/Group/g1/$export")).hasSize(1);
            assertThat(state()).isInstanceOfSatisfying(ExportState.Done.class, done -> assertThat(done.jobDeleted())
                    .isTrue());
            assertThat(Files.readAllLines(path.resolve("log.ndjson")))
                    .allMatch(line -> line.contains(before.request().exportId()));
            assertThat(files()).noneMatch(name -> name.endsWith(".part") || name.endsWith(".tmp"));
        }

        private ExportJob job() {
            URI url = server.url(STATUS);
            ExportRequest request = new ExportRequest(
                    "0123456789abcdef0123",
                    server.url("/fhir/Group/g1").toString(),
                    Map.of(),
                    false,
                    "2026-11-23T03:00:00Z");
            FolderSeal seal = FolderSeal.in(temporary.resolve("home"));
            return new ExportJob(
                    request, url, null, seal.seal(request, url.toString()).orElseThrow());
        }

        private ExportState.Downloading downloading(FileState... files) {
            return new ExportState.Downloading(
                    job(), Exports.page(Map.of("transactionTime", Exports.TIME)), Arrays.asList(files), null);
        }

        private FileState file(String name, String type, String url, long count, boolean whole) throws IOException {
            FileState.Proof proof = whole ? WholeFile.measure(path.resolve(name)) : null;
            return new FileState(
                    name, FileState.Kind.OUTPUT, type, server.url(url).toString(), count, proof);
        }

        private void onDisk(String name, String... lines) throws IOException {
            Files.createDirectories(path);
            Files.writeString(path.resolve(name), String.join("\n", lines) + "\n");
        }

        @Test
        @DisplayName("whole files are not fetched again, known to the state or only to the disk")
        void wholeFilesStay() throws Exception {
            server.on("/f/3", Answer.ndjson(Exports.resource("Goal", 1)));
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            Exports.entry(server.url("/f/1"), "Patient", 2) + ","
                                    + Exports.entry(server.url("/f/2"), "Condition", 1) + ","
                                    + Exports.entry(server.url("/f/3"), "Goal", 1)));
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            onDisk("Condition.000.ndjson", Exports.resource("Condition", 1));
            onDisk("Goal.000.ndjson.part", "{\"resour");
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1", 2, true),
                    file("Condition.000.ndjson", "Condition", "/f/2", 1, false),
                    file("Goal.000.ndjson", "Goal", "/f/3", 1, false)));

            ExportSummary summary = resume();

            assertThat(server.requests("/f/1")).isEmpty();
            assertThat(server.requests("/f/2")).isEmpty();
            assertThat(server.requests("/f/3")).hasSize(1);
            assertThat(summary.resources()).isEqualTo(4);
            assertThat(files()).noneMatch(name -> name.endsWith(".part"));
        }

        @Test
        @DisplayName("ST-11 a manifest in another order is still the same: no file is fetched twice, none is forgotten")
        void anotherOrder() throws Exception {
            server.on("/f/2", Answer.ndjson(Exports.resource("Patient", 3), Exports.resource("Patient", 4)));
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            Exports.entry(server.url("/f/2"), "Patient", 2) + ","
                                    + Exports.entry(server.url("/f/1"), "Patient", 2)));
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1", 2, true),
                    file("Patient.001.ndjson", "Patient", "/f/2", 2, false)));

            resume();

            assertThat(server.requests("/f/1")).isEmpty();
            assertThat(path.resolve("Patient.000.ndjson")).content().contains(Exports.resource("Patient", 1));
            assertThat(path.resolve("Patient.001.ndjson")).content().contains(Exports.resource("Patient", 3));
        }

        @Test
        @DisplayName("ST-11 a whole file of which nothing tells any more which one it is is fetched anew")
        void otherUrls() throws Exception {
            server.on("/f/2", Answer.ndjson(Exports.resource("Patient", 3), Exports.resource("Patient", 4)));
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            Exports.entry(server.url("/f/1"), "Patient", 2) + ","
                                    + Exports.entry(server.url("/f/2"), "Patient", 2)));
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 8), Exports.resource("Patient", 9));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/old/a", 2, true),
                    file("Patient.001.ndjson", "Patient", "/old/b", 2, false)));

            resume();

            assertThat(path.resolve("Patient.000.ndjson")).content().contains(Exports.resource("Patient", 1));
        }

        @Test
        @DisplayName("FL-07 a whole file whose link leads elsewhere now stays where there is no doubt which one it is")
        void freshLinks() throws Exception {
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/old/a", 2, true),
                    file("Condition.000.ndjson", "Condition", "/old/b", 1, false)));

            resume();

            assertThat(server.requests("/f/1")).isEmpty();
            assertThat(server.requests("/f/2")).hasSize(1);
        }

        @Test
        @DisplayName("FL-07 signed URLs that were renewed are the same")
        void renewedSignatures() throws Exception {
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            Exports.entry(server.url("/f/1?sig=new"), "Patient", 2) + ","
                                    + Exports.entry(server.url("/f/2?sig=new"), "Condition", 1)));
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1?sig=REDACTED", 2, true),
                    file("Condition.000.ndjson", "Condition", "/f/2?sig=REDACTED", 1, false)));

            resume();

            assertThat(server.requests("/f/1")).isEmpty();
            assertThat(server.requests("/f/2").get(0).path()).isEqualTo("/f/2?sig=new");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @DisplayName(
                "FL-07 files that only a key in their links tells apart are told apart, also by a folder of before")
        void keysInLinks(boolean before) throws Exception {
            String first = "/f/1?key=exports/1/Patient.1.ndjson";
            String second = "/f/1?key=exports/1/Patient.2.ndjson";
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            Exports.entry(server.url(second), "Patient", 2) + ","
                                    + Exports.entry(server.url(first), "Patient", 2)));
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", before ? first : SignedUrl.identity(first), 2, true),
                    file("Patient.001.ndjson", "Patient", before ? second : SignedUrl.identity(second), 2, false)));

            resume();

            assertThat(server.requests("/f/1"))
                    .extracting(request -> request.path())
                    .containsExactly(second);
        }

        @Test
        @DisplayName("ST-11 a manifest of other files is not mixed with the old one")
        void otherFiles() throws Exception {
            stoppedAt("accepted");
            write(downloading(file("Goal.000.ndjson", "Goal", "/f/9", 2, false)));

            assertThatThrownBy(BulkExportTest.this::resume)
                    .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.MANIFEST_CHANGED));
            assertThat(server.methods(STATUS)).containsOnly("GET");
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        @DisplayName("FL-12 what a killed run has left of a file is gone on with, also where the folder is a link")
        void partGoesOn(boolean linked) throws Exception {
            if (linked) {
                Path real = Files.createDirectory(temporary.resolve("real"));
                path = Files.createSymbolicLink(temporary.resolve("link"), real);
            }
            String whole = Exports.resource("Patient", 1) + "\n" + Exports.resource("Patient", 2) + "\n";
            server.on(
                    "/f/1",
                    Answer.of(206, "x", whole.substring(30))
                            .with("ETag", "\"v1\"")
                            .with("Content-Range", "bytes 30-" + (whole.length() - 1) + "/" + whole.length()));
            stoppedAt("accepted");
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1", 2, false),
                    file("Condition.000.ndjson", "Condition", "/f/2", 1, false)));
            PartFile part = PartFile.of(path.resolve("Patient.000.ndjson"), Set.of());
            Files.writeString(part.path(), whole.substring(0, 30));
            part.writeNote(new PartNote(server.url("/f/1").toString(), "\"v1\"", "", (long) whole.length()));

            resume();

            assertThat(path.resolve("Patient.000.ndjson")).hasContent(whole.strip());
            assertThat(server.requests("/f/1").get(0).header("Range")).contains("bytes=30-");
            assertThat(files()).noneMatch(name -> name.contains(".part"));
        }

        @Test
        @DisplayName("MF-03 a file that got its name from its type in the moment before the kill is known again")
        void renamedBeforeTheKill() throws Exception {
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            "{\"url\":\"" + server.url("/f/1") + "\"},"
                                    + Exports.entry(server.url("/f/2"), "Condition", 1)));
            stoppedAt("accepted");
            onDisk("Patient.001.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            onDisk("Untyped.001.ndjson.part.json", "left behind");
            write(downloading(
                    new FileState(
                            "Untyped.001.ndjson",
                            FileState.Kind.OUTPUT,
                            null,
                            server.url("/f/1").toString(),
                            null,
                            null),
                    file("Condition.000.ndjson", "Condition", "/f/2", 1, false)));

            ExportSummary summary = resume();

            assertThat(server.requests("/f/1")).isEmpty();
            assertThat(Exports.names(summary.files())).containsExactly("Patient.001.ndjson", "Condition.000.ndjson");
            assertThat(summary.files().get(0).type()).isEqualTo("Patient");
            assertThat(files()).noneMatch(name -> name.contains(".part"));
        }

        @Test
        @DisplayName("ST-13 when all is here already, the server may have forgotten the job")
        void allHere() throws Exception {
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            onDisk("Condition.000.ndjson", Exports.resource("Condition", 1));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1", 2, true),
                    file("Condition.000.ndjson", "Condition", "/f/2", 1, false)));
            server.on(STATUS, Answer.of(404)).on("DELETE " + STATUS, Answer.of(404));

            ExportSummary summary = resume();

            assertThat(summary.transactionTime()).isEqualTo(Exports.TIME);
            assertThat(summary.resources()).isEqualTo(3);
            assertThat(server.methods(STATUS)).containsExactly("DELETE");
        }

        @Test
        @DisplayName("a whole file that was removed is fetched again")
        void removed() throws Exception {
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            FileState state = file("Patient.000.ndjson", "Patient", "/f/1", 2, true);
            Files.delete(path.resolve("Patient.000.ndjson"));
            write(downloading(state, file("Condition.000.ndjson", "Condition", "/f/2", 1, false)));

            assertThat(resume().resources()).isEqualTo(3);

            assertThat(path.resolve("Patient.000.ndjson")).exists();
        }

        /** What may happen to a file between two runs. */
        private void harm(String how) throws IOException {
            Path file = path.resolve("Patient.000.ndjson");
            switch (how) {
                case "cut" -> Files.writeString(file, Exports.resource("Patient", 1) + "\n{\"resou");
                case "emptied" -> Files.writeString(file, "");
                case "changed" -> Files.writeString(file, Files.readString(file).replace('2', '7'));
                case "link" -> {
                    Files.move(file, path.resolveSibling("elsewhere"));
                    Files.createSymbolicLink(file, path.resolveSibling("elsewhere"));
                }
                case "dangling" -> {
                    Files.delete(file);
                    Files.createSymbolicLink(file, path.resolveSibling("elsewhere"));
                }
                default -> Files.delete(file);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "cut,      true,  true",
            "cut,      true,  false",
            "cut,      false, true",
            "cut,      false, false",
            "emptied,  false, true",
            "emptied,  false, false",
            "changed,  true,  true",
            "changed,  true,  false",
            "link,     true,  true",
            "link,     false, false",
            "dangling, true,  true",
            "removed,  true,  true",
        })
        @DisplayName("DL-03 a file that is not as an earlier run brought it is fetched again before the server's goes")
        void harmed(String how, boolean known, boolean othersHere) throws Exception {
            String patients = Exports.resource("Patient", 1) + "\n" + Exports.resource("Patient", 2) + "\n";
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            onDisk("Condition.000.ndjson", Exports.resource("Condition", 1));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1", 2, known),
                    file("Condition.000.ndjson", "Condition", "/f/2", 1, true)));
            if (!othersHere) {
                Files.delete(path.resolve("Condition.000.ndjson"));
            }
            harm(how);

            assertThat(resume().resources()).isEqualTo(3);

            assertThat(path.resolve("Patient.000.ndjson")).isRegularFile().hasContent(patients.strip());
            assertThat(Files.isSymbolicLink(path.resolve("Patient.000.ndjson"))).isFalse();
            assertThat(path.resolveSibling("elsewhere")).matches(file -> how.equals("link") == Files.exists(file));
            assertThat(server.requests("/f/1")).hasSize(1);
            assertThat(server.requests("/f/2")).hasSize(othersHere ? 0 : 1);
            assertThat(server.methods(STATUS)).endsWith("GET", "DELETE");
            if (known) {
                assertThat(recorder.events("warned")).anyMatch(event -> event.contains("Patient.000.ndjson"));
            }
        }

        @Test
        @DisplayName("DL-03 a file that is not as it was brought, and is not to be had any more, ends it")
        void harmedForGood() throws Exception {
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            onDisk("Condition.000.ndjson", Exports.resource("Condition", 1));
            write(downloading(
                    file("Patient.000.ndjson", "Patient", "/f/1", 2, true),
                    file("Condition.000.ndjson", "Condition", "/f/2", 1, true)));
            harm("changed");
            server.on("/f/1", Answer.of(400));

            for (int run = 0; run < 2; run++) {
                assertThatThrownBy(BulkExportTest.this::resume)
                        .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                                .isEqualTo(Kind.DOWNLOAD));
            }
            assertThat(server.methods(STATUS)).containsOnly("GET");
        }

        @Test
        @DisplayName("MF-08 a file that no run has noted is compared with what the manifest announced of it")
        void unnoted() throws Exception {
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1));
            FileState patients = new FileState(
                    "Patient.000.ndjson",
                    FileState.Kind.OUTPUT,
                    "Patient",
                    server.url("/f/1").toString(),
                    null,
                    null);
            String body = Exports.resource("Patient", 1) + "\n" + Exports.resource("Patient", 2) + "\n";
            Map<String, Object> entry =
                    Map.of("type", "Patient", "url", server.url("/f/1").toString(), "fileSize", body.length());
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            "{\"type\":\"Patient\",\"url\":\"" + server.url("/f/1") + "\",\"fileSize\":" + body.length()
                                    + "}"));
            write(new ExportState.Downloading(
                    job(),
                    Exports.page(Map.of("transactionTime", Exports.TIME, "output", List.of(entry))),
                    List.of(patients),
                    null));

            assertThat(resume().resources()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        @DisplayName("DL-03 what stayed of a forgotten job has to be there, unchanged, before the next one's copies go")
        void keptFilesAreThere(boolean removed) throws Exception {
            stoppedAt("accepted");
            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            onDisk("Condition.000.ndjson", Exports.resource("Condition", 1));
            KeptFiles kept = new KeptFiles(
                    Exports.TIME,
                    List.of(file("Patient.000.ndjson", "Patient", "/old/1", 2, true)),
                    new TreeSet<>(List.of("Condition")));
            ExportJob second = new ExportJob(job().request(), server.url(STATUS), kept, null);
            server.on(STATUS, Exports.manifest(true, Exports.entry(server.url("/f/2"), "Condition", 1)));
            write(new ExportState.Accepted(second));
            harm(removed ? "removed" : "changed");

            for (int run = 0; run < 2; run++) {
                assertThatThrownBy(BulkExportTest.this::resume)
                        .isInstanceOf(ExportFailure.class)
                        .hasMessageContaining("KEPT_FILE_GONE");
            }
            assertThat(server.methods(STATUS)).containsOnly("GET");

            onDisk("Patient.000.ndjson", Exports.resource("Patient", 1), Exports.resource("Patient", 2));
            assertThat(resume().resources()).isEqualTo(3);
            assertThat(server.requests("/f/2")).hasSize(1);
        }

        @Test
        @DisplayName("DL-01 a finished export whose job still stands only cleans up, and only once")
        void cleansUpLater() throws Exception {
            server.on("DELETE " + STATUS, Answer.of(400));
            start();
            int requests = server.requests().size();
            server.on("DELETE " + STATUS, Answer.of(202));

            resume();
            resume();

            assertThat(server.requests()).hasSize(requests + 1);
            assertThat(recorder.events("jobDeleted")).hasSize(1);
        }

        @Test
        void thereIsNothingToResumeInAnEmptyFolder() throws Exception {
            try (ExportFolder folder = ExportFolder.take(path)) {
                assertThatThrownBy(() -> export().resume(folder))
                        .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                                .isEqualTo(Kind.NOTHING_TO_RESUME));
            }
        }
    }
}
