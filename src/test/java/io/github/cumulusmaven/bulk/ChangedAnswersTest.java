package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

/** What an export makes of a server that says something else than it did before. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChangedAnswersTest {
    private static final String KICK_OFF = "/fhir/$export";
    private static final String STATUS = "/status/1";
    private static final String SECOND = "/status/2";
    private static final String LATER = "2026-11-25T00:00:00Z";
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
    private boolean restartExpired;

    @BeforeEach
    void script() {
        path = temporary.resolve("export");
        server.on(
                KICK_OFF,
                Answer.of(202).with("Content-Location", STATUS),
                Answer.of(202).with("Content-Location", SECOND));
        server.on("DELETE " + STATUS, Answer.of(202)).on("DELETE " + SECOND, Answer.of(202));
        server.on("/f/1", Answer.ndjson(Exports.resource("Patient", 1)));
        server.on("/f/2", Answer.ndjson(Exports.resource("Condition", 1)));
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private ExportConfig config() throws InvalidSetting {
        ExportTarget target =
                ExportTarget.parse(server.url("/fhir?_type=Patient,Condition").toString());
        ExportParameters parameters = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        return new ExportConfig(target, parameters, path, 1, false, patience, Validation.LINES, restartExpired)
                .validated();
    }

    private ExportSummary start() throws Exception {
        try (ExportFolder folder = ExportFolder.forExport(config(), false)) {
            return Exports.export(config(), gateway, temporary.resolve("home"), clock, recorder)
                    .start(folder, false);
        }
    }

    private ExportSummary adopt(String statusPath) throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            return Exports.export(config(), gateway, temporary.resolve("home"), clock, recorder)
                    .adopt(folder, server.url(statusPath));
        }
    }

    private Kind failure(ThrowingCallable work) {
        return catchThrowableOfType(ExportFailure.class, work).kind();
    }

    private Optional<ExportState> state() throws Exception {
        return ExportFolder.look(path);
    }

    private void leave(ExportState state) throws Exception {
        try (ExportFolder folder = ExportFolder.take(path)) {
            folder.writeState(state);
        }
    }

    private ExportJob job() throws Exception {
        ExportRequest request = config().request("0123456789abcdef0123", "2026-11-23T03:00:00Z");
        String url = server.url(STATUS).toString();
        FolderSeal seal = FolderSeal.in(temporary.resolve("home"));
        return new ExportJob(
                request, server.url(STATUS), null, seal.seal(request, url).orElseThrow());
    }

    private String patients() {
        return Exports.entry(server.url("/f/1"), "Patient", 1);
    }

    private String conditions() {
        return Exports.entry(server.url("/f/2"), "Condition", 1);
    }

    private static Answer asOf(String time, Answer manifest) {
        return manifest.withBody(new String(manifest.body(), StandardCharsets.UTF_8)
                .replace(Exports.TIME, time)
                .getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    @DisplayName("the manifest")
    class OfTheManifest {
        private Answer both() {
            return Exports.manifest(true, patients() + "," + conditions());
        }

        /** The patients are whole, the conditions are not. */
        private void stopped() throws Exception {
            server.on(STATUS, both());
            server.on("/f/2", Answer.of(400));
            assertThat(failure(ChangedAnswersTest.this::start)).isEqualTo(Kind.DOWNLOAD);
            server.on("/f/2", Answer.ndjson(Exports.resource("Condition", 1)));
        }

        @Test
        @DisplayName("MF-01 of a later time: the export counts as of the earlier one, for the next begins there")
        void laterTime() throws Exception {
            stopped();
            server.on(STATUS, asOf(LATER, both()));

            assertThat(start().transactionTime()).isEqualTo(Exports.TIME);

            assertThat(recorder.events("warned LATER_TIME [" + Exports.TIME)).hasSize(1);
            assertThat(state()).hasValueSatisfying(state -> assertThat(state)
                    .isInstanceOfSatisfying(Done.class, done -> assertThat(done.transactionTime())
                            .isEqualTo(Exports.TIME)));
            assertThat(path.resolve("log.ndjson")).content().doesNotContain(LATER);
            assertThat(path.resolve("export.json")).content().doesNotContain(LATER);
        }

        @Test
        @DisplayName("MF-01 and it does so however often the export is stopped in between")
        void laterTimeTwice() throws Exception {
            stopped();
            server.on(STATUS, asOf(LATER, both()));
            server.on("/f/2", Answer.of(400), Answer.ndjson(Exports.resource("Condition", 1)));
            assertThat(failure(ChangedAnswersTest.this::start)).isEqualTo(Kind.DOWNLOAD);

            assertThat(start().transactionTime()).isEqualTo(Exports.TIME);
        }

        @Test
        @DisplayName("MF-01 FL-07 also where it was read again for fresh links only")
        void laterTimeOfFreshLinks() throws Exception {
            server.on(STATUS, both(), asOf(LATER, both()));
            server.on("/f/2", Answer.of(403), Answer.ndjson(Exports.resource("Condition", 1)));

            assertThat(start().transactionTime()).isEqualTo(Exports.TIME);

            assertThat(recorder.events("warned LATER_TIME [" + Exports.TIME)).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"2026-11-22T00:00:00Z", ""})
        @DisplayName("MF-01 of an earlier time, or of none: something may be missing, and nothing is deleted")
        void earlierTime(String time) throws Exception {
            stopped();
            server.on(STATUS, asOf(time, both()));

            assertThat(failure(ChangedAnswersTest.this::start)).isEqualTo(Kind.MANIFEST_CHANGED);

            assertThat(server.methods(STATUS)).containsOnly("GET");
        }

        @Test
        @DisplayName("MF-01 the same time in other letters is the same time")
        void sameTime() throws Exception {
            stopped();
            server.on(STATUS, asOf("2026-11-23T04:03:48Z", both()));

            assertThat(start().resources()).isEqualTo(2);
            assertThat(recorder.events("warned")).isEmpty();
        }

        @Test
        @DisplayName("MF-11 that lists nothing any more is another one, also where nothing was fetched yet")
        void emptied() throws Exception {
            leave(new Complete(
                    job(),
                    Exports.page(Map.of(
                            "transactionTime",
                            Exports.TIME,
                            "output",
                            List.of(Map.of(
                                    "type", "Patient", "url", server.url("/f/1").toString(), "count", 1))))));
            server.on(STATUS, Exports.manifest(true, ""), Exports.manifest(true, patients()));

            assertThat(failure(ChangedAnswersTest.this::start)).isEqualTo(Kind.MANIFEST_CHANGED);
            assertThat(server.methods(STATUS)).containsExactly("GET");

            assertThat(start().resources()).isEqualTo(1);
        }
    }

    @Nested
    @DisplayName("a job that the server denies")
    class OfTheJob {
        private void remember() {
            server.on(SECOND, asOf(LATER, Exports.manifest(true, Exports.entry(server.url("/g/2"), "Condition", 1))));
            server.on("/g/2", Answer.ndjson(Exports.resource("Condition", 7)));
        }

        @BeforeEach
        void asksAnew() {
            restartExpired = true;
        }

        @Test
        @DisplayName("ST-13 once, and knows again: restartExpired begins no second one")
        void inPassing() throws Exception {
            server.on(STATUS, RUNNING, Answer.of(404), RUNNING, Exports.manifest(true, patients()));

            assertThat(start().resources()).isEqualTo(1);

            assertThat(server.requests(KICK_OFF)).hasSize(1);
        }

        @Test
        @DisplayName("ST-13 and another that it refuses: what came of the first stays, to the last byte of a part")
        void refusedAnew() throws Exception {
            leave(new Downloading(
                    job(),
                    Exports.page(Map.of("transactionTime", Exports.TIME)),
                    List.of(
                            new FileState("Patient.000.ndjson", FileState.Kind.OUTPUT, "Patient", url(1), 1L, null),
                            new FileState(
                                    "Condition.000.ndjson", FileState.Kind.OUTPUT, "Condition", url(2), 1L, null)),
                    null));
            Files.writeString(path.resolve("Patient.000.ndjson"), Exports.resource("Patient", 1) + "\n");
            Files.writeString(path.resolve("Condition.000.ndjson.part"), "{\"resourceType\":\"Cond");
            server.on(STATUS, Answer.of(404));
            server.on(KICK_OFF, Answer.of(403));

            assertThat(failure(ChangedAnswersTest.this::start)).isEqualTo(Kind.KICKOFF_REFUSED);

            assertThat(state()).containsInstanceOf(Downloading.class);
            assertThat(path.resolve("Patient.000.ndjson")).hasContent(Exports.resource("Patient", 1));
            assertThat(path.resolve("Condition.000.ndjson.part")).hasContent("{\"resourceType\":\"Cond");
        }

        private String url(int file) {
            return server.url("/f/" + file).toString();
        }

        @Test
        @DisplayName("ST-13 and another that is killed before it lists anything: no file of the first passes for its")
        void leftOvers() throws Exception {
            Path same = temporary.resolve("same.ndjson");
            Files.writeString(same, Exports.resource("Patient", 1) + "\n");
            FileState patient = new FileState(
                    "Patient.000.ndjson", FileState.Kind.OUTPUT, "Patient", url(1), 1L, WholeFile.measure(same));
            KeptFiles kept = KeptFiles.of(
                            null,
                            Exports.TIME,
                            new ExportFailure.Remains(
                                    Optional.empty(),
                                    List.of(
                                            patient,
                                            new FileState(
                                                    "Condition.000.ndjson",
                                                    FileState.Kind.OUTPUT,
                                                    "Condition",
                                                    url(2),
                                                    1L,
                                                    null))))
                    .orElseThrow();
            leave(new Accepted(new ExportJob(job().request(), server.url(SECOND), kept, null)));
            Files.writeString(path.resolve("Patient.000.ndjson"), Exports.resource("Patient", 1) + "\n");
            Files.writeString(path.resolve("Condition.000.ndjson"), Exports.resource("Condition", 1) + "\n");
            Files.writeString(path.resolve("Condition.001.ndjson.part"), "{");
            remember();

            assertThat(start().resources()).isEqualTo(2);

            assertThat(path.resolve("Condition.000.ndjson")).hasContent(Exports.resource("Condition", 7));
            assertThat(path.resolve("Patient.000.ndjson")).hasContent(Exports.resource("Patient", 1));
            assertThat(path.resolve("Condition.001.ndjson.part")).doesNotExist();
        }

        @Test
        @DisplayName("CI: the time of a run is one for both jobs")
        void oneTimeForBoth() {
            patience = new Patience(
                    Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(30), Optional.of(Duration.ofMinutes(50)), 10);
            server.on(
                    STATUS,
                    Stream.concat(Collections.nCopies(8, RUNNING).stream(), Stream.of(Answer.of(404)))
                            .toArray(Answer[]::new));
            server.on(SECOND, RUNNING);

            assertThatThrownBy(ChangedAnswersTest.this::start).isInstanceOf(StillRunning.class);

            assertThat(server.requests(SECOND)).isNotEmpty();
            assertThat(clock.instant()).isEqualTo("2026-11-23T04:50:00Z");
        }
    }

    @Nested
    @DisplayName("a status URL that was typed in")
    class OfTheUrl {
        @ParameterizedTest
        @ValueSource(ints = {400, 401, 403, 404, 410})
        @DisplayName("and is a wrong one leaves the folder free for the right one")
        void intoANewFolder(int status) throws Exception {
            server.on(STATUS, Exports.manifest(true, patients()));
            server.on("/status/typo", Answer.of(status));

            assertThatThrownBy(() -> adopt("/status/typo")).isInstanceOf(Exception.class);
            assertThat(state()).isEmpty();

            assertThat(adopt(STATUS).resources()).isEqualTo(1);
        }

        @Test
        @DisplayName("KO-23 and is a wrong one leaves the kick-off of unknown outcome what it is")
        void afterALostAnswer() throws Exception {
            leave(new KickingOff(job().request(), null, null));
            server.on(STATUS, RUNNING, Exports.manifest(true, patients()));

            assertThat(failure(() -> adopt("/status/typo"))).isEqualTo(Kind.JOB_GONE);
            assertThat(state()).containsInstanceOf(KickingOff.class);

            assertThat(adopt(STATUS).resources()).isEqualTo(1);
        }

        @Test
        @DisplayName("and is the right one is the folder's from the first answer on")
        void rightOne() throws Exception {
            patience = new Patience(
                    Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(30), Optional.of(Duration.ofMinutes(1)), 10);
            server.on(STATUS, RUNNING);

            assertThatThrownBy(() -> adopt(STATUS)).isInstanceOf(StillRunning.class);

            assertThat(state()).hasValueSatisfying(state -> assertThat(state)
                    .isInstanceOfSatisfying(
                            ExportState.InProgress.class,
                            known -> assertThat(known.job().statusUrl()).isEqualTo(server.url(STATUS))));
        }
    }
}
