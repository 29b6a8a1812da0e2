package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.Refusals;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportLogTest {
    private static final String HEAD =
            "{\"exportId\":\"a91b2fe025168cd45ca7\",\"timestamp\":\"2026-11-23T04:09:52+00:00\",\"eventId\":";
    private static final URI FILE = URI.create("https://h/f/2.Patient.ndjson?X-Amz-Signature=s3cret");
    private static final String SHOWN = "https://h/f/2.Patient.ndjson?X-Amz-Signature=REDACTED";

    @TempDir
    private Path folder;

    private final Secrets secrets = new Secrets();
    private Path file;
    private ExportLog log;

    @BeforeEach
    void begin() {
        file = folder.resolve("log.ndjson");
        log = log("UTC");
    }

    private ExportLog log(String zone) {
        return new ExportLog(
                file, "a91b2fe025168cd45ca7", new HandClock("2026-11-23T04:09:52.987Z"), ZoneId.of(zone), secrets);
    }

    private void assertLine(String event, String detail) throws IOException {
        assertThat(Files.readString(file)).isEqualTo(HEAD + "\"" + event + "\",\"eventDetail\":" + detail + "}\n");
    }

    private static KickOffAnswer answer(int status, Map<String, List<String>> headers, String body) {
        return new KickOffAnswer(
                URI.create("https://h/fhir/Group/g1/$export?_type=Patient"),
                status,
                HttpHeaders.of(new TreeMap<>(headers), (name, value) -> true),
                body,
                Refusals.of("GET", URI.create("https://h/fhir/Group/g1/$export"), status),
                () -> FhirJson.parseObject(
                                "{\"software\":{\"name\":\"EHR\",\"version\":\"2.1.1\"},\"fhirVersion\":\"4.0.1\"}")
                        .orElseThrow());
    }

    private static ExportJob job() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("_type", "Patient,Condition");
        parameters.put("_since", "2024-01-01T00:00:00Z");
        return new ExportJob(
                new ExportRequest(
                        "a91b2fe025168cd45ca7", "https://h/fhir/Group/g1", parameters, false, "2026-11-23T04:09:50Z"),
                URI.create("https://h/status/1"));
    }

    private static FileState state(Kind kind, @Nullable String type, @Nullable Proof proof) {
        return new FileState("Patient.000.ndjson", kind, type, SHOWN, 38L, proof);
    }

    @Test
    @DisplayName("a log that is moved away while the export runs is made anew")
    void movedAway() throws IOException {
        log.finished("2026-11-23T04:00:00Z");
        Path before = Files.move(file, folder.resolve("log.1.ndjson"));

        log.finished("2026-11-23T04:00:00Z");

        assertLine("status_complete", "{\"transactionTime\":\"2026-11-23T04:00:00Z\"}");
        assertThat(before).hasSameTextualContentAs(file);
    }

    @Test
    @DisplayName(
            "a line after half a line that another writer has left stands alone, also where the log was open before")
    void halfALineMeanwhile() throws IOException {
        log.finished("2026-11-23T04:00:00Z");
        String line = Files.readString(file);
        log.close();
        Files.writeString(file, line + "{\"exportId\":");

        log.finished("2026-11-23T04:00:00Z");

        assertThat(file).hasContent(line + "{\"exportId\":\n" + line);
    }

    @Test
    @DisplayName("LG-01 LG-02 kickoff, accepted")
    void accepted() throws IOException {
        log.accepted(job(), answer(202, Map.of("Content-Location", List.of("https://h/status/1")), "ignored"));

        assertLine(
                "kickoff",
                "{\"exportUrl\":\"https://h/fhir/Group/g1/$export?_type=Patient\",\"errorCode\":null,\"errorBody\":null,"
                        + "\"softwareName\":\"EHR\",\"softwareVersion\":\"2.1.1\",\"softwareReleaseDate\":null,"
                        + "\"fhirVersion\":\"4.0.1\",\"requestParameters\":{\"_type\":\"Patient,Condition\","
                        + "\"_since\":\"2024-01-01T00:00:00Z\"},"
                        + "\"responseHeaders\":{\"content-location\":\"https://h/status/1\"},\"logVersion\":\"2\"}");
    }

    @Test
    @DisplayName("LG-02 kickoff, refused")
    void refused() throws IOException {
        KickOffAnswer answer =
                answer(400, Map.of(), "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\"}]}");

        log.refused(answer.exportUrl(), Map.of("_type", "Foo"), answer);

        assertLine(
                "kickoff",
                "{\"exportUrl\":\"https://h/fhir/Group/g1/$export?_type=Patient\",\"errorCode\":400,"
                        + "\"errorBody\":{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\"}]},"
                        + "\"softwareName\":\"EHR\",\"softwareVersion\":\"2.1.1\",\"softwareReleaseDate\":null,"
                        + "\"fhirVersion\":\"4.0.1\",\"requestParameters\":{\"_type\":\"Foo\"},"
                        + "\"responseHeaders\":{},\"logVersion\":\"2\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | Something broke! | \"errorCode\":500,\"errorBody\":\"Something broke!\"",
                "500 | ''               | \"errorCode\":500,\"errorBody\":\"\"",
                "200 | {\"resourceType\":\"Bundle\",\"entry\":[]} | \"errorCode\":200,\"errorBody\":null",
            })
    @DisplayName("LG-02 errorBody in any form, but never what may be resources")
    void errorBodies(int status, String body, String logged) throws IOException {
        KickOffAnswer answer = answer(status, Map.of(), body);

        log.refused(answer.exportUrl(), Map.of(), answer);

        assertThat(Files.readString(file)).contains(logged);
    }

    @Test
    @DisplayName("LG-02 an endless page is cut")
    void endlessPage() throws IOException {
        KickOffAnswer answer = answer(500, Map.of(), "x".repeat(1_000_000));

        log.refused(answer.exportUrl(), Map.of(), answer);

        assertThat(Files.size(file)).isLessThan(6000);
    }

    @Test
    @DisplayName("LG-04 no credential, cookie or signed query gets in")
    void secrets() throws IOException {
        log.accepted(
                job(),
                answer(
                        202,
                        Map.of(
                                "Set-Cookie", List.of("session=s3cret"),
                                "Authorization", List.of("Bearer s3cret"),
                                "WWW-Authenticate", List.of("Bearer s3cret"),
                                "Link", List.of("<https://h/a?x=1>", "<https://h/b?sig=s3cret>"),
                                "Content-Location", List.of("https://h/status?token=s3cret"),
                                "X-Request-Id", List.of("17")),
                        ""));
        log.downloading(state(Kind.OUTPUT, "Patient", null), FILE);
        log.downloaded(state(Kind.OUTPUT, "Patient", new Proof(1, 2, "ab")), FILE);
        log.downloadFailed(state(Kind.OUTPUT, "Patient", null), FILE, Refusals.of("GET", FILE, 403));

        assertThat(Files.readString(file))
                .doesNotContain("s3cret")
                .contains("\"x-request-id\":\"17\"", "\"content-location\":\"https://h/status?token=REDACTED\"", SHOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://h/fhir/$bulkdata-status?job=b6p8t3yW3vGnVsmbDJ8X3w",
                "/fhir/$bulkdata-status?job=b6p8t3yW3vGnVsmbDJ8X3w&tenant=a"
            })
    @DisplayName("LG-01 the job can be taken over by the log alone: its status URL is in it")
    void statusUrl(String location) throws IOException {
        log.accepted(job(), answer(202, Map.of("Content-Location", List.of(location)), ""));

        assertThat(Files.readString(file)).contains("\"content-location\":\"" + location + "\"");
        assertThat(LoggedJob.last(file).orElseThrow().statusUrl()).endsWith(location);
    }

    @Test
    @DisplayName("LG-04 a token in the status URL is replaced by value")
    void tokenInTheStatusUrl() throws IOException {
        secrets.addRenewed("op4que-t0ken-of-this-run");

        log.accepted(
                job(),
                answer(202, Map.of("Content-Location", List.of("https://h/s?job=op4que-t0ken-of-this-run")), ""));

        assertThat(Files.readString(file)).contains("https://h/s?job=[secret]").doesNotContain("op4que");
        assertThat(LoggedJob.last(file)).isEmpty();
    }

    @Test
    @DisplayName("LG-01 the time has the zone's offset, in whole seconds")
    void zone() throws IOException {
        log("America/New_York").finished(Exports.TIME);
        log("Asia/Kolkata").finished(Exports.TIME);

        assertThat(Files.readAllLines(file).get(0)).contains("\"timestamp\":\"2026-11-22T23:09:52-05:00\"");
        assertThat(Files.readAllLines(file).get(1)).contains("\"timestamp\":\"2026-11-23T09:39:52+05:30\"");
    }

    @Test
    @DisplayName("LG-02 status_progress, only when there is news")
    void progress() throws IOException {
        log.working("19% complete", "1", Duration.ofSeconds(1));
        log.working("19% complete", "1", Duration.ofSeconds(1));

        assertLine("status_progress", "{\"body\":\"\",\"xProgress\":\"19% complete\",\"retryAfter\":\"1\"}");
    }

    @Test
    @DisplayName("LG-02 status_error")
    void statusError() throws IOException {
        log.statusRefused(Refusals.of("GET", URI.create("https://h/status/1"), 400, "no such group"));

        assertLine(
                "status_error",
                "{\"body\":\"error processing: no such group\",\"code\":400,"
                        + "\"message\":\"GET https://h/status/1: HTTP 400 (error processing: no such group)\","
                        + "\"responseHeaders\":{}}");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T04:09:52+00:00,     2026-11-23T04:09:52+00:00",
        "2026-11-23T04:09:52.123Z,      2026-11-23T04:09:52.123Z",
        "1795407174966,                 2026-11-23T04:12:54.966+00:00",
    })
    @DisplayName("LG-03 status_complete, with the time as sent, unless readers could not read it")
    void complete(String sent, String logged) throws IOException {
        log.finished(sent);

        assertLine("status_complete", "{\"transactionTime\":\"" + logged + "\"}");
    }

    @Test
    @DisplayName("LG-02 status_page_complete")
    void page() throws IOException {
        log.pageRead(Exports.TIME, 20, 1, 2);

        assertLine(
                "status_page_complete",
                "{\"transactionTime\":\"" + Exports.TIME
                        + "\",\"outputFileCount\":20,\"deletedFileCount\":1,\"errorFileCount\":2}");
    }

    @Test
    @DisplayName("LG-02 manifest_complete")
    void manifest() throws IOException {
        log.manifestRead(
                Exports.TIME,
                List.of(
                        state(Kind.OUTPUT, "Patient", null),
                        state(Kind.OUTPUT, null, null),
                        state(Kind.DELETED, "Bundle", null)),
                2);

        assertLine(
                "manifest_complete",
                "{\"transactionTime\":\"" + Exports.TIME + "\",\"totalOutputFileCount\":2,"
                        + "\"totalDeletedFileCount\":1,\"totalErrorFileCount\":0,\"totalManifests\":2}");
    }

    @Test
    @DisplayName("LG-02 download_request")
    void request() throws IOException {
        log.downloading(state(Kind.DELETED, "Bundle", null), FILE);

        assertLine(
                "download_request",
                "{\"fileUrl\":\"" + SHOWN + "\",\"itemType\":\"deleted\",\"resourceType\":\"Bundle\"}");
    }

    @Test
    @DisplayName("LG-02 download_complete")
    void downloaded() throws IOException {
        log.downloaded(state(Kind.OUTPUT, "Patient", new Proof(38, 5_000_000_000L, "ab")), FILE);

        assertLine("download_complete", "{\"fileUrl\":\"" + SHOWN + "\",\"fileSize\":5000000000,\"resourceCount\":38}");
    }

    @Test
    @DisplayName("LG-02 download_error")
    void downloadError() throws IOException {
        log.downloadFailed(
                state(Kind.OUTPUT, "Patient", null), FILE, new DamagedFile(DamagedFile.Kind.ENDS_INSIDE_LINE));

        assertLine(
                "download_error",
                "{\"body\":null,\"code\":null,\"fileUrl\":\"" + SHOWN
                        + "\",\"message\":\"it ends in the middle of a line\"}");
    }

    @Test
    @DisplayName("LG-02 download_error with a status")
    void downloadRefused() throws IOException {
        log.downloadFailed(state(Kind.OUTPUT, "Patient", null), FILE, Refusals.of("GET", FILE, 410));

        assertLine(
                "download_error",
                "{\"body\":null,\"code\":410,\"fileUrl\":\"" + SHOWN + "\",\"message\":\"GET " + SHOWN
                        + ": HTTP 410\",\"responseHeaders\":{}}");
    }

    @Test
    @DisplayName("LG-02 export_complete")
    void exported() throws IOException {
        log.exported(new ExportSummary(
                Exports.TIME,
                List.of(
                        state(Kind.OUTPUT, "Patient", new Proof(38, 100, "ab")),
                        state(Kind.ERROR, "OperationOutcome", new Proof(1, 11, "cd"))),
                List.of(),
                Duration.ofMillis(24_444)));

        assertLine(
                "export_complete", "{\"files\":2,\"resources\":39,\"bytes\":111,\"attachments\":0,\"duration\":24444}");
    }

    @Test
    @DisplayName("LG-03 lines are added to what is there")
    void appends() throws IOException {
        Files.writeString(file, "{\"eventId\":\"kickoff\"}\n");

        log.finished(Exports.TIME);

        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("{\"eventId\":\"kickoff\"}");
    }

    @Test
    void itIsItsOwnersAlone() throws IOException {
        log.finished(Exports.TIME);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    @DisplayName("LG-01 lines of several threads stay whole")
    void threads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int line = 0; line < 400; line++) {
            threads.execute(() -> log.downloading(state(Kind.OUTPUT, "Patient", null), FILE));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readAllLines(file)).hasSize(400).allMatch(line -> FhirJson.parseObject(line)
                .isPresent());
    }

    @Test
    @DisplayName("LG-01 half a line that a killed run left stays alone: the next ones can be read")
    void halfALine() throws IOException {
        Files.writeString(file, HEAD + "\"status_prog");

        log.finished(Exports.TIME);
        log.finished(Exports.TIME);

        assertThat(Files.readAllLines(file)).hasSize(3).element(0).isEqualTo(HEAD + "\"status_prog");
        assertThat(Files.readAllLines(file).subList(1, 3))
                .allMatch(line -> FhirJson.parseObject(line).isPresent());
    }

    @Test
    void aLineThatCannotBeWrittenIsNotLostInSilence() throws IOException {
        Files.createDirectory(file);

        assertThatThrownBy(() -> log.finished(Exports.TIME)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    @Timeout(60)
    @DisplayName("LG-01 memory: an endless line is passed over when a log is gone on with")
    void endlessLine() throws IOException {
        log.adopted(job());
        Attacks.endlessLine(file, "");

        log.resumed(job(), new ExportState.Accepted(job()));

        assertThat(Files.size(file)).isGreaterThan(700L * 1024 * 1024);
        try (FileChannel tail = FileChannel.open(file)) {
            ByteBuffer end = ByteBuffer.allocate(100);
            tail.read(end, Files.size(file) - end.capacity());
            assertThat(new String(end.array(), StandardCharsets.US_ASCII)
                            .strip()
                            .replace("\0", ""))
                    .isEmpty();
        }
    }
}
