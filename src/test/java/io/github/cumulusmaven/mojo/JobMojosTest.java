package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.http.HandClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoFailureException;
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

/** The goals for a job that has begun: resume, status, cancel; and the end of a run's time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class JobMojosTest {
    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private final HandClock clock = new HandClock(Instant.now().toString());
    private FhirServer server;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = new FhirServer().exporting();
        folder = temp.resolve("export");
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** The server works, and never gets done. */
    private void atWork() {
        server.on("GET /jobs/1", 202, Map.of("X-Progress", "50%", "Retry-After", "1"), "");
    }

    private void done() {
        server.exporting();
    }

    private ExportMojo paused() throws Exception {
        atWork();
        ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
        export.waitUpTo = "PT1S";
        export.clock = clock;
        export.sleeper = clock;
        return export;
    }

    /** The same after the server was asked. */
    private void pauseAtWork() throws Exception {
        ExportMojo export = paused();
        export.waitUpTo = "PT4S";
        export.execute();
    }

    private MojoFailureException failure(AbstractCumulusMojo goal) {
        return catchThrowableOfType(MojoFailureException.class, goal::execute);
    }

    @Nested
    class WaitUpTo {
        @Test
        @DisplayName("CI: when the time is up, the build ends well, with a word on how it goes on")
        void green() throws Exception {
            paused().execute();

            assertThat(log.lines())
                    .anyMatch(line ->
                            line.matches("(?s)WARN The export is not done yet, .* after its kick-off, and waitUpTo"
                                    + " is over\\. What came whole is kept, and so is the job on the server; go on with\n  mvn"
                                    + " .*:resume -Dcumulus\\.exportDirectory=" + folder));
            done();
            Goals.resume(log, folder).execute();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("CI: or badly, where that is wanted")
        void red() throws Exception {
            ExportMojo export = paused();
            export.failOnTimeout = true;

            assertThat(failure(export))
                    .hasMessageMatching(
                            "(?s)The export is not done yet, .* after its kick-off, and <waitUpTo> is over\\."
                                    + " What came whole is kept.*:resume.*");
        }

        private ExportMojo refusedForAnHour() throws Exception {
            ExportMojo export = paused();
            server.on("GET /fhir/$export", 429, Map.of("Retry-After", "3600"), "");
            return export;
        }

        @Test
        @DisplayName("KO-22 of an export that the server was too busy to begin, that is what is said")
        void notBegun() throws Exception {
            refusedForAnHour().execute();

            assertThat(log.lines())
                    .last()
                    .isEqualTo(
                            "WARN The server has been too busy to begin the export, and waitUpTo is over. Nothing has"
                                    + " begun: run this goal again later.");
            assertThat(server.requests()).containsOnlyOnce("GET /fhir/$export");
            done();
            Goals.export(log, server.url("/fhir"), folder).execute();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("KO-22 the same, where it is to be a failure")
        void notBegunRed() throws Exception {
            ExportMojo export = refusedForAnHour();
            export.failOnTimeout = true;

            assertThat(failure(export))
                    .hasMessage("The server has been too busy to begin the export, and <waitUpTo> is over. Nothing has"
                            + " begun: run this goal again later.");
        }

        @ParameterizedTest
        @CsvSource({"waitUpTo", "maxWait", "kickoffRetryWindow", "maxPollInterval"})
        @DisplayName("a time that is none is refused by its name, before anything is made")
        void malformed(String setting) {
            ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
            switch (setting) {
                case "waitUpTo" -> export.waitUpTo = "50 minutes";
                case "maxWait" -> export.maxWait = "50 minutes";
                case "kickoffRetryWindow" -> export.kickoffRetryWindow = "50 minutes";
                default -> export.maxPollInterval = "50 minutes";
            }
            assertThat(failure(export))
                    .hasMessage(
                            "<" + setting + "> '50 minutes' must be an ISO 8601 duration, for example PT5M or P2D (in"
                                    + " the pom, or -Dcumulus." + setting + "=…).");
            assertThat(folder).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1001})
    @DisplayName("no attempts at all, or without end, are refused before anything is made")
    void downloadAttempts(int attempts) {
        ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
        export.downloadAttempts = attempts;

        assertThatThrownBy(export::execute)
                .hasMessageStartingWith("<downloadAttempts> '" + attempts + "' must be from 1 to 1000");
        assertThat(folder).doesNotExist();
    }

    @Test
    @DisplayName("of an export that takes too long, the next step is one that works")
    void tooLong() throws Exception {
        paused().execute();
        ResumeMojo resume = Goals.resume(log, folder);
        resume.maxWait = "PT1S";

        assertThatThrownBy(resume::execute)
                .hasMessageContaining("takes longer than <maxWait> allows. ")
                .hasMessageContaining(" To go on, add a longer -Dcumulus.maxWait=…, or the next run ends at once, too."
                        + " What came whole is kept, and so is the job on the server; go on with\n  mvn ")
                .hasMessageEndingWith(":resume -Dcumulus.exportDirectory=" + folder);
    }

    @Nested
    class Resume {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        @DisplayName("takes over the job of another tool by its URL, percent-encoded or not")
        void takesOver(boolean encoded) throws Exception {
            String url = server.url("/jobs/1").toString();
            ResumeMojo resume = Goals.resume(log, folder);
            resume.resume = encoded ? URLEncoder.encode(url, StandardCharsets.UTF_8) : url;
            resume.fhirUrl = server.url("/fhir/Group/7").toString();

            resume.execute();

            assertThat(server.requests()).noneMatch(request -> request.contains("$export"));
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
            assertThat(Files.readString(folder.resolve("log.ndjson"))).contains("/fhir/Group/7/$export");
        }

        @Test
        @DisplayName("knows the status URL by the name that status and cancel give it, too")
        void statusUrl() throws Exception {
            ResumeMojo resume = Goals.resume(log, folder);
            resume.statusUrl = server.url("/jobs/1").toString();
            resume.fhirUrl = server.url("/fhir/Group/7").toString();

            resume.execute();

            assertThat(server.requests()).noneMatch(request -> request.contains("$export"));
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("refuses two status URLs, and takes the same one twice")
        void twoNames() throws Exception {
            ResumeMojo resume = Goals.resume(log, folder);
            resume.statusUrl = server.url("/jobs/1").toString();
            resume.resume = server.url("/jobs/2").toString();
            resume.fhirUrl = server.url("/fhir").toString();

            assertThat(failure(resume)).hasMessageStartingWith("<statusUrl> and <resume> name different jobs");

            resume.resume = resume.statusUrl;
            resume.execute();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("without the server's base there is no token to be had, and no group to be noted")
        void needsTheServer() {
            ResumeMojo resume = Goals.resume(log, folder);
            resume.resume = server.url("/jobs/1").toString();

            assertThat(failure(resume))
                    .hasMessageStartingWith(
                            "<fhirUrl> must name the server of the job, and its group, where statusUrl is given");
        }

        @Test
        @DisplayName("a finished export of another job is none to go on with, nor to restart")
        void finished() throws Exception {
            Goals.export(log, server.url("/fhir"), folder).execute();
            ResumeMojo resume = Goals.resume(log, folder);
            resume.resume = server.url("/jobs/2").toString();

            assertThat(failure(resume))
                    .hasMessageMatching(
                            "There is a finished export in " + folder + " \\(kicked off .*\\)\\. Name another"
                                    + " <exportDirectory>, or delete this folder if its files are no longer needed\\.");
        }

        @Test
        @DisplayName("where nobody knows whether the server has begun, the word is to look there, not to go on")
        void unknown() throws Exception {
            server.on("GET /fhir/$export", 502, "");
            assertThatThrownBy(
                            () -> Goals.export(log, server.url("/fhir"), folder).execute())
                    .hasMessageContaining("The server may have begun it all the same. Look for a running export");

            assertThat(failure(Goals.resume(log, folder)))
                    .hasMessageStartingWith("It is not known whether the export in " + folder + " has begun: ")
                    .hasMessageEndingWith("If there is one, go on with its status URL:\n  mvn"
                            + " io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:resume -Dcumulus.exportDirectory="
                            + folder
                            + " -Dcumulus.statusUrl=https://…\nIf there is none, begin anew with the export goal"
                            + " and -Dcumulus.restart=true.");
        }

        @Test
        @DisplayName("what is given again, and was fixed by the kick-off, is named")
        void ignored() throws Exception {
            paused().execute();
            done();
            ResumeMojo resume = Goals.resume(log, folder);
            resume.compress = true;

            resume.execute();

            assertThat(log.warnings())
                    .contains("WARN What is exported was fixed by the kick-off; not looked at: compress.");
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("a job that is taken over has no folder that knows: what is said of files counts")
        void compressedTakeOver() throws Exception {
            ResumeMojo resume = Goals.resume(log, folder);
            resume.resume = server.url("/jobs/1").toString();
            resume.fhirUrl = server.url("/fhir").toString();
            resume.compress = true;

            resume.execute();

            assertThat(log.warnings()).noneMatch(line -> line.contains("not looked at"));
            assertThat(folder.resolve("Patient.000.ndjson.gz")).exists();
        }

        @Test
        @DisplayName("percent signs that encode nothing are no fault of ours")
        void malformedEncoding() {
            ResumeMojo resume = Goals.resume(log, folder);
            resume.resume = "https%3A//me:s3cret%40x/%zz";
            resume.fhirUrl = "https://ehr.example/fhir";

            assertThat(failure(resume)).hasMessageStartingWith("<resume> is not a URL: it has a percent sign");
        }

        @ParameterizedTest
        @ValueSource(strings = {"jobs/1", "http://ehr.example/jobs/1", "ftp://ehr.example/1", "https://e x"})
        @DisplayName("what is no status URL is refused")
        void noUrl(String url) {
            ResumeMojo resume = Goals.resume(log, folder);
            resume.resume = url;
            resume.fhirUrl = "https://ehr.example/fhir";

            assertThat(failure(resume)).hasMessageStartingWith("<resume> '");
            assertThat(folder).doesNotExist();
        }

        @Test
        @DisplayName("says that what was asked for is not changed")
        void fixed() throws Exception {
            paused().execute();
            done();
            ResumeMojo resume = Goals.resume(log, folder);
            resume.fhirUrl = server.url("/elsewhere").toString();

            resume.execute();

            assertThat(log.lines())
                    .contains("WARN What is exported was fixed by the kick-off; not looked at: fhirUrl.");
        }
    }

    @Nested
    class Status {
        @Test
        @DisplayName("tells what the folder knows and what the server says, and changes nothing")
        void atWorkStill() throws Exception {
            pauseAtWork();
            byte[] before = Files.readAllBytes(folder.resolve("export.json"));
            RecordingLog shown = new RecordingLog();

            Goals.status(shown, folder).execute();

            assertThat(shown.lines())
                    .contains("INFO Export of " + server.url("/fhir") + " into " + folder)
                    .anyMatch(line -> line.matches("INFO   kicked off at .*, .* ago"))
                    .contains("INFO Here: the server was at work when last asked (50%)")
                    .contains("INFO Server: at work (50%), to be asked again in 1 s");
            assertThat(Files.readAllBytes(folder.resolve("export.json"))).isEqualTo(before);
        }

        @Test
        @DisplayName("of a finished export, the server is not asked any more")
        void finished() throws Exception {
            Goals.export(log, server.url("/fhir"), folder).execute();
            int asked = server.requests().size();
            RecordingLog shown = new RecordingLog();

            Goals.status(shown, folder).execute();

            assertThat(shown.lines())
                    .anyMatch(line -> line.matches("INFO Here: finished at [0-9T:-]{19}Z, 1 of 1 file whole, .*"))
                    .endsWith(
                            "INFO Next: To make the tables:",
                            "INFO   mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:etl -Dcumulus.input="
                                    + folder);
            assertThat(server.requests()).hasSize(asked);
        }

        @Test
        @DisplayName("counts half files, and what has its name but is not noted yet, and says how it goes on")
        void half() throws Exception {
            StringBuilder output = new StringBuilder("{\"type\":\"Patient\",\"url\":\"BASE/files/p\",\"count\":1}");
            for (int number = 1; number < 4; number++) {
                output.append(",{\"type\":\"Patient\",\"url\":\"BASE/files/refused")
                        .append(number)
                        .append("\",\"count\":333}");
                server.on("GET /files/refused" + number, 501, "");
            }
            server.on(
                    "GET /jobs/1",
                    200,
                    "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":[" + output
                            + "],\"error\":[]}");
            ExportMojo export = Goals.export(log, server.url("/fhir"), folder);
            assertThatThrownBy(export::execute).hasMessageContaining("HTTP 501");
            Files.write(folder.resolve("Patient.001.ndjson"), new byte[1_000_000]);
            Files.write(folder.resolve("Patient.002.ndjson.part"), new byte[300_000]);
            Files.writeString(folder.resolve("Patient.002.ndjson.part.json"), "{}");
            Files.write(folder.resolve("Patient.003.ndjson.part"), new byte[400_000]);
            atWork();
            RecordingLog shown = new RecordingLog();

            Goals.status(shown, folder).execute();

            assertThat(shown.lines())
                    .anyMatch(line -> line.matches("INFO   kicked off at [0-9T:-]{19}Z, \\d+ s ago"))
                    .contains("INFO Here: 2 of 4 files whole, 1.0 MB, 33 % of 1,000 resources; 2 files half, 700.0 kB")
                    .endsWith(
                            "INFO Next: If no run is at work on it, resume it:",
                            "INFO   mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:resume"
                                    + " -Dcumulus.exportDirectory=" + folder);
        }

        @Test
        @DisplayName("is an answer, and is printed under -q, too")
        void quiet() throws Exception {
            paused().execute();
            RecordingLog shown = new RecordingLog(true);
            StatusMojo status = Goals.status(shown, folder);
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            status.out = new PrintStream(printed, false, StandardCharsets.UTF_8);

            status.execute();

            assertThat(shown.lines()).isEmpty();
            assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                    .contains("Export of " + server.url("/fhir") + " into " + folder)
                    .contains("Server: at work (50%), to be asked again in 1 s");
        }

        @Test
        @DisplayName("of a job that the server has forgotten, says how to ask for what is missing")
        void forgotten() throws Exception {
            paused().execute();
            server.on("GET /jobs/1", 404, "");
            RecordingLog shown = new RecordingLog();

            Goals.status(shown, folder).execute();

            assertThat(shown.lines())
                    .endsWith(
                            "INFO Next: To ask anew for what is missing, and keep what is whole:",
                            "INFO   mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:resume"
                                    + " -Dcumulus.exportDirectory=" + folder + " -Dcumulus.restartExpired=true");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "401|HTTP 401. It wants an access token: name a <serverId>, or <smartClientId> and <smartJwks>.",
                    "403|HTTP 403. The client lacks a scope or the right to this export: ask",
                    "500|HTTP 500. Try again later; if it stays so, ask",
                    "200|HTTP 200. That is no answer of an export's status URL: check the URL, and ask"
                })
        @DisplayName("a status that cannot be had is a failure, after what the folder knows")
        void refused(int answer, String words) throws Exception {
            pauseAtWork();
            server.on("GET /jobs/1", answer, "");
            RecordingLog shown = new RecordingLog();

            assertThat(failure(Goals.status(shown, folder)))
                    .hasMessage("The server refused: GET " + server.url("/jobs/1") + ": " + words
                            + (answer == 401 ? "" : " the server's administrators."));
            assertThat(shown.lines()).contains("INFO Here: the server was at work when last asked (50%)");
        }

        @Test
        @DisplayName("by a URL alone")
        void byUrl() throws Exception {
            server.on("GET /jobs/1", 404, "");
            StatusMojo status = Goals.status(log, folder);
            status.statusUrl = server.url("/jobs/1").toString();
            status.fhirUrl = server.url("/fhir").toString();

            status.execute();

            assertThat(log.lines()).contains("INFO Server: does not know the job, or not any more");
            assertThat(folder).doesNotExist();
        }

        @Test
        @DisplayName("of a folder without an export")
        void nothing() {
            assertThat(failure(Goals.status(log, folder))).hasMessageContaining("there is no export.json");
        }
    }

    @Nested
    class Cancel {
        @Test
        @DisplayName("DL-01 gives the job up, says so in the folder, and keeps the files")
        void cancels() throws Exception {
            paused().execute();
            RecordingLog shown = new RecordingLog();

            Goals.cancel(shown, folder).execute();

            assertThat(server.requests()).contains("DELETE /jobs/1");
            assertThat(shown.lines())
                    .anyMatch(line -> line.matches("INFO Cancelled at .*: the server was told\\. What came stays in "
                            + folder + " \\(0 of 0 files whole, 0 B\\)\\."));
            assertThat(failure(Goals.resume(log, folder)))
                    .hasMessageStartingWith("The export in " + folder + " was cancelled, at ");
            ExportMojo again = Goals.export(log, server.url("/fhir"), folder);
            again.restart = true;
            done();
            again.execute();
            assertThat(folder.resolve("Patient.000.ndjson")).exists();
        }

        @Test
        @DisplayName("DL-02 a server that does not know the job may keep copies of patients' data, and that is said")
        void unknownToServer() throws Exception {
            paused().execute();
            server.on("DELETE /jobs/1", 404, "");
            RecordingLog shown = new RecordingLog();

            Goals.cancel(shown, folder).execute();

            assertThat(shown.warnings()).containsExactly("WARN " + ExportConsole.NOT_KNOWN_ANY_MORE);
        }

        @Test
        @DisplayName(
                "DL-02 what a server says with a 5xx to the cancellation is in the log, and the job stays the folder's")
        void serverFails() throws Exception {
            paused().execute();
            server.on("DELETE /jobs/1", 501, "cancelling is a feature of version 9");

            assertThat(failure(Goals.cancel(log, folder)))
                    .hasMessageContaining("does not offer this request")
                    .hasMessageNotContaining("version 9");
            assertThat(Files.readString(folder.resolve("log.ndjson")))
                    .contains("\"eventId\":\"delete_error\"")
                    .contains("cancelling is a feature of version 9");
        }

        @Test
        @DisplayName("while a run works: which process to stop first")
        void inUse() throws Exception {
            paused().execute();
            try (ExportFolder other = ExportFolder.take(folder)) {
                long process = ProcessHandle.current().pid();
                assertThat(failure(Goals.cancel(log, other.path())))
                        .hasMessage("Another run (process " + process + ") works in " + folder + ". Stop that one first"
                                + " (Ctrl-C where it runs, or end the process), then cancel.");
            }
            assertThat(server.requests()).doesNotContain("DELETE /jobs/1");
        }

        @Test
        @DisplayName("DL-01 an earlier job that restart cannot cancel: where it is, and how to cancel it later")
        void leftBehind() throws Exception {
            paused().execute();
            done();
            server.on("DELETE /jobs/1", 403, "");
            ExportMojo again = Goals.export(log, server.url("/fhir"), folder);
            again.restart = true;

            again.execute();

            assertThat(log.warnings())
                    .contains("WARN The earlier job could not be cancelled: DELETE " + server.url("/jobs/1")
                            + ": HTTP 403. It may still run; to cancel it later:")
                    .contains("WARN   mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:cancel -Dcumulus.statusUrl="
                            + server.url("/jobs/1") + " -Dcumulus.fhirUrl=" + server.url("/fhir"));
        }

        @Test
        @DisplayName("by a URL alone")
        void byUrl() throws Exception {
            CancelMojo cancel = Goals.cancel(log, folder);
            cancel.statusUrl = server.url("/jobs/1").toString();
            cancel.fhirUrl = server.url("/fhir").toString();

            cancel.execute();

            assertThat(server.requests()).containsSequence(List.of("DELETE /jobs/1"));
            assertThat(log.lines()).contains("INFO Cancelled: " + server.url("/jobs/1"));
        }
    }

    @Test
    @DisplayName("ETL-completion: the ETL sees in an export's own record what it was limited to")
    void limitedExport() throws Exception {
        ExportMojo export = Goals.export(log, server.url("/fhir"), temp.resolve("input"));
        export.types = List.of("Patient");
        export.typeFilters = List.of("Patient?identifier=urn:mrn|12345678");
        export.execute();
        EtlMojo etl = Goals.etl(log, temp);
        etl.allowMissingResources = true;

        etl.execute();

        assertThat(log.lines())
                .contains("WARN patient is not called complete: the export was limited by a _typeFilter"
                        + " (Patient?identifier).")
                .contains("WARN encounter is not called complete: the export was not asked for it.");
        try (Stream<Path> written = Files.walk(temp.resolve("output"))) {
            assertThat(written.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file).content().doesNotContain("12345678"));
        }
    }
}
