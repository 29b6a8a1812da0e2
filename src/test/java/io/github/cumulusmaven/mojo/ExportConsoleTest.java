package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportJob;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.ExportWarning;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.bulk.KickOffAnswer;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.Refusals;
import io.github.cumulusmaven.progress.LineProgress;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportConsoleTest {
    private static final URI STATUS_URL = URI.create("https://ehr.example/fhir/jobs/17?sig=0815");
    private static final URI FILE_URL = URI.create("https://s3.example/p?X-Amz-Signature=0815");
    private static final Path FOLDER = Path.of("/data/export");

    private final RecordingLog log = new RecordingLog();
    private Instant now = Instant.parse("2026-03-04T05:06:07Z");
    private Runnable tick = () -> {};
    private final Progress progress = new LineProgress(log::info, Duration.ofSeconds(30), (interval, task) -> {
        tick = task;
        return () -> {};
    });
    private final ExportConsole console = console("mvn resume -Dcumulus.exportDirectory=/data/export");

    private ExportConsole console(String resumeCommand) {
        return new ExportConsole(
                log,
                progress,
                () -> now,
                new ExportConsole.Commands(resumeCommand, new CommandLine("mvn cancel", false)),
                "/home/me/.cumulus");
    }

    private static ExportJob job() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("_type", "Patient,Encounter");
        parameters.put("_since", "2026-01-01T00:00:00Z");
        return new ExportJob(
                new ExportRequest(
                        "id", "https://ehr.example/fhir/Group/1", parameters, false, "2026-03-04T05:06:07.123Z"),
                STATUS_URL);
    }

    private static KickOffAnswer answer() {
        return new KickOffAnswer(
                URI.create("https://ehr.example/fhir/Group/1/$export"),
                202,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                "",
                Refusals.of("GET", URI.create("https://ehr.example/fhir/Group/1/$export"), 202),
                FhirJson.mapper()::createObjectNode);
    }

    private static FileState file(String path, FileState.Kind kind, String type, @Nullable Proof proof) {
        return new FileState(
                path, kind, type, "https://s3.example/p", proof == null ? 1000L : proof.resources(), proof);
    }

    private static FileState patients(@Nullable Proof proof) {
        return file("Patient.000.ndjson", FileState.Kind.OUTPUT, "Patient", proof);
    }

    private static FileState encounters(@Nullable Proof proof) {
        return file("Encounter.000.ndjson", FileState.Kind.OUTPUT, "Encounter", proof);
    }

    private static Proof proof(long resources, long bytes) {
        return new Proof(resources, bytes, "00");
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    @DisplayName("ST-01 a status URL whose job is named in the query is shown so that another run can be given it")
    void jobInTheQuery() {
        ExportJob job =
                new ExportJob(job().request(), URI.create("https://ehr.example/$bulkdata-status?job=b6p8t3yW&x=1"));

        console.accepted(job, answer());
        console.adopted(job);
        console.resumed(job, new ExportState.Accepted(job));

        assertThat(log.lines().stream().filter(line -> line.contains("status URL")))
                .hasSize(3)
                .containsOnly("INFO   status URL: https://ehr.example/$bulkdata-status?job=b6p8t3yW&x=REDACTED");
    }

    @Test
    @DisplayName("an export as a user sees it, in a log")
    void typical() {
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.of("cumulus-2026"));
        console.client(
                new ClientCredentials("4f0c6a52", key),
                URI.create("https://ehr.example/oauth2/token"),
                URI.create("https://ehr.example/fhir"));
        console.accepted(job(), answer());
        console.working("", "120", Duration.ofSeconds(120));
        pass(Duration.ofSeconds(30));
        tick.run();
        console.retrying(
                "status request",
                1,
                0,
                new IOException("GET https://ehr.example/fhir/jobs/17: HTTP 503"),
                Duration.ofSeconds(4));
        console.working("42% of patients", "120", Duration.ofSeconds(120));
        pass(Duration.ofSeconds(60));
        tick.run();
        console.manifestRead("2026-03-04T05:00:00Z", List.of(patients(null), encounters(null)), 1);
        console.received(15_000_000);
        console.resourcesReceived(1000);
        console.downloaded(patients(proof(1000, 15_000_000)), FILE_URL);
        pass(Duration.ofSeconds(30));
        tick.run();
        console.retrying(
                "Encounter.000.ndjson",
                1,
                8,
                new IOException("GET https://s3.example/p: connection lost"),
                Duration.ofSeconds(1));
        console.jobDeleted(true);
        console.summary(
                new ExportSummary(
                        "2026-03-04T05:00:00Z",
                        List.of(
                                patients(proof(1000, 15_000_000)),
                                file("Patient.001.ndjson", FileState.Kind.OUTPUT, "Patient", proof(24, 1234)),
                                encounters(proof(123_456, 9_876_543_210L)),
                                file("deleted/Bundle.000.ndjson", FileState.Kind.DELETED, "Bundle", proof(3, 300)),
                                file(
                                        "error/OperationOutcome.000.ndjson",
                                        FileState.Kind.ERROR,
                                        "OperationOutcome",
                                        proof(13, 99))),
                        List.of(
                                new IssueCount(Severity.ERROR, "processing", 1200),
                                new IssueCount(Severity.INFORMATION, "informational", 12)),
                        Duration.ofSeconds(3725)),
                FOLDER);

        assertThat(String.join("\n", log.lines()))
                .isEqualTo(
                        """
                        INFO As client 4f0c6a52 with key cumulus-2026 (ES384), tokens from https://ehr.example/oauth2/token
                        INFO Export of https://ehr.example/fhir/Group/1 kicked off at 2026-03-04T05:06:07Z
                        INFO   _type = Patient,Encounter
                        INFO   _since = 2026-01-01T00:00:00Z
                        INFO   status URL: https://ehr.example/fhir/jobs/17?sig=REDACTED
                        INFO   if this run ends early: mvn resume -Dcumulus.exportDirectory=/data/export
                        INFO The server is at work; asking again in 2 min 00 s, and so on
                        INFO Server: at work, 29 s after the kick-off, asked again in 1 min 30 s
                        WARN status request, attempt 1: GET https://ehr.example/fhir/jobs/17: HTTP 503; again in 4 s
                        INFO Server: 42% of patients, 1 min 29 s after the kick-off, asked again in 1 min 00 s
                        INFO The server is done: 2 files, 2,000 resources announced, data as of 2026-03-04T05:00:00Z
                        INFO Downloaded 50 %, 30 s left, 1,000 of 2,000 resources, after 30 s, 1 of 2 files, 15.0 MB, 500.0 kB/s
                        WARN Encounter.000.ndjson, attempt 1 of 8: GET https://s3.example/p: connection lost; again in 1 s
                        INFO The server was told that its copies may be deleted
                        INFO\s
                        INFO Type                         Files     Resources      Bytes
                        INFO Encounter                        1       123,456     9.9 GB
                        INFO Patient                          2         1,024    15.0 MB
                        INFO deleted/Bundle                   1             3      300 B
                        INFO error/OperationOutcome           1            13       99 B
                        INFO total                            5       124,496     9.9 GB
                        INFO\s
                        WARN The server reports 1,200 × error processing (see error/)
                        INFO The server reports 12 × information informational (see error/)
                        INFO In /data/export, after 1 h 02 min""");
    }

    @Test
    @DisplayName("a resumed export says what it goes on with, and counts what is there already")
    void resumed() {
        List<FileState> files = List.of(patients(proof(1000, 5_000_000)), encounters(null));
        console.resumed(job(), new ExportState.Downloading(job(), List.of(), files, null));
        console.manifestRead("", List.of(patients(null), encounters(null)), 1);
        tick.run();

        assertThat(log.lines())
                .containsExactly(
                        "INFO Resuming the export of https://ehr.example/fhir/Group/1, kicked off at 2026-03-04T05:06:07Z",
                        "INFO   _type = Patient,Encounter",
                        "INFO   _since = 2026-01-01T00:00:00Z",
                        "INFO   status URL: https://ehr.example/fhir/jobs/17?sig=REDACTED",
                        "INFO The server is done: 2 files, 2,000 resources announced",
                        "INFO Downloaded 50 %, 1,000 of 2,000 resources, after 0 s, 1 of 2 files, 0 B, 0 B/s");
    }

    @Test
    @DisplayName("what an earlier run has brought is part of the whole, and not of the speed")
    void timeLeftAfterResumption() {
        List<FileState> files = List.of(patients(proof(1000, 5_000_000)), encounters(null));
        console.resumed(job(), new ExportState.Downloading(job(), List.of(), files, null));
        console.manifestRead("", List.of(patients(null), encounters(null)), 1);
        console.resourcesReceived(250);
        pass(Duration.ofSeconds(100));
        tick.run();

        assertThat(log.lines())
                .last()
                .asString()
                .startsWith("INFO Downloaded 62 %, 5 min 00 s left, 1,250 of 2,000 resources, after 1 min 40 s, ");
    }

    @Test
    @DisplayName("where the manifest counts no resources, files are what is known")
    void withoutCounts() {
        FileState uncounted =
                new FileState("A.000.ndjson", FileState.Kind.OUTPUT, "A", "https://s3.example", null, null);
        console.manifestRead("", List.of(uncounted, patients(null), encounters(null), patients(null)), 1);
        console.resourcesReceived(250);
        console.downloaded(uncounted, FILE_URL);
        pass(Duration.ofSeconds(10));
        tick.run();
        console.manifestRead("", List.of(), 1);
        tick.run();

        assertThat(log.lines())
                .contains(
                        "INFO Downloaded 25 %, 30 s left, 250 of 3,000 resources, after 10 s, 1 of 4 files, 0 B, 0 B/s",
                        "INFO Downloaded 250 resources, after 0 s, 1 of 0 files, 0 B, 0 B/s");
    }

    @Test
    @DisplayName("an outage of all downloads is one warning, however often each is tried again, and has an end")
    void outage() {
        console.manifestRead("", List.of(patients(null), encounters(null)), 1);
        for (int attempt = 1; attempt <= 5; attempt++) {
            for (int file = 0; file < 5; file++) {
                console.retrying(
                        "Patient.00" + file + ".ndjson",
                        attempt,
                        10,
                        new IOException("no connection"),
                        Duration.ofSeconds(9));
                console.received(1024);
            }
            pass(Duration.ofSeconds(attempt == 5 ? 0 : 10));
        }
        tick.run();
        pass(Duration.ofSeconds(2));
        console.received(1024);
        console.received(1024);

        assertThat(log.lines())
                .filteredOn(line -> !line.contains("The server is done"))
                .hasSize(3)
                .startsWith("WARN Patient.000.ndjson, attempt 1 of 10: no connection; again in 9 s")
                .endsWith("INFO It goes on, after 42 s and 25 failed attempts")
                .element(1)
                .asString()
                .startsWith("INFO Nothing came for 40 s, 25 failed attempts, Downloaded 0 %, ");
    }

    @Test
    @DisplayName("nor is there a warning for each file that an outage costs")
    void givenUpInAnOutage() {
        for (int file = 0; file < 5; file++) {
            console.retrying(
                    "Patient.00" + file + ".ndjson", 1, 10, new IOException("no connection"), Duration.ofSeconds(1));
        }
        console.downloadFailed(patients(null), FILE_URL, new IOException());
        console.downloadFailed(encounters(null), FILE_URL, new IOException());

        assertThat(log.lines())
                .containsExactly(
                        "WARN Patient.000.ndjson, attempt 1 of 10: no connection; again in 1 s",
                        "WARN Gave up Patient.000.ndjson: java.io.IOException");
    }

    @Test
    @DisplayName("failures with something in between are different ones")
    void failuresOfTheirOwn() {
        console.retrying("Patient.000.ndjson", 1, 10, new IOException("stalled body"), Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        console.received(1024);
        console.retrying("Patient.001.ndjson", 1, 10, new IOException("connection lost"), Duration.ofSeconds(1));

        assertThat(log.lines())
                .containsExactly(
                        "WARN Patient.000.ndjson, attempt 1 of 10: stalled body; again in 1 s",
                        "WARN Patient.001.ndjson, attempt 1 of 10: connection lost; again in 1 s");
    }

    @Test
    @DisplayName("a kick-off that is tried again and again is shown as long as it lasts")
    void kickOffTriedAgain() {
        console.retrying("kick-off", 1, 5, new IOException("HTTP 503"), Duration.ofSeconds(60));
        pass(Duration.ofSeconds(60));
        console.retrying("kick-off", 2, 5, new IOException("HTTP 503"), Duration.ofSeconds(60));
        pass(Duration.ofSeconds(30));
        tick.run();
        console.accepted(job(), answer());
        tick.run();

        assertThat(log.lines())
                .startsWith(
                        "WARN kick-off, attempt 1 of 5: HTTP 503; again in 1 min 00 s",
                        "INFO Nothing came for 1 min 30 s, 2 failed attempts",
                        "INFO It goes on, after 1 min 30 s and 2 failed attempts")
                .filteredOn(line -> line.contains("Nothing came"))
                .hasSize(1);
    }

    @Test
    @DisplayName("of a server that is always in trouble, less and less is told")
    void alwaysInTrouble() {
        for (int minute = 0; minute < 24 * 60; minute++) {
            console.retrying("status request", 1, 0, new IOException("HTTP 503"), Duration.ofSeconds(4));
            pass(Duration.ofSeconds(60));
            console.working("", "", Duration.ofSeconds(1));
        }

        assertThat(log.warnings()).hasSizeBetween(10, 70);
    }

    @Test
    @DisplayName("a server that ends with the goal cannot be resumed, so nobody is told how")
    void withoutResumption() {
        console("").accepted(job(), answer());

        assertThat(log.lines()).hasSize(4).noneMatch(line -> line.contains("ends early"));
    }

    @Test
    void withoutClient() {
        console.withoutClient();

        assertThat(log.lines()).containsExactly("INFO Without authorization: no SMART client is configured");
    }

    @Test
    @DisplayName("what went wrong and stopped nothing is a warning")
    void warnings() {
        console.downloadFailed(
                patients(null),
                FILE_URL,
                new HttpFailure(HttpFailure.Kind.STALLED, "GET", URI.create("https://s3.example/p")));
        console.downloadFailed(patients(null), FILE_URL, new IllegalStateException("Patient Smith"));
        console.jobNotDeleted(new IOException("DELETE https://ehr.example/fhir/jobs/17: HTTP 500"));
        console.warned(ExportWarning.DOWNLOAD_NOT_STOPPED, List.of());

        assertThat(log.lines())
                .containsExactly(
                        "WARN Gave up Patient.000.ndjson: GET https://s3.example/p: stalled body",
                        "WARN Gave up Patient.000.ndjson: java.lang.IllegalStateException",
                        "WARN The server could not be told to delete its copies: DELETE"
                                + " https://ehr.example/fhir/jobs/17: HTTP 500. They stay until it deletes them by itself.",
                        "WARN a download does not stop; its .part file may stay behind");
    }

    @Test
    @DisplayName("DL-02 a server that does not know a finished job may keep its copies, and that is said")
    void copiesMayStay() {
        console.jobDeleted(false);

        assertThat(log.lines())
                .containsExactly(
                        "WARN The server answered the request to delete its copies with \"not found\": it may have"
                                + " deleted them already, or may keep these patients' data until they expire. Its administrators"
                                + " know.");
    }

    @Test
    @DisplayName("what an export ends without, and what it holds of other types, is named")
    void exceptions() {
        FileState odd = new FileState(
                "Goal.000.ndjson",
                FileState.Kind.OUTPUT,
                "Goal",
                "https://s3.example",
                2L,
                new FileState.Proof(3, 9, "ab", Map.of("OperationOutcome", 1L)));
        FileState lost = new FileState(
                "Flag.000.ndjson", FileState.Kind.OUTPUT, "Flag", "https://s3.example", 2L, null, "HTTP 403");
        FileState report = new FileState(
                "error/OperationOutcome.000.ndjson",
                FileState.Kind.ERROR,
                "OperationOutcome",
                "https://s3.example",
                null,
                null,
                "HTTP 404");

        console.summary(new ExportSummary("", List.of(odd, lost, report), List.of(), Duration.ZERO), FOLDER);

        assertThat(log.warnings())
                .containsExactly(
                        "WARN Goal.000.ndjson holds 3 resources, the manifest announces 2; accepted",
                        "WARN Flag.000.ndjson is missing (HTTP 403)",
                        "WARN error/OperationOutcome.000.ndjson is missing (HTTP 404): what the server reports there of the"
                                + " export is not known",
                        "WARN 1 OperationOutcome resource in files that the manifest announces as another type; the table"
                                + " above counts the files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true | https://ehr.example/fhir/Group/g1 | the group g1 may have no members, or may not exist: servers do not"
                        + " always say so; or the client's scopes may not cover any data.",
                "true | https://ehr.example/fhir?_type=Goal&_since=2026-01-01T00:00:00Z | nothing may have changed since"
                        + " 2026-01-01T00:00:00Z; or the client's scopes may not cover the types asked for.",
                "true | https://ehr.example/fhir?_type=Goal&_typeFilter=Goal%3Fx%3Dy | no resource may match the typeFilters; or"
                        + " the client's scopes may not cover the types asked for.",
                "false | https://ehr.example/fhir | the server may not give any data without authorization (serverId, or"
                        + " smartClientId and smartJwks).",
            })
    @DisplayName("MF-11 an export of nothing has a likely reason")
    void nothing(boolean withClient, String url, String reason) throws Exception {
        ExportTarget target = ExportTarget.parse(url);
        console.empty(
                new ExportConfig(
                        target,
                        ExportParameters.of(ExportParameters.Wishes.NONE, target.query()),
                        FOLDER,
                        1,
                        false,
                        Patience.DEFAULT,
                        Validation.LINES,
                        false),
                withClient);

        assertThat(log.lines()).containsExactly("WARN The export holds no resources: " + reason);
    }

    @Test
    @DisplayName("that a run which stops cuts its downloads off is no news of its own")
    void stopped() {
        console.downloadFailed(patients(null), FILE_URL, new ClosedByInterruptException());
        console.downloadFailed(patients(null), FILE_URL, new InterruptedIOException());
        console.downloadFailed(patients(null), FILE_URL, new InterruptedException());

        assertThat(log.lines()).isEmpty();
    }

    @Test
    @DisplayName("a failure without a word of its own is named")
    void wordless() {
        console.downloadFailed(patients(null), FILE_URL, new IOException());

        assertThat(log.lines()).containsExactly("WARN Gave up Patient.000.ndjson: java.io.IOException");
    }

    @Test
    @DisplayName("one file is no files")
    void singular() {
        console.manifestRead("", List.of(file("A", FileState.Kind.OUTPUT, "A", null)), 1);
        console.manifestRead(
                "", List.of(new FileState("A", FileState.Kind.OUTPUT, "A", "https://s3.example", null, null)), 1);

        assertThat(log.lines())
                .containsExactly(
                        "INFO The server is done: 1 file, 1,000 resources announced",
                        "INFO The server is done: 1 file");
    }

    @Test
    @DisplayName("each warning in words")
    void eachWarning() {
        Map<ExportWarning, List<Object>> warnings = new EnumMap<>(ExportWarning.class);
        warnings.put(ExportWarning.NOT_UTF8, List.of("Patient.000.ndjson", 7L));
        warnings.put(ExportWarning.FAULT_IN_LOG, List.of(Path.of("log.ndjson")));
        warnings.put(ExportWarning.IRREGULAR_KICK_OFF, List.of(200));
        warnings.put(ExportWarning.UNFINISHED_BESIDE, List.of("https://h/fhir", Path.of("other")));
        warnings.put(
                ExportWarning.ASKED_ANEW, List.of(new IOException("GET https://h/1: HTTP 404"), List.of("Patient")));
        warnings.put(ExportWarning.FILE_GONE, List.of("Patient.000.ndjson"));
        warnings.put(ExportWarning.NO_TRANSACTION_TIME, List.of());
        warnings.put(ExportWarning.LATER_TIME, List.of("2026-01-01", "2026-01-02"));
        warnings.put(ExportWarning.STATE_LAGS_BEHIND, List.of(new IOException("No space left on device")));

        warnings.forEach(console::warned);
        console.warned(ExportWarning.ASKED_ANEW, List.of(new IOException("gone"), List.of()));

        assertThat(log.lines())
                .containsExactly(
                        "WARN Patient.000.ndjson is not UTF-8, first in line 7: it is kept as it came, and some characters"
                                + " in it will not be read right; ask the server's administrators",
                        "WARN what the server says of it is in log.ndjson",
                        "WARN the server answered the kick-off with HTTP 200, not with 202 and a Content-Location; the URL"
                                + " that it named is taken for the status URL",
                        "WARN an unfinished export of https://h/fhir is in other: the server may be waiting for that one;"
                                + " resume it, or cancel it",
                        "WARN the server does not have the export any more (GET https://h/1: HTTP 404); asking anew for"
                                + " Patient",
                        "WARN Patient.000.ndjson is not there any more as it was brought; it is asked for again",
                        "WARN the manifest has no transactionTime that can be read: no later export can begin where this one"
                                + " ends",
                        "WARN the manifest was as of 2026-01-01 before, and is as of 2026-01-02 now: the export counts as of"
                                + " the earlier time",
                        "WARN export.json lags behind: No space left on device",
                        "WARN the server does not have the export any more (gone); asking anew for all types");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "\r", "\n", "\u0000", "\u009b", "\u202e", "\u2028"})
    @DisplayName("ST-05 a server's words move no cursor and begin no line")
    void controlCharacters(String control) {
        String hostile = "one" + control + "two";
        console.working(hostile, hostile, Duration.ofSeconds(1));
        tick.run();
        console.retrying("status request", 1, 3, new IOException(hostile), Duration.ofSeconds(1));
        console.manifestRead(hostile, List.of(patients(null)), 1);
        console.jobNotDeleted(new IOException(hostile));
        console.warned(ExportWarning.FILE_GONE, List.of(hostile));

        assertThat(log.lines())
                .hasSize(6)
                .noneMatch(line -> line.contains(control))
                .filteredOn(line -> line.contains("one") && line.contains("two"))
                .hasSize(5);
    }

    @Test
    @DisplayName("nor show a token that the server quotes")
    void token() {
        console.working("denied for eyJhbGciOi.eyJpc3MiOi.c2ln", "", Duration.ofSeconds(1));
        tick.run();

        assertThat(log.lines())
                .anyMatch(line -> line.contains("denied for [JWT]"))
                .noneMatch(line -> line.contains("eyJ"));
    }

    @Test
    @DisplayName("ST-05 nor do they fill the screen")
    void endless() {
        console.working("x".repeat(5000), "", Duration.ofSeconds(1));
        tick.run();
        console.manifestRead("y".repeat(5000), List.of(), 1);

        assertThat(log.lines()).hasSize(3).allMatch(line -> line.length() < 200);
    }
}
