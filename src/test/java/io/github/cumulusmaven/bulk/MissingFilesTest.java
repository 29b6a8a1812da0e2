package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.http.TestServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("an export of which something never comes")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MissingFilesTest {
    private static final String STATUS = "/status/1";
    private static final String EXPORT = "/fhir/Group/g1/$export";

    @TempDir
    private Path temporary;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);
    private final Recorder recorder = new Recorder();
    private Path path;
    private boolean accepting;
    private boolean restarting;

    @BeforeEach
    void script() {
        path = temporary.resolve("export");
        server.on(
                EXPORT,
                Answer.of(202).with("Content-Location", server.url(STATUS).toString()));
        server.on(STATUS, manifest(""));
        server.on("DELETE " + STATUS, Answer.of(202));
        server.on("/f/1", Answer.ndjson(Exports.resource("Patient", 1), Exports.resource("Patient", 2)));
        server.on("/f/2", Answer.ndjson(Exports.resource("Goal", 1)));
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private Answer manifest(String error) {
        return manifest(server.url("/f/2").toString(), 1, error);
    }

    private Answer manifest(String goals, long count, String error) {
        return Answer.of(
                200,
                "application/json",
                """
                {"transactionTime":"%s","requiresAccessToken":true,"output":[%s,{"type":"Goal","url":"%s","count":%d}],
                "error":[%s]}"""
                        .formatted(Exports.TIME, Exports.entry(server.url("/f/1"), "Patient", 2), goals, count, error));
    }

    private BulkExport export() throws InvalidSetting {
        ExportTarget target = ExportTarget.parse(
                server.url("/fhir/Group/g1?_type=Patient,Goal").toString());
        Patience patience = new Patience(
                Patience.DEFAULT.maxPollInterval(),
                Patience.DEFAULT.kickoffRetryWindow(),
                Patience.DEFAULT.maxWait(),
                Optional.empty(),
                2);
        ExportConfig config = new ExportConfig(
                        target,
                        ExportParameters.of(ExportParameters.Wishes.NONE, target.query()),
                        path,
                        1,
                        false,
                        patience,
                        Validation.LINES,
                        restarting)
                .acceptingMissing(accepting);
        return Exports.export(config, gateway, temporary.resolve("home"), clock, recorder);
    }

    private ExportSummary start() throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            return export().start(folder, false);
        }
    }

    private ExportSummary accept() throws Exception {
        accepting = true;
        return start();
    }

    private ExportFailure failure() {
        return catchThrowableOfType(ExportFailure.class, this::start);
    }

    private Done done() throws Exception {
        return (Done) ExportFolder.look(path).orElseThrow();
    }

    private Map<String, String> lost() throws Exception {
        return done().files().stream()
                .filter(file -> file.lost() != null)
                .collect(Collectors.toMap(FileState::path, file -> String.valueOf(file.lost())));
    }

    private JsonNode logged(String event) throws IOException {
        return Files.readAllLines(path.resolve("log.ndjson")).stream()
                .map(line -> FhirJson.parseObject(line).orElseThrow())
                .filter(line -> line.path("eventId").asText().equals(event))
                .reduce((first, last) -> last)
                .orElseThrow()
                .path("eventDetail");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 500, 404})
    @DisplayName("fails and keeps what came, and ends without the file where that is accepted")
    void refused(int status) throws Exception {
        server.on("/f/2", Answer.outcome(status, "error", "security", "the scope does not cover this file"));

        ExportFailure failure = failure();

        assertThat(failure.isOfFiles()).isTrue();
        assertThat(path.resolve("Patient.000.ndjson")).exists();
        assertThat(server.methods(STATUS)).doesNotContain("DELETE");

        ExportSummary summary = accept();

        assertThat(summary.exceptions()).extracting(FileState::path).containsExactly("Goal.000.ndjson");
        assertThat(summary.whole()).isEqualTo(1);
        assertThat(lost()).containsExactly(Map.entry("Goal.000.ndjson", "HTTP " + status));
        assertThat(Files.readString(path.resolve("export.json"))).contains("\"lost\" : \"HTTP " + status);
        JsonNode complete = logged("export_complete");
        assertThat(complete.path("files").asInt()).isEqualTo(1);
        assertThat(complete.at("/exceptions/0/resourceType").asText()).isEqualTo("Goal");
        assertThat(complete.at("/exceptions/0/message").asText()).isEqualTo("HTTP " + status);
        assertThat(server.methods(STATUS)).endsWith("DELETE");
        assertThat(server.requests("/f/1")).hasSize(1);
    }

    @Test
    @DisplayName("does not end without any file, nor has the server's copies deleted: it is not the files then")
    void allRefused() throws Exception {
        server.on("/f/1", Answer.of(403));
        server.on("/f/2", Answer.of(403));
        accepting = true;

        ExportFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.DOWNLOAD);
        assertThat(failure).hasMessage("NO_FILE [HTTP 403]");
        assertThat(server.methods(STATUS)).doesNotContain("DELETE");
        server.on("/f/1", Answer.ndjson(Exports.resource("Patient", 1), Exports.resource("Patient", 2)));
        server.on("/f/2", Answer.ndjson(Exports.resource("Goal", 1)));
        assertThat(start().exceptions()).isEmpty();
    }

    @Test
    @DisplayName("takes the file after all where it comes meanwhile")
    void comesLater() throws Exception {
        server.on("/f/2", Answer.of(403), Answer.of(403), Answer.ndjson(Exports.resource("Goal", 1)));
        assertThat(failure().kind()).isEqualTo(Kind.DOWNLOAD);

        assertThat(accept().exceptions()).isEmpty();
    }

    @Test
    @DisplayName("tries all files where missing ones are accepted, however many are refused")
    void many() throws Exception {
        StringBuilder entries = new StringBuilder();
        for (int index = 0; index < 20; index++) {
            entries.append(',').append(Exports.entry(server.url("/none/" + index), "Goal", 1));
        }
        server.on(STATUS, Exports.manifest(true, Exports.entry(server.url("/f/1"), "Patient", 2) + entries));

        assertThat(accept().exceptions()).hasSize(20);
    }

    @Test
    @DisplayName("does not take a server that is down for one that refuses a file")
    void serverDown() throws Exception {
        server.on("/f/2", Answer.of(503));
        server.on(STATUS, manifest(""), Answer.of(503));
        accepting = true;

        assertThat(failure().kind()).isEqualTo(Kind.DOWNLOAD);
        assertThat(server.methods(STATUS)).doesNotContain("DELETE");
    }

    @Test
    @DisplayName("accepts a file that times out for ever where the server answers otherwise")
    void timesOut() throws Exception {
        server.on("/f/2", Answer.of(504));

        assertThat(accept().exceptions()).extracting(FileState::lost).containsExactly("HTTP 504");
    }

    @Test
    @DisplayName("does not take a network that is down for a file that is missing")
    void networkDown() throws Exception {
        TestServer gone = new TestServer(clock);
        String nowhere = gone.url("/f/2").toString();
        gone.close();
        server.on(STATUS, manifest(nowhere, 1, ""));
        accepting = true;

        assertThat(failure().kind()).isEqualTo(Kind.DOWNLOAD);
    }

    @Test
    @DisplayName("ends without the server's own report, and says so")
    void reportLost() throws Exception {
        server.on(STATUS, manifest("{\"type\":\"OperationOutcome\",\"url\":\"" + server.url("/f/none") + "\"}"));

        ExportSummary summary = start();

        assertThat(lost()).containsExactly(Map.entry("error/OperationOutcome.000.ndjson", "HTTP 404"));
        assertThat(summary.exceptions()).hasSize(1);
        assertThat(recorder.events("downloadFailed")).hasSize(1);
    }

    @Test
    @DisplayName("keeps a file whose count is wrong for ever, fails, and ends where that is accepted")
    void miscounted() throws Exception {
        server.on(STATUS, manifest(server.url("/f/2").toString(), 138, ""));

        ExportFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.MISCOUNTED);
        assertThat(failure).hasMessageContaining("COUNT [Goal.000.ndjson, 1, 138, 0]");
        assertThat(path.resolve("Goal.000.ndjson")).exists();
        assertThat(server.requests("/f/2")).hasSize(2);
        assertThat(failure().kind()).isEqualTo(Kind.MISCOUNTED);
        assertThat(server.requests("/f/2")).hasSize(2);

        ExportSummary summary = accept();

        assertThat(summary.exceptions()).extracting(FileState::resources).containsExactly(1L);
        assertThat(logged("export_complete").at("/exceptions/0/announced").asLong())
                .isEqualTo(138);
        assertThat(server.requests("/f/2")).hasSize(2);
        assertThat(server.methods(STATUS)).endsWith("DELETE");
    }

    @Test
    @DisplayName(
            "says that files are gone of which the server still tells, and asks for them anew where that is wanted")
    void filesGone() throws Exception {
        server.on("/f/2", Answer.of(410));

        ExportFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.FILES_GONE);
        assertThat(failure.remains().orElseThrow().missingTypes()).containsExactly("Goal");

        server.on(
                EXPORT,
                Answer.of(202).with("Content-Location", server.url("/status/2").toString()));
        server.on("/status/2", Exports.manifest(true, Exports.entry(server.url("/f/3"), "Goal", 1)));
        server.on("DELETE /status/2", Answer.of(202));
        server.on("/f/3", Answer.ndjson(Exports.resource("Goal", 1)));
        restarting = true;
        accepting = true;

        assertThat(start().exceptions()).isEmpty();
        assertThat(server.methods(STATUS)).endsWith("DELETE");
        assertThat(server.requests(EXPORT)).extracting(Request::path).last().isEqualTo(EXPORT + "?_type=Goal");
        assertThat(done().files()).allMatch(file -> file.proof() != null);
    }

    @Test
    @DisplayName("ends with what is here when the server has forgotten the job, and that is accepted")
    void jobGone() throws Exception {
        server.on("/f/2", Answer.of(500));
        assertThat(failure().kind()).isEqualTo(Kind.DOWNLOAD);
        server.on(STATUS, Answer.of(404));
        assertThat(failure().kind()).isEqualTo(Kind.JOB_GONE);
        server.on("DELETE " + STATUS, Answer.of(404));

        ExportSummary summary = accept();

        assertThat(summary.exceptions()).extracting(FileState::type).containsExactly("Goal");
        assertThat(recorder.events("jobUnknown")).hasSize(1);
        assertThat(summary.duration()).isLessThan(Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/Goal.ndjson", "gs://bucket/Goal.ndjson", "", "http://[", "file:///etc/passwd"})
    @DisplayName("loses a file whose URL cannot be asked, and not the others")
    void unusableUrl(String url) throws Exception {
        server.on(STATUS, manifest(url, 1, ""));

        ExportFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.DOWNLOAD);
        assertThat(failure).hasMessageStartingWith("entry 2 of the manifest (Goal) has ");
        assertThat(path.resolve("Patient.000.ndjson")).exists();
        assertThat(accept().exceptions()).hasSize(1);
    }

    @Test
    @DisplayName("sums up the OperationOutcomes inside an output file like those of error files")
    void outcomesInside() throws Exception {
        server.on(
                "/f/2",
                Answer.ndjson(
                        Exports.resource("Goal", 1),
                        Exports.resource("Patient", 3),
                        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"exception\"}]}"));
        server.on(STATUS, manifest(server.url("/f/2").toString(), 3, ""));

        ExportSummary summary = start();

        assertThat(summary.issues()).containsExactly(new ExportSummary.IssueCount(Severity.ERROR, "exception", 1));
        assertThat(done().files().get(1).others())
                .containsExactly(Map.entry("OperationOutcome", 1L), Map.entry("Patient", 1L));
    }
}
