package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a job over several runs: gone on with, begun anew, taken over, given up, put off. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExportLifeTest {
    private static final String KICK_OFF = "/fhir/Group/g1/$export";
    private static final String STATUS = "/status/1";
    private static final Answer RUNNING =
            Answer.of(202).with("X-Progress", "50%").with("Retry-After", "300");

    @TempDir
    private Path temporary;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);
    private final Recorder recorder = new Recorder();
    private Path path;
    private Patience patience = Patience.DEFAULT;
    private int parallelDownloads = 3;
    private String query = "?_type=Patient";
    private boolean restartExpired;

    @BeforeEach
    void script() {
        path = temporary.resolve("export");
        server.on(
                KICK_OFF,
                Answer.of(202).with("Content-Location", server.url(STATUS).toString()));
        server.on(STATUS, RUNNING, Exports.manifest(true, Exports.entry(server.url("/f/1"), "Patient", 1)));
        server.on("DELETE " + STATUS, Answer.of(202));
        server.on("/f/1", Answer.ndjson(Exports.resource("Patient", 1)));
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private ExportConfig config() throws InvalidSetting {
        ExportTarget target =
                ExportTarget.parse(server.url("/fhir/Group/g1" + query).toString());
        ExportParameters parameters = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        return new ExportConfig(
                        target, parameters, path, parallelDownloads, false, patience, Validation.LINES, restartExpired)
                .validated();
    }

    private BulkExport export() throws InvalidSetting {
        return Exports.export(config(), gateway, temporary.resolve("home"), clock, recorder);
    }

    private ExportSummary start(boolean restart) throws Exception {
        try (ExportFolder folder = ExportFolder.forExport(config(), restart)) {
            return export().start(folder, restart);
        }
    }

    private ExportSummary resume() throws Exception {
        try (ExportFolder folder = ExportFolder.forResumption(path)) {
            return export().resume(folder);
        }
    }

    private ExportSummary adopt(String statusPath) throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            return export().adopt(folder, server.url(statusPath));
        }
    }

    private ExportState cancel() throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            return export().cancel(folder);
        }
    }

    private ExportState state() throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            return folder.readState().orElseThrow();
        }
    }

    private void leave(ExportState state) throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            folder.writeState(state);
        }
    }

    private ExportJob job() throws Exception {
        return job(FolderSeal.in(temporary.resolve("home"))::seal);
    }

    private ExportJob job(BiFunction<ExportRequest, String, Optional<String>> seal) throws Exception {
        ExportRequest request = config().request("0123456789abcdef0123", "2026-11-23T03:00:00Z");
        URI url = server.url(STATUS);
        return new ExportJob(
                request, url, null, seal.apply(request, url.toString()).orElseThrow());
    }

    private Kind failure(ThrowingCallable work) {
        return catchThrowableOfType(ExportFailure.class, work).kind();
    }

    private FileState whole() {
        return new FileState(
                "Patient.000.ndjson",
                FileState.Kind.OUTPUT,
                "Patient",
                server.url("/f/1").toString(),
                1L,
                new FileState.Proof(1, 3, "not looked at"));
    }

    private List<String> events() throws Exception {
        return Files.readAllLines(path.resolve("log.ndjson")).stream()
                .map(line ->
                        FhirJson.parseObject(line).orElseThrow().path("eventId").asText())
                .toList();
    }

    private List<String> logged(String field) throws Exception {
        return Files.readAllLines(path.resolve("log.ndjson")).stream()
                .map(line ->
                        FhirJson.parseObject(line).orElseThrow().path(field).asText())
                .distinct()
                .toList();
    }

    @Test
    @DisplayName("export on a folder with an unfinished export of the same request goes on with it")
    void goesOn() throws Exception {
        leave(new ExportState.Accepted(job()));

        assertThat(start(false).resources()).isEqualTo(1);

        assertThat(server.requests(KICK_OFF)).isEmpty();
        assertThat(recorder.events()).first().isEqualTo("resumed from Accepted");
        assertThat(logged("exportId")).containsExactly("0123456789abcdef0123");
    }

    @Test
    @DisplayName(
            "LG-03 killed before the kick-off was logged: the log tells of it later, once, as the ETL reads it there")
    void logsTheKickOffLater() throws Exception {
        leave(new ExportState.Accepted(job()));
        server.on("/f/1", Answer.of(400), Answer.ndjson(Exports.resource("Patient", 1)));

        assertThat(failure(() -> start(false))).isEqualTo(Kind.DOWNLOAD);
        assertThat(start(false).resources()).isEqualTo(1);

        assertThat(events()).startsWith("kickoff", "status_progress").containsOnlyOnce("kickoff");
        assertThat(logged("exportId")).containsExactly("0123456789abcdef0123");
    }

    @Test
    @DisplayName("LG-02 killed before the end was logged: the log tells of it later, once")
    void logsTheEndLater() throws Exception {
        leave(new ExportState.Done(job(), "2026-11-23T04:00:00Z", Exports.TIME, List.of(), List.of(whole()), false));
        Files.writeString(path.resolve("Patient.000.ndjson"), "{}\n");

        resume();
        resume();

        assertThat(events()).containsExactly("kickoff", "export_complete");
        assertThat(Files.readAllLines(path.resolve("log.ndjson")).get(1))
                .contains("{\"files\":1,\"resources\":1,\"bytes\":3,\"attachments\":0,\"duration\":3600000}");
    }

    @Test
    @DisplayName("FL-12 killed between the last file's getting its name and the end: nothing of its making stays")
    void leavesNothingBehind() throws Exception {
        leave(new ExportState.Downloading(
                job(), Exports.page(Map.of("transactionTime", Exports.TIME)), List.of(whole().missing()), null));
        Files.writeString(path.resolve("Patient.000.ndjson"), "{}\n");
        Files.writeString(path.resolve("Patient.000.ndjson.part"), "{");
        Files.writeString(path.resolve("Patient.000.ndjson.part.json"), "{}");

        assertThat(resume().resources()).isEqualTo(1);

        try (Stream<Path> files = Files.list(path)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".gitignore", ".lock", "Patient.000.ndjson", "export.json", "log.ndjson");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "restart gives the unfinished job up, deletes what it brought, and begins anew, also where the folder is a link")
    void restarts(boolean linked) throws Exception {
        if (linked) {
            Path real = Files.createDirectory(temporary.resolve("real"));
            path = Files.createSymbolicLink(temporary.resolve("link"), real);
        }
        leave(new ExportState.Accepted(new ExportJob(
                new ExportRequest("old", server.url("/other").toString(), Map.of(), false, "2026-11-01T00:00:00Z"),
                server.url("/status/old"))));
        server.on("DELETE /status/old", Answer.of(202));
        Files.writeString(path.resolve("Condition.000.ndjson"), "{}\n");

        assertThat(start(true).resources()).isEqualTo(1);

        assertThat(server.requests("/status/old")).hasSize(1);
        assertThat(server.requests(KICK_OFF)).hasSize(1);
        assertThat(path.resolve("Condition.000.ndjson")).doesNotExist();
        assertThat(path.resolve("Patient.000.ndjson")).exists();
    }

    @Test
    @DisplayName("restart goes on where the server does not want to hear of the old job")
    void restartsWithoutTheOldJob() throws Exception {
        leave(new ExportState.Accepted(job()));
        server.on("DELETE " + STATUS, Answer.of(405), Answer.of(202));

        assertThat(start(true).resources()).isEqualTo(1);
        assertThat(recorder.events()).anyMatch(event -> event.startsWith("jobLeftBehind"));
    }

    @Test
    @DisplayName("KO-23 killed between the kick-off and its answer: neither a second kick-off nor a wrong guess")
    void interruptedKickOff() throws Exception {
        leave(new ExportState.KickingOff(job().request(), null, null));

        assertThat(failure(() -> start(false))).isEqualTo(Kind.KICKOFF_INTERRUPTED);
        assertThat(failure(this::cancel)).isEqualTo(Kind.KICKOFF_INTERRUPTED);
        assertThat(server.requests()).isEmpty();

        assertThat(start(true).resources()).isEqualTo(1);
    }

    @Test
    @DisplayName("KO-23 the folder says that the server is being asked before it is asked")
    void saysThatItAsks() throws Exception {
        server.on(KICK_OFF, Answer.of(500));

        assertThat(failure(() -> start(false))).isEqualTo(Kind.KICKOFF_REFUSED);
        assertThat(path.resolve("export.json")).doesNotExist();

        server.close();
        assertThatThrownBy(() -> start(false)).isInstanceOf(IOException.class);
        assertThat(path.resolve("export.json")).doesNotExist();
    }

    @Test
    @DisplayName("another tool's job is taken over into a new folder, with a kick-off in the log for the ETL")
    void adopts() throws Exception {
        assertThat(adopt(STATUS).resources()).isEqualTo(1);

        assertThat(server.requests(KICK_OFF)).isEmpty();
        assertThat(logged("eventId")).startsWith("kickoff", "status_progress", "status_complete");
        assertThat(Files.readAllLines(path.resolve("log.ndjson")).get(0)).contains("/fhir/Group/g1/$export");
    }

    @Test
    @DisplayName("a job whose answer was lost is taken over under the id that it began with")
    void adoptsTheLostOne() throws Exception {
        leave(new ExportState.KickingOff(job().request(), null, null));

        assertThat(adopt(STATUS).resources()).isEqualTo(1);
        assertThat(logged("exportId")).containsExactly("0123456789abcdef0123");
    }

    @Test
    @DisplayName("a job is not taken over into the folder of another one")
    void adoptsNoOther() throws Exception {
        leave(new ExportState.Accepted(job()));

        assertThat(failure(() -> adopt("/status/2"))).isEqualTo(Kind.FOLDER_OTHER_REQUEST);
        assertThat(adopt(STATUS).resources()).isEqualTo(1);
    }

    @Test
    @DisplayName("DL-01 cancel deletes the job, records it, and keeps the files; the export is not gone on with")
    void cancels() throws Exception {
        leave(new ExportState.Accepted(job()));
        Files.writeString(path.resolve("Patient.000.ndjson"), "{}\n");

        assertThat(cancel()).isInstanceOf(ExportState.Cancelled.class);

        assertThat(state()).isInstanceOfSatisfying(ExportState.Cancelled.class, state -> assertThat(state.cancelled())
                .isEqualTo("2026-11-23T04:00:00Z"));
        assertThat(path.resolve("Patient.000.ndjson")).exists();
        assertThat(failure(() -> start(false))).isEqualTo(Kind.CANCELLED);
        assertThat(cancel()).isInstanceOf(ExportState.Cancelled.class);
        assertThat(server.requests(STATUS)).hasSize(1);
    }

    @Test
    @DisplayName("a status URL at a local address is asked where the user has typed it, not where the server named it")
    void localStatusUrl() throws Exception {
        FolderSeal seal = FolderSeal.in(temporary.resolve("home"));
        try (HttpGateway strict = new HttpGateway(HttpGateway.Limits.DEFAULT, "test/1", clock)) {
            BulkExport export = new BulkExport(config(), strict, Exports.TOKEN, seal, clock, clock, List.of(recorder));
            leave(new ExportState.Accepted(job(seal::seal)));
            try (ExportFolder folder = ExportFolder.forResumption(path)) {
                assertThatThrownBy(() -> export.resume(folder)).hasMessageContaining("a local address");
            }
            assertThat(server.requests(STATUS)).isEmpty();

            leave(new ExportState.Accepted(job(seal::sealTyped)));
            try (ExportFolder folder = ExportFolder.forResumption(path)) {
                assertThat(export.resume(folder).resources()).isEqualTo(1);
            }
        }
    }

    @Test
    @DisplayName("a cancellation that the server refuses changes nothing")
    void notCancelled() throws Exception {
        leave(new ExportState.Accepted(job()));
        server.on("DELETE " + STATUS, Answer.of(403));

        assertThatThrownBy(this::cancel).isInstanceOf(HttpRefusal.class);
        assertThat(state()).isInstanceOf(ExportState.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {202, 404, 410})
    @DisplayName("DL-02 a finished export's copies may go by cancel, too")
    void cancelsCopies(int status) throws Exception {
        leave(new ExportState.Done(job(), "f", "t", List.of(), List.of(), false));
        server.on("DELETE " + STATUS, Answer.of(status));

        assertThat(cancel()).isInstanceOfSatisfying(ExportState.Done.class, done -> assertThat(done.jobDeleted())
                .isTrue());
    }

    @Test
    @DisplayName("CI: the time of a run is up while the server works; the next run goes on")
    void stillRunning() throws Exception {
        server.on(STATUS, RUNNING);
        patience = new Patience(
                Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(30), Optional.of(Duration.ofMinutes(50)), 10);

        StillRunning stopped = catchThrowableOfType(StillRunning.class, () -> start(false));

        assertThat(stopped.since()).isEqualTo(Duration.ofMinutes(50));
        assertThat(clock.instant()).isEqualTo("2026-11-23T04:50:00Z");
        assertThat(state()).isInstanceOf(ExportState.InProgress.class);
        server.on(STATUS, Exports.manifest(true, Exports.entry(server.url("/f/1"), "Patient", 1)));
        assertThat(start(false).resources()).isEqualTo(1);
        assertThat(server.requests(KICK_OFF)).hasSize(1);
    }

    @Test
    @DisplayName("CI: the time of a run is up while a file is waited for; what is whole is known to the state")
    void stillDownloading() throws Exception {
        server.on(
                STATUS,
                Exports.manifest(
                        true,
                        Exports.entry(server.url("/f/1"), "Patient", 1) + ","
                                + Exports.entry(server.url("/f/2"), "Condition", 1)));
        server.on("/f/2", Answer.of(503).with("Retry-After", "60"));
        // one after the other: the end of the run's time would cut the first one off where it is on its way
        parallelDownloads = 1;
        patience = new Patience(
                Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(30), Optional.of(Duration.ofSeconds(30)), 10);

        assertThatThrownBy(() -> start(false)).isInstanceOf(StillRunning.class);

        server.on("/f/2", Answer.ndjson(Exports.resource("Condition", 1)));
        assertThat(start(false).resources()).isEqualTo(2);
        assertThat(server.requests("/f/1")).hasSize(1);
    }

    @Test
    @DisplayName("a file is tried as often as the user says, and anew by the next run")
    void downloadAttempts() throws Exception {
        server.on("/f/1", Answer.of(503));
        patience = new Patience(Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(30), Optional.empty(), 3);

        assertThat(failure(() -> start(false))).isEqualTo(Kind.DOWNLOAD);
        assertThat(server.requests("/f/1")).hasSize(3);

        assertThat(failure(() -> start(false))).isEqualTo(Kind.DOWNLOAD);
        assertThat(server.requests("/f/1")).hasSize(6);
    }

    @Test
    @DisplayName("an export that takes longer than it may is given up by us, and kept by the server")
    void tooLong() throws Exception {
        server.on(STATUS, RUNNING);
        patience = new Patience(Duration.ofMinutes(5), Duration.ZERO, Duration.ofHours(2), Optional.empty(), 10);

        assertThat(failure(() -> start(false))).isEqualTo(Kind.TOO_LONG);

        assertThat(clock.instant()).isEqualTo("2026-11-23T06:00:00Z");
        assertThat(server.methods(STATUS)).containsOnly("GET");
        assertThat(failure(() -> start(false))).isEqualTo(Kind.TOO_LONG);
        patience = Patience.DEFAULT;
        server.on(STATUS, Exports.manifest(true, Exports.entry(server.url("/f/1"), "Patient", 1)));
        assertThat(start(false).resources()).isEqualTo(1);
    }

    @Test
    @DisplayName("KO-22 a server that is busy: our own unfinished export of the same data is named")
    void namesTheOther() throws Exception {
        server.on(
                KICK_OFF,
                Answer.of(429),
                Answer.of(202).with("Content-Location", server.url(STATUS).toString()));
        Path earlier = temporary.resolve("earlier");
        try (ExportFolder folder = ExportFolder.take(earlier)) {
            folder.writeState(new ExportState.Accepted(job()));
        }

        start(false);

        assertThat(recorder.events()).anyMatch(event -> event.contains(earlier.toString()));
    }

    @Test
    @DisplayName("what the server says of a job, asked once")
    void asks() throws Exception {
        server.on(
                STATUS,
                Answer.of(202).with("X-Progress", "50%").with("Retry-After", "120"),
                Exports.manifest(true, Exports.entry(server.url("/f/1"), "Patient", 1)),
                Answer.of(404),
                Answer.of(200, "text/html", "<h1>Sign in</h1>"),
                Answer.outcome(500, "error", "processing", "no disk"));
        ServerJob job = export().job(server.url(STATUS));

        assertThat(job.ask()).isEqualTo(new ServerJob.Status.Working("50%", "120", Optional.of(Duration.ofMinutes(2))));
        assertThat(job.ask()).isInstanceOfSatisfying(ServerJob.Status.Finished.class, finished -> {
            assertThat(finished.files()).isEqualTo(1);
            assertThat(finished.manifest().transactionTime()).isEqualTo(Exports.TIME);
            assertThat(finished.expires()).isEmpty();
        });
        assertThat(job.ask()).matches(ServerJob.Status::isGone);
        assertThat(job.ask()).isInstanceOfSatisfying(ServerJob.Status.Refused.class, page -> {
            assertThat(page.instead().map(NotAManifest::kind)).contains(NotAManifest.Kind.NOT_JSON);
            assertThat(page.isGone()).isFalse();
        });
        assertThat(job.ask()).isInstanceOfSatisfying(ServerJob.Status.Refused.class, refused -> {
            assertThat(refused.instead()).isEmpty();
            assertThat(refused.refusal().words()).contains("no disk");
        });
    }

    @Nested
    @DisplayName("a job that the server has forgotten")
    class Forgotten {
        private static final String LATER = "2026-11-25T00:00:00Z";

        /** Two patients' files and one of conditions, which is gone, and so is the job. */
        @BeforeEach
        void forget() {
            query = "?_type=Patient,Condition&_typeFilter=Condition?code=1,Patient?active=true";
            server.on(
                    STATUS,
                    Exports.manifest(
                            true,
                            Exports.entry(server.url("/f/1"), "Patient", 1) + ","
                                    + Exports.entry(server.url("/f/2"), "Condition", 1) + ","
                                    + Exports.entry(server.url("/f/3"), "Condition", 1)),
                    Answer.of(404));
            server.on("/f/2", Answer.ndjson(Exports.resource("Condition", 2)));
            server.on("/f/3", Answer.of(410));
        }

        private void remember() {
            server.on(
                    KICK_OFF,
                    Answer.of(202)
                            .with("Content-Location", server.url("/status/2").toString()));
            server.on(
                    "/status/2",
                    Answer.of(
                            200,
                            "application/json",
                            "{\"transactionTime\":\"" + LATER + "\",\"requiresAccessToken\":true,\"output\":["
                                    + Exports.entry(server.url("/g/1"), "Condition", 1) + ","
                                    + Exports.entry(server.url("/g/2"), "Patient", 9) + "],\"error\":[]}"));
            server.on("/g/1", Answer.ndjson(Exports.resource("Condition", 7)));
            server.on("DELETE /status/2", Answer.of(202));
        }

        private void assertWhole() throws Exception {
            assertThat(path.resolve("Patient.000.ndjson")).hasContent(Exports.resource("Patient", 1));
            assertThat(path.resolve("Condition.000.ndjson")).hasContent(Exports.resource("Condition", 7));
            assertThat(path.resolve("Condition.001.ndjson")).doesNotExist();
            assertThat(server.requests("/f/1")).hasSize(1);
            assertThat(server.requests("/g/2")).isEmpty();
            assertThat(logged("exportId")).hasSize(1);
            assertThat(state()).isInstanceOfSatisfying(ExportState.Done.class, done -> {
                assertThat(Exports.names(done.files()))
                        .containsExactlyInAnyOrder("Patient.000.ndjson", "Condition.000.ndjson");
                assertThat(done.transactionTime()).isEqualTo(Exports.TIME);
            });
            assertThat(Files.readString(path.resolve("log.ndjson"))).doesNotContain(LATER);
        }

        @Test
        @DisplayName("FL-07 tells what is here, and keeps it")
        void told() throws Exception {
            ExportFailure gone = catchThrowableOfType(ExportFailure.class, () -> start(false));

            assertThat(gone.kind()).isEqualTo(Kind.JOB_GONE);
            assertThat(gone.remains().orElseThrow().whole()).isEqualTo(2);
            assertThat(gone.remains().orElseThrow().missingTypes()).containsExactly("Condition");
            assertThat(failure(() -> start(false))).isEqualTo(Kind.JOB_GONE);
        }

        @Test
        @DisplayName("restartExpired asks anew for the types that are not whole, and for them only")
        void asksAnew() throws Exception {
            catchThrowableOfType(ExportFailure.class, () -> start(false));
            remember();
            restartExpired = true;

            assertThat(start(false).resources()).isEqualTo(2);

            assertThat(server.requests(KICK_OFF)).last().satisfies(request -> assertThat(request.path())
                    .contains("_type=Condition&")
                    .contains("_typeFilter=Condition%3Fcode%3D1")
                    .doesNotContain("Patient"));
            assertWhole();
        }

        @Test
        @DisplayName("restartExpired: a refused second kick-off leaves all as it was")
        void refusedAnew() throws Exception {
            restartExpired = true;
            server.on(
                    KICK_OFF,
                    Answer.of(202).with("Content-Location", server.url(STATUS).toString()),
                    Answer.of(403));

            assertThat(failure(() -> start(false))).isEqualTo(Kind.KICKOFF_REFUSED);
            assertThat(state()).isInstanceOf(ExportState.Downloading.class);

            remember();
            assertThat(start(false).resources()).isEqualTo(2);
            assertWhole();
        }

        @Test
        @DisplayName("restartExpired: killed in the second kick-off, nothing of the first job is lost")
        void killedAnew() throws Exception {
            restartExpired = true;
            server.on(
                    KICK_OFF,
                    Answer.of(202).with("Content-Location", server.url(STATUS).toString()),
                    Answer.of(403));
            catchThrowableOfType(ExportFailure.class, () -> start(false));
            ExportState.Downloading before = (ExportState.Downloading) state();
            KeptFiles kept = KeptFiles.of(
                            null, Exports.TIME, new ExportFailure.Remains(Optional.empty(), before.files()))
                    .orElseThrow();
            leave(new ExportState.KickingOff(before.request(), kept, null));
            remember();

            assertThat(failure(() -> start(false))).isEqualTo(Kind.KICKOFF_INTERRUPTED);
            assertThat(adopt("/status/2").resources()).isEqualTo(2);
            assertWhole();
        }

        @Test
        @DisplayName("restartExpired: with nothing listed yet, all is asked for anew")
        void nothingListed() throws Exception {
            restartExpired = true;
            server.on(STATUS, Answer.of(410));
            remember();
            server.on("/g/2", Answer.ndjson(Exports.resource("Patient", 1)));
            server.on(
                    KICK_OFF,
                    Answer.of(202).with("Content-Location", server.url(STATUS).toString()),
                    Answer.of(202)
                            .with("Content-Location", server.url("/status/2").toString()));

            catchThrowableOfType(ExportFailure.class, () -> start(false));

            assertThat(server.requests(KICK_OFF)).hasSize(2);
            assertThat(server.requests(KICK_OFF).get(1).path())
                    .isEqualTo(server.requests(KICK_OFF).get(0).path());
        }
    }
}
