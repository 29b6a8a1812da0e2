package io.github.cumulusmaven.etl.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportOriginTest {
    private static final String FIRST = kickOff("1", "https://ehr.example/fhir/Group/old/$export");
    private static final String SECOND = kickOff("2", "https://ehr.example/fhir/Group/new%20one/$export?_type=Patient");

    @TempDir
    Path folder;

    @Test
    @DisplayName("ETL-input: the last kickoff decides; group from its URL, time from that export's status_complete")
    void lastKickOff() throws Exception {
        log(
                "log.ndjson",
                FIRST,
                complete("1", "2020-01-01T00:00:00Z"),
                SECOND,
                complete("2", "2021-02-03T04:05:06-05:00"));
        ExportOrigin origin = origin();
        assertThat(origin.group()).isEqualTo("new one");
        assertThat(origin.time()).hasToString("2021-02-03T04:05:06-05:00");
        assertThat(origin.url()).hasValueSatisfying(url -> assertThat(url).endsWith("?_type=Patient"));
    }

    @ParameterizedTest
    @CsvSource({
        "$export?_typeFilter=Patient%3Fidentifier%3Durn:mrn%7C12345&_type=Patient&_since=2020-01-01,"
                + "$export?_typeFilter=REDACTED&_type=Patient&_since=2020-01-01",
        "$export?_typeFilter=Observation?date=ge2020&patient=12345,$export?_typeFilter=Observation?date=ge2020&patient=REDACTED",
        "$export?patient=Patient/12345,$export?patient=REDACTED",
        "$export?_type=Patient&sig=x,$export?_type=Patient&sig=REDACTED",
        "$export,$export"
    })
    @DisplayName("ETL-completion: the URL that lies beside the tables names no patients")
    void shownUrl(String exported, String shown) throws Exception {
        log("log.ndjson", kickOff("1", "https://ehr.example/fhir/" + exported), complete("1", "2020-01-01T00:00:00Z"));
        assertThat(origin().url()).contains("https://ehr.example/fhir/" + shown);
    }

    @Test
    @DisplayName("ETL-input: no group in the URL is the empty group")
    void systemLevel() throws Exception {
        log("log.ndjson", kickOff("1", "https://ehr.example/fhir/$export"), complete("1", "2020-01-01T00:00:00Z"));
        assertThat(origin().group()).isEmpty();
    }

    @Test
    @DisplayName("ETL-input: without log.ndjson, the only log.*.ndjson counts")
    void otherName() throws Exception {
        log("log.january.ndjson", FIRST, "not json", complete("1", "2020-01-01T00:00:00Z"));
        assertThat(origin().group()).isEqualTo("old");
    }

    @Test
    @DisplayName("ETL-input: several logs are an error, unless the user says all that they would tell")
    void severalLogs() throws Exception {
        log("log.a.ndjson", FIRST);
        log("log.b.ndjson", FIRST);
        assertKind(ExportUnknown.Kind.SEVERAL_LOGS);
        assertThat(ExportOrigin.of(folder, Optional.of("g"), ExportTime.parse("2024-01-01T00:00:00Z"))
                        .group())
                .isEqualTo("g");
    }

    @Test
    @DisplayName("ETL-input: neither log nor arguments is an error")
    void nothing() {
        assertKind(ExportUnknown.Kind.NO_GROUP);
        assertThatThrownBy(() -> ExportOrigin.of(folder, Optional.of("g"), Optional.empty()))
                .isInstanceOfSatisfying(ExportUnknown.class, unknown -> assertThat(unknown.kind())
                        .isEqualTo(ExportUnknown.Kind.NO_TIME));
    }

    @Test
    @DisplayName("ETL-input: a log of an export that never came to its end is an error")
    void incompleteLog() throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"), SECOND);
        assertKind(ExportUnknown.Kind.LOG_INCOMPLETE);
    }

    @Test
    @DisplayName("ETL-completion: another tool's run that was cut off between files is no export that ended")
    void missingFiles() throws Exception {
        String[] cutOff = {
            FIRST,
            complete("1", "2020-01-01T00:00:00Z"),
            file("request", "a"),
            file("request", "b"),
            file("complete", "a")
        };
        log("log.ndjson", cutOff);
        assertKind(ExportUnknown.Kind.LOG_INCOMPLETE);
        assertThat(ExportOrigin.of(folder, Optional.of("g"), ExportTime.parse("2024-01-01T00:00:00Z"))
                        .group())
                .as("who says all answers for it")
                .isEqualTo("g");
        Files.writeString(folder.resolve("log.ndjson"), "\n" + file("complete", "b"), StandardOpenOption.APPEND);
        assertThat(origin().group()).isEqualTo("old");
    }

    @Test
    @DisplayName("ETL-completion: a file that came under another link in the end is not missing")
    void renewedLinks() throws Exception {
        log(
                "log.ndjson",
                FIRST,
                complete("1", "2020-01-01T00:00:00Z"),
                file("request", "a"),
                file("complete", "a-renewed"),
                "{\"exportId\":\"1\",\"eventId\":\"export_complete\",\"eventDetail\":{}}");
        assertThat(origin().group()).isEqualTo("old");
    }

    @Test
    @DisplayName("ETL-completion: an export whose own state is not done holds less than its log promises")
    void unfinishedExport() throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        Files.writeString(folder.resolve("export.json"), "{\"version\":1,\"state\":\"downloading\",\"job\":{}}");
        assertKind(ExportUnknown.Kind.UNFINISHED);
    }

    @Test
    @DisplayName("ETL-completion: filters come from the log's URL and parameters, and from export.json")
    void filters() throws Exception {
        log(
                "log.ndjson",
                kickOff("1", "https://ehr.example/fhir/$export?_typeFilter=Condition%3Fcategory%3Dx"),
                complete("1", "2020-01-01T00:00:00Z"));
        Files.writeString(
                folder.resolve("export.json"),
                "{\"state\":\"done\",\"job\":{\"request\":{\"parameters\":{\"_typeFilter\":\"Observation?code=y\"}}}}");
        TypeFilters filters = origin().filters();
        assertThat(filters.slicing("Condition")).contains("Condition?category");
        assertThat(filters.slicing("Observation")).contains("Observation?code");
        assertThat(filters.slicing("Patient")).isEmpty();
    }

    private static String file(String event, String name) {
        return "{\"exportId\":\"1\",\"eventId\":\"download_" + event
                + "\",\"eventDetail\":{\"fileUrl\":\"https://ehr.example/" + name + "\"}}";
    }

    @ParameterizedTest
    @CsvSource({
        "'\"_type\":\"MedicationRequest\"',true",
        "'\"_type\":\"Patient\"',false",
        "'\"_type\":\"MedicationRequest\",\"_typeFilter\":\"MedicationRequest?status=active\"',false",
        "'',true"
    })
    @DisplayName("ETL-completion: a hydration has all Medications where all was exported that refers to them")
    void hydrated(String parameters, boolean all) throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        Files.writeString(
                folder.resolve("export.json"),
                "{\"state\":\"done\",\"job\":{\"request\":{\"parameters\":{" + parameters
                        + "}}},\"hydration\":{\"medications\":true}}");
        assertThat(origin().asksFor("Medication")).isEqualTo(all);
    }

    private ExportOrigin origin() throws Exception {
        return ExportOrigin.of(folder, Optional.empty(), Optional.empty());
    }

    private void assertKind(ExportUnknown.Kind kind) {
        assertThatThrownBy(this::origin)
                .isInstanceOfSatisfying(ExportUnknown.class, unknown -> assertThat(unknown.kind())
                        .isEqualTo(kind));
    }

    private void log(String name, String... events) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", events));
    }

    private static String kickOff(String id, String url) {
        return "{\"exportId\":\"" + id + "\",\"eventId\":\"kickoff\",\"eventDetail\":{\"exportUrl\":\"" + url
                + "\",\"requestParameters\":{}}}";
    }

    private static String complete(String id, String time) {
        return "{\"exportId\":\"" + id + "\",\"eventId\":\"status_complete\",\"eventDetail\":{\"transactionTime\":\""
                + time + "\"}}";
    }
}
