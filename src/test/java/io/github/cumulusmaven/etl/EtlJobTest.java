package io.github.cumulusmaven.etl;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.FinishedExport;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.deid.codebook.Codebooks;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import io.github.cumulusmaven.etl.CompletionReport.Gap;
import io.github.cumulusmaven.etl.Difference.Amount;
import io.github.cumulusmaven.etl.Incomplete.Reason;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.fhir.ndjson.LineLimit;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.files.Sha256;
import io.github.cumulusmaven.files.UnsafePath;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.table.NdjsonFormat;
import io.github.cumulusmaven.table.OutputRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtlJobTest {
    private static final String SALT = "5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b";
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    @TempDir
    Path temp;

    private Path input;
    private List<Path> inputs = List.of();
    private Path output;
    private Path phi;

    private final List<String> told = new ArrayList<>();
    private final List<EtlWarning> warnings = new ArrayList<>();
    private Act whenATableIsDone = () -> {};

    private interface Act {
        void run() throws IOException;
    }

    private List<String> tasks = List.of();
    private List<String> excluded = List.of();
    private List<String> vouched = List.of();
    private boolean allowMissing;
    private boolean errorsTo;
    private boolean trustPhi;
    private double maxErrorRate;
    private int batchSize = 1000;
    private int threads = 2;
    private ScrubRules rules = ScrubRules.builtIn();
    private Optional<Path> canaryPatients = Optional.empty();
    private String version = "1.2.3";
    private Optional<String> fhirUrl = Optional.empty();
    private UrlRewrites rewrites = UrlRewrites.NONE;
    private Optional<String> group = Optional.of("cohort");
    private Optional<ExportTime> time = ExportTime.parse("2020-10-13T12:00:20-05:00");

    @BeforeEach
    void folders() throws IOException {
        input = Files.createDirectory(temp.resolve("input"));
        inputs = List.of(input);
        output = temp.resolve("output");
        phi = Files.createDirectory(temp.resolve("phi"));
        Files.writeString(
                phi.resolve("codebook.json"),
                "{\"version\":1,\"codebook_id\":\"the-codebook\",\"id_salt\":\"5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b\"}");
    }

    @Test
    @DisplayName("ETL-input: files at any depth, .ndjson, .jsonl and .gz, typed by their name or their first record")
    void findsFiles() throws Exception {
        write("1.Patient.ndjson", patient("a"));
        write("deep/er/Patient_2.jsonl", patient("b"));
        gzip("z/data-3.ndjson.gz", patient("c") + "\n");
        write("Patient and Encounter.ndjson", "\r\n" + patient("d"));
        write("parameters.json", "{}");
        write("log.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"log\"}");
        write("error/Patient.ndjson", patient("error"));
        write("Patient.ndjson.part", patient("part"));
        EtlSummary summary = run();
        assertThat(rows("patient"))
                .extracting(row -> row.path("id").asText())
                .containsExactly(anon("a"), anon("d"), anon("b"), anon("c"));
        assertThat(summary.errors()).isZero();
    }

    @Test
    @DisplayName("a line beyond what memory can hold costs that line, named by file and number, and nothing else")
    void endlessLine() throws Exception {
        Path file = input.resolve("Patient.000.ndjson.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file), 64 * 1024)) {
            packed.write((patient("a") + "\n").getBytes(StandardCharsets.UTF_8));
            byte[] megabyte = "x".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
            for (long written = 0; written <= LineLimit.LONGEST; written += megabyte.length) {
                packed.write(megabyte);
            }
            packed.write(("\n" + patient("b") + "\n").getBytes(StandardCharsets.UTF_8));
        }
        EtlSummary summary = run();
        assertThat(rows("patient")).hasSize(2);
        assertThat(told).contains("Patient.000.ndjson.gz:2 TOO_LONG");
        assertThat(summary.errors()).isEqualTo(1);
    }

    @Test
    @DisplayName("what fails once the tables are published says that they are")
    void failsAfterPublication() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        whenATableIsDone = () -> Files.createDirectory(phi.resolve("context.json"));
        assertFails(EtlFailure.Kind.AFTER_PUBLICATION);
        assertThat(rows("patient")).hasSize(1);
    }

    @Test
    @DisplayName("ETL-input: a link beside its target is not read twice")
    void links() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        Files.createSymbolicLink(input.resolve("Patient.latest.ndjson"), input.resolve("Patient.000.ndjson"));
        assertThat(run().read()).isEqualTo(1);
    }

    @Test
    @DisplayName("ETL-input: folders behind links are looked into, once; one that leads to nothing is refused")
    void linkedFolders() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("Patient.001.ndjson"), patient("b"));
        Files.createSymbolicLink(elsewhere.resolve("up"), input);
        Files.createSymbolicLink(input.resolve("more"), elsewhere);
        assertThat(run().errors()).isZero();
        assertThat(rows("patient")).hasSize(2);
        assertThat(completed()).containsExactly("patient");

        output = temp.resolve("other");
        Files.createSymbolicLink(input.resolve("Patient.002.ndjson"), temp.resolve("gone.ndjson"));
        assertFails(EtlFailure.Kind.DISK);
    }

    @Test
    @DisplayName("ETL-input: blank lines and CRLF are fine; what is no resource of its file's type is counted, by line")
    void badLines() throws Exception {
        errorsTo = true;
        write(
                "Patient.ndjson",
                "\r\n" + patient("a") + "\r\n\nSecret Name\n" + "[1]\n" + resource("Encounter", "e") + "\n"
                        + patient("b") + "\n{\"resourceType\":\"Patient\",\"id\":\"c");
        EtlSummary summary = run();
        assertThat(rows("patient")).hasSize(2);
        assertThat(told)
                .contains(
                        "Patient.ndjson:4 NOT_JSON",
                        "Patient.ndjson:5 NOT_A_RESOURCE",
                        "Patient.ndjson:6 OTHER_TYPE Encounter",
                        "Patient.ndjson:8 CUT_OFF")
                .noneMatch(line -> line.contains("Secret"));
        assertThat(summary.errors()).isEqualTo(4);
        assertThat(summary.hasTooManyErrors()).isTrue();
        assertThat(Files.readAllLines(temp.resolve("errors/patient/read-error.ndjson")))
                .hasSize(4)
                .contains("Secret Name");
    }

    @Test
    @DisplayName("ETL-errors: maxErrorRate allows a fraction; a modifier extension is no error")
    void errorRate() throws Exception {
        maxErrorRate = 0.5;
        write("Patient.ndjson", patient("a") + "\nbad\n");
        write("Encounter.ndjson", "{\"resourceType\":\"Encounter\",\"id\":\"e\",\"modifierExtension\":[{}]}\n");
        EtlSummary summary = run();
        assertThat(summary.hasTooManyErrors()).isFalse();
        assertThat(summary.tables().get(0).skipped()).isEqualTo(1);
        assertThat(summary.tables().get(0).errors()).isZero();
        assertThat(completed()).containsExactly("encounter", "patient");
    }

    @Test
    @DisplayName("ETL-errors: a damaged gzip loses the rest of its file, not the run; its table is not called complete")
    void damagedGzip() throws Exception {
        byte[] whole = gzipped((patient("a") + "\n").repeat(20_000));
        Files.write(input.resolve("Patient.1.ndjson.gz"), Arrays.copyOf(whole, whole.length - 20));
        write("Patient.2.ndjson", patient("b"));
        EtlSummary summary = run();
        assertThat(summary.errors()).isEqualTo(1);
        assertThat(rows("patient")).extracting(row -> row.path("id").asText()).contains(anon("b"));
        assertThat(completed()).containsExactly("none");
        assertThat(told).anyMatch(line -> line.startsWith("unreadable Patient.1.ndjson.gz"));
    }

    @Test
    @DisplayName("ETL-tables: in the contract's order, each with a row in etl__completion")
    void order() throws Exception {
        for (EtlTask task : EtlTask.values()) {
            write(task.type() + ".ndjson", resource(task.type(), "x"));
        }
        run();
        assertThat(told)
                .filteredOn(line -> line.startsWith("table "))
                .startsWith("table encounter", "table patient", "table allergyintolerance")
                .hasSize(20);
        assertThat(completed()).containsExactlyElementsOf(EtlTask.tables());
    }

    @Test
    @DisplayName("ETL-completion: the columns of both tables")
    void completionTables() throws Exception {
        group = Optional.empty();
        time = Optional.empty();
        excluded = List.of("Specimen", "device");
        write("Encounter.ndjson", resource("Encounter", "e"));
        write(
                "log.ndjson",
                "{\"exportId\":\"1\",\"eventId\":\"kickoff\",\"eventDetail\":{\"exportUrl\":\"https://x.example/Group/g/$export\"}}\n"
                        + "{\"exportId\":\"1\",\"eventId\":\"status_complete\",\"eventDetail\":{\"transactionTime\":\"2020-10-13T12:00:20Z\"}}");
        run();
        assertThat(rows("etl__completion"))
                .singleElement()
                .hasToString(
                        "{\"table_name\":\"encounter\",\"group_name\":\"g\",\"export_time\":\"2020-10-13T12:00:20+00:00\","
                                + "\"export_url\":\"https://x.example/Group/g/$export\",\"etl_version\":\"1.2.3\","
                                + "\"etl_time\":\"2026-03-04T05:06:07+00:00\",\"excluded_resources\":\"Specimen,device\"}");
        assertThat(rows("etl__completion_encounters"))
                .singleElement()
                .hasToString("{\"encounter_id\":\"" + anon("e")
                        + "\",\"group_name\":\"g\",\"export_time\":\"2020-10-13T12:00:20+00:00\","
                        + "\"excluded_resources\":\"Specimen,device\"}");
    }

    @Test
    @DisplayName("ETL-completion: not claimed for a type that a filter sliced, and the reason is told")
    void slicedType() throws Exception {
        write("Condition.ndjson", resource("Condition", "c"));
        write("Patient.ndjson", patient("a"));
        new FinishedExport()
                .asking("_typeFilter", "Condition?category=x,Patient?_lastUpdated=ge2020-01-01")
                .write(input);
        run();
        assertThat(completed()).containsExactly("patient");
        assertThat(warnings)
                .filteredOn(EtlWarning.NotComplete.class::isInstance)
                .singleElement(as(type(EtlWarning.NotComplete.class)))
                .satisfies(condition -> assertThat(condition.table()).isEqualTo(EtlTask.CONDITION))
                .satisfies(condition -> assertThat(condition.reason().value()).contains("Condition?category"))
                .satisfies(condition ->
                        assertThat(condition.reason().words()).contains("_typeFilter (Condition?category"));
    }

    @Test
    @DisplayName(
            "ETL-completion: Encounters are shown when all eleven tables are complete: sound ones, with their Patients")
    void shownEncounters() throws Exception {
        write(
                "Encounter.ndjson",
                encounter("e", "finished", "Patient/a")
                        + encounter("f", "finished", "Patient/b")
                        + encounter("g", "finished", "Patient/elsewhere")
                        + encounter("h", "entered-in-error", "Patient/a")
                        + encounter("i", "finished", "Group/a")
                        + resource("Encounter", "j"));
        for (String type : CumulusLibrary.TYPES) {
            write(type + ".ndjson", resource(type, "x"));
        }
        assertThat(run().completion().encountersShown()).as("no Patient").isZero();
        output = temp.resolve("other");
        write("Patient.ndjson", patient("a") + "\n" + patient("b"));
        CompletionReport completion = run().completion();
        assertThat(completion.gaps()).isEmpty();
        assertThat(completion.encounters()).isEqualTo(6);
        assertThat(completion.encountersShown()).isEqualTo(2);
        assertThat(report().at("/completion/encountersShown").asLong()).isEqualTo(2);
        assertThat(ShownEncounters.count(
                        List.of(output.resolve("encounter/encounter.000.ndjson")),
                        List.of(output.resolve("patient/patient.000.ndjson")),
                        1))
                .as("counted for one Patient at a time")
                .isEqualTo(2);
    }

    private static String encounter(String id, String status, String subject) {
        return "{\"resourceType\":\"Encounter\",\"id\":\"" + id
                + "\",\"statusHistory\":[{\"status\":\"entered-in-error\"}],\"status\":\"" + status
                + "\",\"subject\":{\"type\":\"x\",\"reference\":\"" + subject + "\"}}\n";
    }

    @Test
    @DisplayName(
            "ETL-completion: each of the eleven tables that is not complete hides all Encounters, for its own reason")
    void hiddenEncounters() throws Exception {
        write("Encounter.ndjson", resource("Encounter", "e"));
        write("Patient.ndjson", patient("a"));
        write("Condition.ndjson", resource("Condition", "c"));
        write("Procedure.ndjson", "bad");
        write("Immunization.ndjson", "bad");
        excluded = List.of("specimen");
        logOf("Encounter,Patient,Condition,EpisodeOfCare,Procedure&_typeFilter=Condition?category=x", "Specimen");
        CompletionReport completion = run().completion();
        assertThat(completion.encounters()).isEqualTo(1);
        assertThat(completion.encountersShown()).isZero();
        assertThat(completion.gaps())
                .hasSize(11)
                .doesNotContainKey("immunization")
                .containsEntry("condition", Gap.FILTERED)
                .containsEntry("procedure", Gap.LOST)
                .containsEntry("specimen", Gap.EXCLUDED)
                .containsEntry("episodeofcare", Gap.NO_FILES)
                .containsEntry("medicationdispense", Gap.NOT_ASKED_FOR);
        output = temp.resolve("other");
        excluded = List.of();
        tasks = List.of("encounter", "patient");
        assertThat(run().completion().gaps()).containsEntry("condition", Gap.NOT_SELECTED);
    }

    @Test
    @DisplayName("ETL-completion: every row has all columns, unknown ones empty, also where no table is complete")
    void allColumns() throws Exception {
        write("Encounter.ndjson", resource("Encounter", "e") + "\nbad");
        run();
        assertThat(rows("etl__completion"))
                .singleElement()
                .hasToString("{\"table_name\":\"none\",\"group_name\":\"cohort\","
                        + "\"export_time\":\"2020-10-13T12:00:20-05:00\",\"export_url\":\"\",\"etl_version\":\"1.2.3\","
                        + "\"etl_time\":\"2026-03-04T05:06:07+00:00\",\"excluded_resources\":\"\"}");
        assertThat(rows("etl__completion_encounters"))
                .singleElement()
                .hasToString("{\"encounter_id\":\"" + anon("e") + "\",\"group_name\":\"cohort\","
                        + "\"export_time\":\"2020-10-13T12:00:20-05:00\",\"excluded_resources\":\"\"}");
    }

    @Test
    @DisplayName(
            "ETL-completion: a type that the log shows was asked for and did not come has an empty, complete table")
    void noneCame() throws Exception {
        write("Patient.ndjson", patient("a"));
        logOf("Patient,EpisodeOfCare,Specimen", "Patient");
        CompletionReport completion = run().completion();
        assertThat(completed()).containsExactly("patient", "episodeofcare", "specimen");
        assertThat(output.resolve("specimen/specimen.000.ndjson")).isEmptyFile();
        assertThat(completion.noneCame()).containsExactly("episodeofcare", "specimen");
        assertThat(completion.namedInExport()).isTrue();
        assertThat(report().at("/completion/askedForAndNoneCame"))
                .extracting(JsonNode::asText)
                .containsExactly("episodeofcare", "specimen");
    }

    @Test
    @DisplayName(
            "ETL-completion: an export of all types that lists its files lacks what Cumulus Library waits for, no more")
    void noneCameOfAll() throws Exception {
        write("Patient.ndjson", patient("a"));
        write("Condition.ndjson", resource("Condition", "c"));
        logOf("", "Patient", "Condition");
        CompletionReport completion = run().completion();
        assertThat(completion.noneCame()).hasSize(10).doesNotContain("condition", "immunization", "medication");
        assertThat(completion.namedInExport()).isFalse();
        assertThat(warnings)
                .filteredOn(EtlWarning.NoFiles.class::isInstance)
                .singleElement(as(type(EtlWarning.NoFiles.class)))
                .satisfies(missing -> assertThat(missing.types()).startsWith("Encounter", "Device", "Immunization"));
    }

    @Test
    @DisplayName(
            "ETL-completion: a table that a filter limited, or that was not asked for, can be vouched for; lost ones not")
    void vouchedFor() throws Exception {
        vouched = List.of("condition", "Device", "Patient", "Procedure", "Observation");
        write("Patient.ndjson", patient("a"));
        write("Condition.ndjson", resource("Condition", "c"));
        write("Observation.ndjson", resource("Observation", "o"));
        write("Procedure.ndjson", resource("Procedure", "p") + "\nbad");
        logOf(
                "Patient,Condition,Observation&_typeFilter=Condition?category=x,Procedure?status=y",
                "Patient",
                "Condition",
                "Observation");
        CompletionReport completion = run().completion();
        assertThat(completed()).containsExactly("patient", "condition", "device", "observation");
        assertThat(completion.vouched()).as("where it mattered").containsExactly("condition", "device");
        assertThat(report().at("/completion/completeResources"))
                .extracting(JsonNode::asText)
                .containsExactly("condition", "device");
    }

    @Test
    @DisplayName("ETL-completion: a type without files can be vouched for, and the report records it")
    void vouchedWithoutFiles() throws Exception {
        vouched = List.of("Specimen");
        write("Patient.ndjson", patient("a"));
        assertThat(run().completion().vouched()).containsExactly("specimen");
        assertThat(completed()).containsExactly("patient", "specimen");
    }

    @Test
    @DisplayName("ETL-completion: who vouches for a table that is not built, or none, made a mistake")
    void vouchedInVain() {
        vouched = List.of("Condition");
        excluded = List.of("Condition");
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(InvalidSetting.class, invalid -> assertThat(invalid.setting())
                        .isEqualTo("completeResources"));
        vouched = List.of("Conditions");
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(InvalidSetting.class, invalid -> assertThat(invalid.setting())
                        .isEqualTo("completeResources"));
    }

    /** A log of another tool, with the files' types; the export's are empty for all. */
    private void logOf(String types, String... files) throws IOException {
        StringBuilder log = new StringBuilder(event(
                "kickoff",
                "\"exportUrl\":\"https://x.example/$export" + (types.isEmpty() ? "" : "?_type=" + types) + "\""));
        log.append(event("status_complete", "\"transactionTime\":\"2020-10-13T12:00:20Z\""));
        for (String type : files) {
            String url = "\"fileUrl\":\"https://x.example/" + type + "\"";
            log.append(event("download_request", url + ",\"itemType\":\"output\",\"resourceType\":\"" + type + "\""));
            log.append(event("download_complete", url + ",\"resourceCount\":1"));
        }
        write("log.ndjson", log + event("export_complete", "\"files\":" + files.length));
    }

    private static String event(String event, String detail) {
        return "{\"exportId\":\"1\",\"eventId\":\"" + event + "\",\"eventDetail\":{" + detail + "}}\n";
    }

    private JsonNode report() throws IOException {
        return json(output.resolve("JobConfig/2026-03-04__05.06.07/report.json"));
    }

    @Test
    @DisplayName("ETL-tables: duplicates over files and batches: the later row wins; encounters complete once")
    void duplicates() throws Exception {
        batchSize = 1;
        write("Encounter.1.ndjson", resource("Encounter", "e") + "\n" + resource("Encounter", "f"));
        write("Encounter.2.ndjson", "{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"planned\"}");
        EtlSummary summary = run();
        assertThat(rows("encounter"))
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"resourceType\":\"Encounter\",\"id\":\"" + anon("f") + "\"}",
                        "{\"resourceType\":\"Encounter\",\"id\":\"" + anon("e") + "\",\"status\":\"planned\"}");
        assertThat(rows("etl__completion_encounters")).hasSize(2);
        assertThat(summary.tables().get(0).superseded()).isEqualTo(1);
        assertThat(summary.tables().get(0).written()).isEqualTo(2);
    }

    @Test
    @DisplayName("ETL-deleted: hashed ids in <table>.meta, relative and absolute URLs, rows of the same run gone")
    void deleted() throws Exception {
        write("Patient.ndjson", patient("a") + "\n" + patient("b"));
        write(
                "deleted/Bundle.ndjson",
                "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/b\"}},"
                        + "{\"request\":{\"method\":\"DELETE\",\"url\":\"https://x.example/fhir/Patient/z\"}},"
                        + "{\"request\":{\"method\":\"PUT\",\"url\":\"Patient/a\"}}]}\n");
        EtlSummary summary = run();
        assertThat(rows("patient")).hasSize(1);
        assertThat(json(output.resolve("patient/patient.meta")).path("deleted"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(anon("b"), anon("z"));
        assertThat(summary.tables().get(0).deletedIds()).isEqualTo(2);
        assertThat(summary.tables().get(0).deleted()).isEqualTo(1);
    }

    @Test
    @DisplayName("ETL-deleted: a list that cannot be read is an error, as what it says stays undeleted")
    void damagedDeletions() throws Exception {
        write("Patient.ndjson", patient("a"));
        write("deleted/Bundle.ndjson", "{\"resourceType\":\"Bundle\",\"entry\":[{\"request\"");
        assertThat(run().hasTooManyErrors()).isTrue();
        assertThat(warnings).contains(new EtlWarning.NotBundles("deleted/Bundle.ndjson"));
    }

    @Test
    @DisplayName("ETL-pipeline: the same bytes for the same input, whatever the number of threads")
    void deterministic() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int index = 0; index < 30_000; index++) {
            lines.append(resource("Patient", "id-" + index % 29_000)).append('\n');
        }
        write("Patient.1.ndjson", lines.toString());
        write("Patient.2.ndjson", lines.toString());
        batchSize = 7_000;
        threads = 1;
        run();
        List<String> one = contents("patient");
        output = temp.resolve("other");
        threads = 5;
        run();
        assertThat(contents("patient")).isEqualTo(one).hasSize(5);
    }

    @Test
    @DisplayName("ETL-tasks: a task that the user named needs input, unless allowMissingResources")
    void missingResources() throws Exception {
        tasks = List.of("patient", "Condition");
        write("Patient.ndjson", patient("a"));
        assertFails(EtlFailure.Kind.MISSING_RESOURCES);
        assertThat(output).doesNotExist();
        allowMissing = true;
        run();
        assertThat(output.resolve("condition/condition.000.ndjson")).isEmptyFile();
        assertThat(completed()).containsExactly("patient", "condition");
    }

    @Test
    @DisplayName("ETL-tasks: unknown names are refused, the valid ones listed")
    void unknownTask() {
        tasks = List.of("patients");
        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(InvalidSetting.class, invalid -> assertThat(invalid.about())
                        .containsExactly(EtlTask.tables()));
    }

    @Test
    @DisplayName("ETL-bookkeeping: job_config.json, <table>.json, and a note of success")
    void bookkeeping() throws Exception {
        write("Patient.ndjson", patient("a"));
        run();
        Path folder = output.resolve("JobConfig/2026-03-04__05.06.07");
        JsonNode config = json(folder.resolve("job_config.json"));
        assertThat(config.fieldNames())
                .toIterable()
                .containsExactly(
                        "dir_input",
                        "dir_output",
                        "dir_phi",
                        "path",
                        "input_format",
                        "output_format",
                        "comment",
                        "batch_size",
                        "tasks",
                        "export_group_name",
                        "export_timestamp",
                        "export_url",
                        "codebook_id",
                        "exclusions");
        assertThat(config.path("tasks").asText()).isEqualTo("patient");
        assertThat(config.path("codebook_id").asText()).isEqualTo("the-codebook");
        assertThat(config.path("path").asText())
                .isEqualTo(folder.resolve("job_config.json").toString());
        JsonNode table = json(folder.resolve("patient.json"));
        assertThat(table.path("success_rate").asDouble()).isEqualTo(1);
        assertThat(table.path("timestamp").asText()).isEqualTo("2026-03-04 05:06:07");
        assertThat(json(phi.resolve("context.json"))
                        .path("last_successful_datetime")
                        .asText())
                .startsWith("2026-03-04");
    }

    @Test
    @DisplayName("ETL-bookkeeping: an output folder of another codebook is refused, and stays as it was")
    void otherCodebook() throws Exception {
        write("Patient.ndjson", patient("a"));
        Path old = Files.createDirectories(output.resolve("JobConfig/2020-01-01__00.00.00"));
        Files.writeString(old.resolve("job_config.json"), "{\"codebook_id\":\"other\",\"dir_phi\":\"/else\"}");
        assertFails(EtlFailure.Kind.OTHER_CODEBOOK);
        assertThat(output).isDirectoryNotContaining("glob:**patient");
    }

    @Test
    @DisplayName("ETL-bookkeeping: an output folder whose record is damaged is refused by the record's name")
    void damagedRecord() throws Exception {
        write("Patient.ndjson", patient("a"));
        Path old = Files.createDirectories(output.resolve("JobConfig/2020-01-01__00.00.00"));
        Files.writeString(old.resolve("job_config.json"), "{\"codebook_id\":\"oth");
        assertThatThrownBy(this::run).isInstanceOfSatisfying(EtlFailure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(EtlFailure.Kind.RECORD_DAMAGED);
            assertThat(failure.where()).isEqualTo(output.toString());
            assertThat(Path.of(failure.what())).isEqualTo(Path.of("JobConfig/2020-01-01__00.00.00/job_config.json"));
        });
    }

    @Test
    @DisplayName("ETL-errors: a file that cannot be opened is told by its name and a reason, and the others are read")
    void unopenedFile() throws Exception {
        write("Patient.2.ndjson", patient("b"));
        Files.createFile(
                input.resolve("Patient.3.ndjson"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("-w-------")));
        assumeFalse(Files.isReadable(input.resolve("Patient.3.ndjson")), "this user may read everything");
        EtlSummary summary = run();
        assertThat(summary.errors()).isEqualTo(1);
        assertThat(rows("patient")).hasSize(1);
        assertThat(told).contains("unreadable Patient.3.ndjson this user may not read it");
    }

    @Test
    @DisplayName("ETL-completion: a type that the export was not asked for is not complete, empty table or not")
    void notAskedFor() throws Exception {
        write("Patient.ndjson", patient("a"));
        new FinishedExport().asking("_type", "Patient").write(input);
        allowMissing = true;
        EtlSummary summary = run();
        assertThat(completed()).containsExactly("patient");
        assertThat(summary.tables())
                .filteredOn(table -> table.task() == EtlTask.ENCOUNTER)
                .extracting(TableSummary::incomplete)
                .containsExactly(Optional.of(new Incomplete(Reason.NOT_ASKED_FOR)));
    }

    @Test
    @DisplayName("ETL-completion: a type of which files are missing that the export had brought is not complete")
    void missingFiles() throws Exception {
        allowMissing = true;
        write("Patient.000.ndjson", patient("a") + "\n" + patient("b"));
        write("Condition.000.ndjson", resource("Condition", "c"));
        new FinishedExport()
                .with(input, "Patient.000.ndjson", 2)
                .with("Patient.001.ndjson", 1)
                .with(input, "Condition.000.ndjson", 1)
                .with("Device.000.ndjson", 1)
                .hydrated("Medication.000.ndjson", 1)
                .write(input);
        run();
        assertThat(completed()).contains("condition", "encounter").doesNotContain("patient", "device", "medication");
        assertThat(warnings).contains(notComplete(EtlTask.PATIENT, Reason.FEWER_THAN_BROUGHT, "1"));
        output = temp.resolve("other");
        allowMissing = false;
        run();
        assertThat(warnings).contains(new EtlWarning.FilesGone(List.of("Device", "Medication")));
    }

    @Test
    @DisplayName("ETL-completion: a type without one of its files, which the user accepted, is not complete")
    void acceptedMissing() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        write("Condition.000.ndjson", resource("Condition", "c"));
        new FinishedExport()
                .with(input, "Patient.000.ndjson", 1)
                .with(input, "Condition.000.ndjson", 1)
                .without("Condition.001.ndjson", "HTTP 403")
                .write(input);

        run();

        assertThat(completed()).contains("patient").doesNotContain("condition");
        assertThat(warnings).contains(notComplete(EtlTask.CONDITION, Reason.ENDED_WITHOUT, ""));
    }

    @Test
    @DisplayName(
            "ETL-completion: errors that the server reported with the export are a warning; its own warnings are none")
    void serverErrors() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        write("error/OperationOutcome.000.ndjson", outcome("warning"));
        run();
        assertThat(completed()).containsExactly("patient");
        assertThat(told).noneMatch(line -> line.contains("The server has reported"));
        output = temp.resolve("other");
        write("error/OperationOutcome.001.ndjson", outcome("error"));
        assertThat(run().hasTooManyErrors()).isFalse();
        assertThat(completed()).containsExactly("patient");
        assertThat(warnings).contains(new EtlWarning.ServerErrors(1));
    }

    private static String outcome(String severity) {
        return "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"" + severity
                + "\",\"code\":\"processing\"}]}";
    }

    @Test
    @DisplayName("ETL-completion: a file that cannot be read, and whose name tells no type, may belong to any table")
    void unknownFile() throws Exception {
        maxErrorRate = 0.5;
        write("Patient.ndjson", patient("a") + "\n" + patient("b"));
        Files.write(input.resolve("part-2.ndjson.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 1});
        gzip("part-3.ndjson.gz", patient("c"));
        Files.write(input.resolve("part-3.ndjson.gz"), new byte[1], StandardOpenOption.APPEND);
        Files.write(input.resolve("part-3.ndjson.gz"), new byte[] {1}, StandardOpenOption.APPEND);
        write("part-4.ndjson", "{\"resourceType\":\"TypeOfRSix\"}");
        EtlSummary summary = run();
        assertThat(completed()).containsExactly("none");
        assertThat(summary.errors()).isEqualTo(2);
        assertThat(summary.hasTooManyErrors())
                .as("a lost file is never a fraction")
                .isTrue();
    }

    @Test
    @DisplayName(
            "ETL-completion: resources in a file of another type are missing from their own table, and from no other")
    void misplaced() throws Exception {
        maxErrorRate = 0.9;
        write("Patient.ndjson", patient("a") + "\n{\"resourceType\":\"Encounter\",\"id\":\"lost\"}");
        write("Encounter.ndjson", "{\"resourceType\":\"Encounter\",\"id\":\"e\"}");
        assertThat(run().hasTooManyErrors()).isFalse();
        assertThat(completed()).containsExactly("patient");
        assertThat(told).contains("Patient.ndjson:2 OTHER_TYPE Encounter");
        assertThat(warnings).contains(notComplete(EtlTask.ENCOUNTER, Reason.MISPLACED, ""));
    }

    @Test
    @DisplayName(
            "ETL-completion: what the server says of the export among the data is told, and costs no table anything")
    void outcomeAmongData() throws Exception {
        write("Patient.ndjson", patient("a"));
        write("Encounter.ndjson", resource("Encounter", "e"));
        write("Condition.ndjson", resource("Condition", "c") + "\n" + outcome("warning"));
        EtlSummary summary = run();
        assertThat(completed()).containsExactly("encounter", "patient", "condition");
        assertThat(summary.errors()).isZero();
        assertThat(summary.tables().get(2).problems()).isEqualTo(Map.of(LineProblem.OPERATION_OUTCOME, 1L));
        assertThat(told).contains("Condition.ndjson:2 OPERATION_OUTCOME OperationOutcome");
    }

    @Test
    @DisplayName("ETL-input: each line of a file whose name tells no type goes to the table of its own")
    void routedLines() throws Exception {
        write("Patient.ndjson", patient("p0"));
        write(
                "export-1.ndjson",
                "\uFEFF" + outcome("warning") + "\n" + patient("p1") + "\r\n\n{\"id\":\"e1\",\"meta\":{\"tag\":[{}]},"
                        + "\"resourceType\":\"Encounter\"}\n  " + patient("p2") + "\n"
                        + resource("CarePlan", "x") + "\n" + resource("CarePlan", "y") + "\n"
                        + resource("TypeOfRSix", "z") + "\n");
        write("Coverage.000.ndjson", resource("Coverage", "c"));
        write("part-2.ndjson", "\n" + resource("Condition", "c1"));
        EtlSummary summary = run();
        assertThat(rows("patient"))
                .extracting(row -> row.path("id").asText())
                .containsExactly(anon("p0"), anon("p1"), anon("p2"));
        assertThat(rows("encounter")).hasSize(1);
        assertThat(rows("etl__completion_encounters")).hasSize(1);
        assertThat(rows("condition")).hasSize(1);
        assertThat(summary.errors()).isZero();
        assertThat(summary.read()).isEqualTo(5);
        assertThat(completed()).containsExactly("encounter", "patient", "condition");
        assertThat(warnings)
                .contains(new EtlWarning.NoTables(
                        Map.of("Coverage", 1L), Map.of("CarePlan", 2L, "OperationOutcome", 1L, "", 1L)));
    }

    @Test
    @DisplayName(
            "ETL-input: lines that tell no type, in a file whose name tells none, are counted once and may be of any table")
    void untoldLines() throws Exception {
        maxErrorRate = 0.9;
        write("export-1.ndjson", patient("a") + "\nSecret Name\n" + resource("Encounter", "e") + "\n{\"id\":1}\n");
        EtlSummary summary = run();
        assertThat(summary.errors()).isEqualTo(2);
        assertThat(told).contains("export-1.ndjson:2 NOT_JSON", "export-1.ndjson:4 NOT_A_RESOURCE");
        assertThat(completed()).containsExactly("none");
    }

    @Test
    @DisplayName(
            "ETL-input: a line that tells no type may be of any table, also where all others of its file are of one")
    void untoldLineAmongOneType() throws Exception {
        maxErrorRate = 0.9;
        write("Encounter.ndjson", resource("Encounter", "e"));
        write("export-1.ndjson", patient("a") + "\n{\"resourceType\":\"Encoun");
        assertThat(run().errors()).isEqualTo(1);
        assertThat(completed()).containsExactly("none");

        output = temp.resolve("other");
        tasks = List.of("encounter");
        run();
        assertThat(completed())
                .as("no table is made of the file, but the line may be an Encounter")
                .containsExactly("none");
    }

    @Test
    @DisplayName("ETL-input: a resource type that stands behind a long document routes its line all the same")
    void typeBehindLongText() throws Exception {
        String text = "x".repeat(2 * 1024 * 1024);
        write(
                "export-1.ndjson",
                patient("a") + "\n" + resource("Encounter", "e") + "\n{\"text\":\"" + text
                        + "\",\"resourceType\":\"Condition\",\"id\":\"c\"}");
        write("export-2.ndjson", "{\"text\":\"" + text + "\",\"resourceType\":\"Device\",\"id\":\"d\"}");
        EtlSummary summary = run();
        assertThat(rows("condition")).hasSize(1);
        assertThat(rows("device")).hasSize(1);
        assertThat(summary.errors()).isZero();
    }

    @Test
    @DisplayName("ETL-input: any number of names that FHIR does not have are one type more, not so many")
    void endlessTypes() throws Exception {
        StringBuilder lines = new StringBuilder(patient("a"));
        for (int number = 0; number < 20_000; number++) {
            String letters = Integer.toString(number, 10)
                    .chars()
                    .mapToObj(digit -> String.valueOf((char) ('a' + digit - '0')))
                    .collect(Collectors.joining());
            lines.append('\n').append(resource("Type" + letters, "x"));
        }
        write("export-1.ndjson", lines.toString());
        InputFolder folder = InputFolder.scan(input);
        assertThat(folder.byType()).hasSize(2);
        assertThat(folder.files("Patient").get(0).lines().values()).containsExactlyInAnyOrder(1L, 20_000L);
        run();
        assertThat(warnings).contains(new EtlWarning.NoTables(Map.of(), Map.of("", 20_000L)));
    }

    @Test
    @DisplayName("ETL-input: a file in which nothing is FHIR is told, and costs nothing")
    void noFhir() throws Exception {
        write("Patient.ndjson", patient("a"));
        write("statistics.ndjson", "{\"rows\":1}\n{\"resourceType\":5}\n");
        write("empty.ndjson", "\n");
        assertThat(run().errors()).isZero();
        assertThat(completed()).containsExactly("patient");
        assertThat(warnings)
                .filteredOn(EtlWarning.NoResources.class::isInstance)
                .containsExactly(new EtlWarning.NoResources("statistics.ndjson"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient.001.ndjson.bz2",
                "Patient.002.ndjson.zst",
                "Patient.003.json",
                "Patient.004.ndjson.zip",
                "sub/Patient.005.txt",
                "Patient.006.ndjson.part",
            })
    @DisplayName("ETL-input: a file that is not read is named, and the type in its name is not called complete")
    void unread(String name) throws Exception {
        write("Patient.000.ndjson", patient("a"));
        write("Condition.000.ndjson", resource("Condition", "c"));
        write("export.json", "{\"transactionTime\":\"2026-01-01T00:00:00Z\"}");
        write(".hidden/Condition.json", "{}");
        write("error/Condition.json", "{}");
        write(name, "x");
        assertThat(run().errors()).isZero();
        assertThat(completed()).containsExactly("condition");
        assertThat(warnings).contains(new EtlWarning.Unread(List.of(name), List.of(EtlTask.PATIENT)));
    }

    @Test
    @DisplayName("ETL-input: files that are not read are named; none that came is claimed of their types")
    void manyUnread() throws Exception {
        group = Optional.empty();
        time = Optional.empty();
        logOf("Patient,Condition,Specimen", "Patient");
        write("Patient.ndjson", patient("a"));
        for (int index = 10; index < 22; index++) {
            write("Specimen." + index + ".json", "{}");
        }
        run();
        assertThat(completed()).containsExactly("patient", "condition");
        assertThat(warnings)
                .filteredOn(EtlWarning.Unread.class::isInstance)
                .singleElement(as(type(EtlWarning.Unread.class)))
                .satisfies(unread -> assertThat(unread.files()).hasSize(12).contains("Specimen.21.json"))
                .satisfies(unread -> assertThat(unread.tables()).containsExactly(EtlTask.SPECIMEN));
    }

    @Test
    @DisplayName("ETL-input: where all is in a form that is not read, that is said before the run is refused")
    void nothingRead() throws Exception {
        write("Patient.json", "{}");
        assertFails(EtlFailure.Kind.NOTHING_TO_DO);
        assertThat(warnings).contains(new EtlWarning.Unread(List.of("Patient.json"), List.of(EtlTask.PATIENT)));
    }

    /** A folder of an export of a group, with the time of its end. */
    private Path export(String name, String group, String time, String types) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(name));
        Files.writeString(
                folder.resolve("log.ndjson"),
                event("kickoff", "\"exportUrl\":\"https://x.example/Group/" + group + "/$export?_type=" + types + "\"")
                        + event("status_complete", "\"transactionTime\":\"" + time + "\""));
        for (String type : types.split(",")) {
            Files.writeString(folder.resolve(type + ".ndjson"), resource(type, "x"));
        }
        group(folder);
        return folder;
    }

    /** Logs tell whose data they are. */
    private void group(Path folder) {
        group = Optional.empty();
        time = Optional.empty();
        inputs = inputs.contains(input)
                ? List.of(folder)
                : Stream.concat(inputs.stream(), Stream.of(folder)).toList();
    }

    private List<String> completions() throws IOException {
        return rows("etl__completion").stream()
                .map(row -> row.path("table_name").asText() + " "
                        + row.path("group_name").asText() + " "
                        + row.path("export_time").asText())
                .toList();
    }

    @Test
    @DisplayName(
            "ETL-completion: Encounters exported first and the rest later: each folder's tables as of its own time")
    void severalFolders() throws Exception {
        String rest = "Patient," + String.join(",", CumulusLibrary.TYPES);
        export("later", "g", "2026-02-01T00:00:00Z", rest);
        Path first = export("first", "g", "2026-01-01T00:00:00Z", "Encounter");
        Files.writeString(first.resolve("Encounter.ndjson"), encounter("e", "finished", "Patient/x") + "bad\n");
        maxErrorRate = 0.9;
        EtlSummary summary = run();
        assertThat(completions())
                .hasSize(13)
                .contains("encounter g 2026-01-01T00:00:00+00:00", "patient g 2026-02-01T00:00:00+00:00")
                .noneMatch(row -> !row.startsWith("encounter") && row.contains("2026-01-01"));
        assertThat(rows("etl__completion_encounters"))
                .extracting(row -> row.path("export_time").asText())
                .containsExactly("2026-01-01T00:00:00+00:00");
        assertThat(summary.completion().gaps()).isEmpty();
        assertThat(summary.completion().encountersShown()).isEqualTo(1);
        assertThat(told).contains("first/Encounter.ndjson:2 NOT_JSON");
        assertThat(report().at("/inputs/0/exportTime").asText()).isEqualTo("2026-01-01T00:00:00+00:00");
        assertThat(report().at("/inputs/1/folder").asText()).endsWith("later");
    }

    @Test
    @DisplayName("ETL-completion: tables as of an earlier time than the Encounters', or of another group, release none")
    void foldersInVain() throws Exception {
        String rest = "Patient," + String.join(",", CumulusLibrary.TYPES);
        export("early", "g", "2026-01-01T00:00:00Z", rest);
        export("late", "g", "2026-02-01T00:00:00Z", "Encounter");
        CompletionReport early = run().completion();
        assertThat(early.gaps()).hasSize(11).containsEntry("condition", Gap.OTHER_EXPORT);
        assertThat(early.encountersShown()).isZero();

        output = temp.resolve("other");
        inputs = List.of(inputs.get(1));
        export("foreign", "h", "2026-03-01T00:00:00Z", rest);
        assertThat(run().completion().gaps()).containsEntry("condition", Gap.OTHER_EXPORT);
        assertThat(json(output.resolve("JobConfig/2026-03-04__05.06.07/job_config.json"))
                        .path("export_group_name")
                        .asText())
                .isEqualTo("g,h");
    }

    @Test
    @DisplayName("ETL-completion: what is in several folders is there once: the latest version, with the first time")
    void overlappingFolders() throws Exception {
        Path late = export("late", "g", "2026-02-01T00:00:00Z", "Encounter,Condition");
        Path early = export("early", "g", "2026-01-01T00:00:00Z", "Encounter,Condition");
        Path other = export("other", "h", "2026-03-01T00:00:00Z", "Encounter");
        Files.writeString(late.resolve("Encounter.ndjson"), encounter("e", "arrived", "Patient/a"));
        Files.writeString(
                early.resolve("Encounter.ndjson"),
                encounter("e", "planned", "Patient/a") + resource("Encounter", "gone"));
        Files.writeString(other.resolve("Encounter.ndjson"), encounter("e", "finished", "Patient/a"));
        Files.createDirectory(late.resolve("deleted"));
        Files.writeString(
                late.resolve("deleted/Bundle.ndjson"),
                bundle("{\"request\":{\"method\":\"DELETE\",\"url\":\"Encounter/gone\"}}"));
        run();
        assertThat(rows("encounter"))
                .extracting(row -> row.path("status").asText())
                .containsExactly("finished");
        assertThat(rows("etl__completion_encounters"))
                .extracting(row -> row.path("encounter_id").asText() + " "
                        + row.path("group_name").asText() + " "
                        + row.path("export_time").asText())
                .containsExactly(
                        anon("e") + " g 2026-01-01T00:00:00+00:00", anon("e") + " h 2026-03-01T00:00:00+00:00");
        assertThat(completions())
                .containsExactly(
                        "encounter g 2026-01-01T00:00:00+00:00",
                        "encounter g 2026-02-01T00:00:00+00:00",
                        "encounter h 2026-03-01T00:00:00+00:00",
                        "condition g 2026-01-01T00:00:00+00:00",
                        "condition g 2026-02-01T00:00:00+00:00");
    }

    @Test
    @DisplayName(
            "ETL-deleted: a deletion takes away what its own and older exports bring; what a newer one brings is back")
    void broughtBack() throws Exception {
        Path third = export("third", "g", "2026-03-01T00:00:00Z", "Encounter,Condition");
        Path first = export("first", "g", "2026-01-01T00:00:00Z", "Encounter,Condition");
        Path second = export("second", "g", "2026-02-01T00:00:00Z", "Encounter,Condition");
        for (String type : List.of("Encounter", "Condition")) {
            bring(first, type, "back", "gone", "lost");
            bring(second, type, "own");
            bring(third, type, "back", "returned", "twice");
            Files.writeString(
                    third.resolve(type + ".ndjson"),
                    "{\"resourceType\":\"" + type + "\",\"id\":\"lost\",\"modifierExtension\":[{}]}\n",
                    StandardOpenOption.APPEND);
        }
        delete(first, "twice");
        delete(second, "back", "gone", "own", "lost", "returned", "again", "twice");
        delete(third, "again");

        EtlSummary summary = run();

        for (String table : List.of("encounter", "condition")) {
            assertThat(rows(table))
                    .extracting(row -> row.path("id").asText())
                    .containsExactly(anon("back"), anon("returned"), anon("twice"));
            assertThat(json(output.resolve(table + "/" + table + ".meta")).path("deleted"))
                    .extracting(JsonNode::asText)
                    .containsExactlyInAnyOrder(anon("again"), anon("gone"), anon("lost"), anon("own"));
        }
        assertThat(rows("etl__completion_encounters"))
                .extracting(row -> row.path("encounter_id").asText() + " "
                        + row.path("export_time").asText())
                .containsExactly(
                        anon("back") + " 2026-03-01T00:00:00+00:00",
                        anon("returned") + " 2026-03-01T00:00:00+00:00",
                        anon("twice") + " 2026-03-01T00:00:00+00:00");
        TableSummary encounters = summary.tables().get(0);
        assertThat(encounters.written()).isEqualTo(3);
        assertThat(encounters.deleted()).isEqualTo(4);
        assertThat(encounters.superseded()).isZero();
        assertThat(encounters.deletedIds()).isEqualTo(4);
    }

    private static void bring(Path folder, String type, String... ids) throws IOException {
        Files.writeString(
                folder.resolve(type + ".ndjson"),
                Stream.of(ids).map(id -> resource(type, id) + "\n").collect(Collectors.joining()));
    }

    private static void delete(Path folder, String... ids) throws IOException {
        Files.createDirectories(folder.resolve("deleted"));
        Files.writeString(
                folder.resolve("deleted/Bundle.ndjson"),
                bundle(Stream.of(ids)
                        .flatMap(id -> Stream.of("Encounter/" + id, "Condition/" + id))
                        .map(url -> "{\"request\":{\"method\":\"DELETE\",\"url\":\"" + url + "\"}}")
                        .collect(Collectors.joining(","))));
    }

    @Test
    @DisplayName(
            "ETL-completion: of several folders, the user's group and time are those of the ones without their own")
    void groupAndTimeOfSome() throws Exception {
        Path own = export("own", "g", "2026-02-01T00:00:00Z", "Encounter");
        Path without = export("without", "g", "2026-01-01T00:00:00Z", "Condition");
        Files.delete(without.resolve("log.ndjson"));
        group = Optional.of("h");
        time = ExportTime.parse("2026-03-01T00:00:00Z");

        run();

        assertThat(completions())
                .containsExactly("encounter g 2026-02-01T00:00:00+00:00", "condition h 2026-03-01T00:00:00+00:00");
        assertThat(warnings)
                .filteredOn(EtlWarning.OwnOrigin.class::isInstance)
                .containsExactly(new EtlWarning.OwnOrigin(
                        own, "g", ExportTime.parse("2026-02-01T00:00:00Z").orElseThrow()));
    }

    @Test
    @DisplayName(
            "ETL-completion: where only one of several exports was whole, the table is complete as of that one's time")
    void slicedFolder() throws Exception {
        export("late", "g", "2026-02-01T00:00:00Z", "Condition,Device");
        Path early = export("early", "g", "2026-01-01T00:00:00Z", "Condition,Patient");
        new FinishedExport()
                .asking("_type", "Condition,Device")
                .asking("_typeFilter", "Condition?category=x")
                .write(inputs.get(0));
        run();
        assertThat(completions())
                .containsExactly(
                        "patient g 2026-01-01T00:00:00+00:00",
                        "condition g 2026-01-01T00:00:00+00:00",
                        "device g 2026-02-01T00:00:00+00:00");

        output = temp.resolve("other");
        vouched = List.of("condition");
        assertThat(run().completion().vouched()).containsExactly("condition");
        assertThat(completions()).contains("condition g 2026-02-01T00:00:00+00:00");
        assertThat(early).exists();
    }

    @Test
    @DisplayName("ETL-completion: what is missing in one folder is not made up for by what another one has")
    void missingInOneFolder() throws Exception {
        Path first = export("first", "g", "2026-01-01T00:00:00Z", "Condition,Device");
        Path second = export("second", "g", "2026-02-01T00:00:00Z", "Condition");
        Files.writeString(
                second.resolve("Condition.ndjson"), resource("Condition", "y") + "\n" + resource("Condition", "z"));
        new FinishedExport()
                .with("Condition.000.ndjson", 1)
                .with("Condition.001.ndjson", 2)
                .write(first);
        run();
        assertThat(completions()).containsExactly("device g 2026-01-01T00:00:00+00:00");
        assertThat(warnings).contains(notComplete(EtlTask.CONDITION, Reason.FEWER_THAN_BROUGHT, "2"));
    }

    @Test
    @DisplayName("ETL-folders: a folder of the input inside another one is refused, as its files would be read twice")
    void nestedInputs() throws Exception {
        inputs = List.of(input, Files.createDirectory(input.resolve("sub")));
        assertThatThrownBy(this::run).isInstanceOf(InvalidSetting.class).hasMessageContaining("IN_OTHER_INPUT");
    }

    @Test
    @DisplayName("ETL-deleted: only Bundles of type transaction delete; another one is named and deletes nothing")
    void otherBundles() throws Exception {
        write("Patient.ndjson", patient("a") + "\n" + patient("b"));
        String history = bundle("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/a\"}}")
                .replace("transaction", "history");
        write("deleted/Bundle.1.ndjson", history);
        write("deleted/Bundle.2.ndjson", patient("a"));
        write("deleted/Bundle.3.ndjson", bundle("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/b/\"}}"));
        EtlSummary summary = run();
        assertThat(rows("patient")).extracting(row -> row.path("id").asText()).containsExactly(anon("a"));
        assertThat(summary.errors()).isEqualTo(2);
        assertThat(completed()).containsExactly("none");
        for (int number = 1; number < 3; number++) {
            assertThat(warnings).contains(new EtlWarning.NotBundles("deleted/Bundle." + number + ".ndjson"));
        }
    }

    @Test
    @DisplayName("ETL-deleted: deletions name resources as references do; another server's are not this one's")
    void deletedReferences() throws Exception {
        fhirUrl = Optional.of("https://ehr.example/fhir/");
        StringBuilder patients = new StringBuilder();
        StringBuilder entries = new StringBuilder();
        List<String> urls = List.of(
                "Patient/0",
                "/Patient/1",
                "Patient/2/_history/1",
                "Patient/3?_cascade=delete",
                "https://EHR.example:443/fhir/Patient/4",
                "http://ehr.example/fhir/Patient/5/_history/2",
                "https://other.example/fhir/Patient/6");
        for (int index = 0; index < urls.size(); index++) {
            patients.append(patient(String.valueOf(index))).append('\n');
            entries.append(index == 0 ? "" : ",")
                    .append("{\"request\":{\"method\":\"DELETE\",\"url\":\"")
                    .append(urls.get(index))
                    .append("\"}}");
        }
        write("Patient.ndjson", patients.toString());
        write("deleted/Bundle.ndjson", bundle(entries.toString()));
        run();
        assertThat(rows("patient")).extracting(row -> row.path("id").asText()).containsExactly(anon("6"));
        assertThat(warnings).contains(new EtlWarning.UnclearDeletions("deleted/Bundle.ndjson", 1));
    }

    @Test
    @DisplayName("ETL-deleted: a URL of a million slashes is no resource's, and is not looked at for long")
    void slashes() throws Exception {
        write("Patient.ndjson", patient("a"));
        String url = "https:" + "/".repeat(1_000_000);
        write("deleted/Bundle.ndjson", bundle("{\"request\":{\"method\":\"DELETE\",\"url\":\"" + url + "\"}}"));
        assertTimeoutPreemptively(Duration.ofSeconds(20), this::run);
        assertThat(warnings).contains(new EtlWarning.UnclearDeletions("deleted/Bundle.ndjson", 1));
    }

    @Test
    @DisplayName("ETL-deleted: what is no Bundle or names no resource is not passed over")
    void oddDeletions() throws Exception {
        write("Patient.ndjson", patient("a") + "\n" + patient("b") + "\n" + patient("c"));
        write(
                "deleted/Bundle.1.ndjson",
                bundle("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/a/_history/2\"}}"));
        write(
                "deleted/Bundle.2.ndjson",
                bundle("{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient?identifier=1\"}}"));
        write("deleted/Bundle.3.ndjson", bundle("null"));
        EtlSummary summary = run();
        assertThat(rows("patient")).extracting(row -> row.path("id").asText()).containsExactly(anon("b"), anon("c"));
        assertThat(summary.errors()).isEqualTo(2);
        assertThat(completed()).containsExactly("none");
        assertThat(warnings).contains(new EtlWarning.UnclearDeletions("deleted/Bundle.2.ndjson", 1));
        assertThat(warnings).contains(new EtlWarning.NotBundles("deleted/Bundle.3.ndjson"));
    }

    private static String bundle(String entry) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entry + "]}";
    }

    @Test
    @DisplayName("ETL-tables: non-empty NDJSON output is refused")
    void usedOutput() throws Exception {
        write("Patient.ndjson", patient("a"));
        run();
        assertFails(EtlFailure.Kind.OUTPUT_NOT_EMPTY);
    }

    @Test
    @DisplayName("ETL-folders: output that another run writes into is refused, and that run is not disturbed")
    void outputInUse() throws Exception {
        write("Patient.ndjson", patient("a"));
        try (OutputRun other = new NdjsonFormat().begin(output, 10).orElseThrow()) {
            other.table("condition").finish();
            assertFails(EtlFailure.Kind.OUTPUT_IN_USE);
            other.publish();
        }
        assertThat(output.resolve("condition/condition.000.ndjson")).exists();
    }

    @Test
    @DisplayName(
            "ETL-codebook: a new one is told of, as it gives each patient a new id: the folder may be the wrong one")
    void newCodebook() throws Exception {
        write("Patient.ndjson", patient("a"));
        run();
        assertThat(told).noneMatch(line -> line.contains("no codebook"));
        phi = Files.createDirectory(temp.resolve("another"));
        output = temp.resolve("other");
        run();
        assertThat(warnings).contains(new EtlWarning.NewCodebook(phi));
    }

    @Test
    @DisplayName("ETL-codebook: mappings are saved before the rows that use them come in sight")
    void savedBeforeRows() throws Exception {
        write("Patient.ndjson", patient("a"));
        whenATableIsDone = () -> Files.writeString(
                Files.createDirectories(output.resolve("patient")).resolve("in-the-way"), "");
        assertFails(EtlFailure.Kind.DISK);
        assertThat(output.resolve("patient/patient.000.ndjson")).doesNotExist();
        assertThat(json(phi.resolve("codebook-cached-mappings.json"))
                        .path("Patient")
                        .fieldNames())
                .toIterable()
                .containsExactly("a");
        PhiFolder.open(phi).close();
    }

    /** What an export of ours notes of the files that are there now. */
    private void noteExport(String... names) throws Exception {
        FinishedExport export = new FinishedExport();
        for (String name : List.of(names).subList(0, names.length - 1)) {
            export.with(input, name);
        }
        export.hydrated(input, names[names.length - 1]).write(input);
    }

    @Test
    @DisplayName("ETL-digests: files that are as they came, also gzipped, large, deleted or hydrated, pass")
    void unchanged() throws Exception {
        write("Patient.000.ndjson", (patient("a") + "\n").repeat(20_000));
        gzip("Patient.001.ndjson.gz", patient("b") + "\n");
        write("deleted/Bundle.000.ndjson", "");
        write("Patient.002.ndjson", patient("c"));
        noteExport("Patient.000.ndjson", "Patient.001.ndjson.gz", "deleted/Bundle.000.ndjson", "Patient.002.ndjson");

        EtlSummary summary = run();

        assertThat(summary.errors()).isZero();
        assertThat(rows("patient")).hasSize(3);
        assertThat(completed()).contains("patient");
    }

    @ParameterizedTest
    @DisplayName(
            "ETL-digests: a file changed since it came is damaged, whatever may be lost, and its table not complete")
    @ValueSource(
            strings = {
                "Patient.000.ndjson",
                "Patient.001.ndjson.gz",
                "Patient.002.ndjson",
                "Patient.003.ndjson",
                "deleted/Bundle.000.ndjson"
            })
    void changed(String name) throws Exception {
        maxErrorRate = 1;
        write("Patient.000.ndjson", patient("a"));
        gzip("Patient.001.ndjson.gz", patient("b"));
        write("Patient.002.ndjson", (patient("c") + "\n").repeat(20_000));
        write("deleted/Bundle.000.ndjson", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}");
        write("Patient.003.ndjson", patient("hydrated"));
        noteExport(
                "Patient.000.ndjson",
                "Patient.001.ndjson.gz",
                "Patient.002.ndjson",
                "deleted/Bundle.000.ndjson",
                "Patient.003.ndjson");
        if (name.endsWith(".gz")) {
            gzip(name, patient("d"));
        } else {
            write(name, Files.readString(input.resolve(name)).replaceFirst("\"resourceType\"", " \"resourceType\""));
        }

        EtlSummary summary = run();

        assertThat(told).contains("unreadable " + name + " it was changed since it came: its SHA-256 is another one");
        assertThat(summary.hasTooManyErrors()).isTrue();
        assertThat(completed()).doesNotContain("patient");
    }

    @Test
    @Timeout(60)
    @DisplayName("ETL-folders: an export.json that is a pipe, a device or huge, and a log that is a pipe, hang nobody")
    void endlessFiles() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        Path state = input.resolve("export.json");
        for (Path planted : List.of(
                Attacks.pipe(temp.resolve("pipe")),
                Path.of("/dev/zero"),
                Attacks.huge(temp.resolve("huge"), 1L << 40))) {
            Files.createSymbolicLink(state, planted);
            assertFails(EtlFailure.Kind.DISK);
            Files.delete(state);
        }
        Attacks.pipe(state);
        assertFails(EtlFailure.Kind.DISK);
        Files.delete(state);
        Attacks.huge(state, 1L << 40);
        assertFails(EtlFailure.Kind.DISK);
    }

    @Test
    @DisplayName("ETL-folders: the report says whether a PHI folder was trusted that others may write")
    void trustedFolder() throws Exception {
        write("Patient.000.ndjson", patient("a"));
        Attacks.rights(phi, "rwxrwx---");
        assertThatThrownBy(this::run).isInstanceOf(CodebookFailure.class);
        assertThat(output).doesNotExist();

        trustPhi = true;
        run();
        try (Stream<Path> files = Files.walk(output.resolve("JobConfig"))) {
            Path report =
                    files.filter(file -> file.endsWith("report.json")).findAny().orElseThrow();
            assertThat(FhirJson.mapper()
                            .readTree(Files.readString(report))
                            .path("trustPhiDirectory")
                            .booleanValue())
                    .isTrue();
        }
    }

    @Test
    @DisplayName("ETL-folders: copies of bad lines are not written through a linked folder")
    void linkedErrors() throws Exception {
        errorsTo = true;
        write("Patient.000.ndjson", "Secret Name");
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path errors = Files.createDirectory(temp.resolve("errors"));
        try (ErrorFiles files = ErrorFiles.in(Optional.of(errors))) {
            Files.createSymbolicLink(errors.resolve("patient"), elsewhere);
            assertThatThrownBy(() -> files.add(EtlTask.PATIENT, new byte[1], 0, 1))
                    .isInstanceOf(UnsafePath.class);
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    @DisplayName("ETL-folders: PHI in the output, in the build directory or in the input is refused")
    void foldersApart() throws Exception {
        EtlFolders inside = new EtlFolders(input, output, output.resolve("phi"), Optional.empty());
        assertThatThrownBy(() -> inside.validated(Optional.empty()))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("phiDirectory");
        EtlFolders built = new EtlFolders(input, output, temp.resolve("target/phi"), Optional.empty());
        assertThatThrownBy(() -> built.validated(Optional.of(temp.resolve("target"))))
                .hasMessageContaining("IN_BUILD");
        Files.createDirectories(output);
        Files.createSymbolicLink(temp.resolve("link"), output);
        EtlFolders linked = new EtlFolders(input, output, temp.resolve("link/phi"), Optional.empty());
        assertThatThrownBy(() -> linked.validated(Optional.empty())).isInstanceOf(InvalidSetting.class);
        EtlFolders shown = new EtlFolders(input, phi.resolve("tables"), phi, Optional.empty());
        assertThatThrownBy(() -> shown.validated(Optional.empty())).hasMessageContaining("outputDirectory");
        EtlFolders errors = new EtlFolders(input, output, phi, Optional.of(output.resolve("errors")));
        assertThatThrownBy(() -> errors.validated(Optional.empty())).hasMessageContaining("errorsTo");
    }

    @Nested
    class RunAgain {
        @BeforeEach
        void made() throws Exception {
            write("Patient.ndjson", patient("a") + "\n" + patient("b"));
            write("Encounter.ndjson", resource("Encounter", "e"));
            delete(input, "gone");
            EtlJobTest.this.run();
        }

        private String codebook() throws CodebookFailure {
            return PhiFolder.check(phi, trustPhi).orElseThrow().fingerprint();
        }

        private void assertDiffers(Difference... differences) {
            assertDiffers(false, differences);
        }

        private void assertDiffers(boolean fetches, Difference... differences) {
            assertThatThrownBy(() -> job().upToDate(fetches, fetches))
                    .isInstanceOfSatisfying(EtlFailure.class, failure -> assertThat(failure.differences())
                            .containsExactly(differences));
        }

        private static Difference differs(Difference.Kind kind, Object what) {
            return new Difference(kind, what.toString());
        }

        @Test
        @DisplayName(
                "ETL-again: the same input, parameters, rules and codebook: up to date, nothing is read or changed")
        void same() throws Exception {
            Map<Path, String> before = contentsOf(phi);
            threads = 5;
            errorsTo = true;

            assertThat(job().upToDate(false, false)).contains(new EtlJob.UpToDate("2026-03-04T05:06:07Z", 2, 3));
            assertThat(contentsOf(phi)).isEqualTo(before);
            assertThat(temp.resolve("errors")).doesNotExist();
        }

        @Test
        @DisplayName("ETL-again: an output folder that is empty, or is not there, is not up to date")
        void nothingThere() throws Exception {
            output = temp.resolve("other");
            assertThat(job().upToDate(false, false)).isEmpty();
            Files.createDirectory(output);
            assertThat(job().upToDate(false, false)).isEmpty();
        }

        @Test
        @DisplayName("ETL-again: other parameters, rules, or another version are named")
        void otherRun() throws Exception {
            batchSize = 7;
            tasks = List.of("patient", "encounter");
            group = Optional.empty();
            time = ExportTime.parse("2021-01-01");
            write(
                    "log.ndjson",
                    event("kickoff", "\"exportUrl\":\"https://x.example/Group/cohort/$export\"")
                            + event("status_complete", "\"transactionTime\":\"2020-10-13T12:00:20Z\""));
            assertDiffers(
                    differs(Difference.Kind.PARAMETERS, "batchSize, exportGroup, exportTimestamp, tasks"),
                    differs(Difference.Kind.FOLDER_CHANGED, input));
            rules = rules.extendedBy("Patient.gender drop").orElseThrow();
            batchSize = 1000;
            tasks = List.of();
            group = Optional.of("cohort");
            time = ExportTime.parse("2020-10-13T12:00:20-05:00");
            Files.delete(input.resolve("log.ndjson"));
            version = "1.2.4";
            assertDiffers(differs(Difference.Kind.VERSION, "1.2.3"), differs(Difference.Kind.PARAMETERS, "deidRules"));
            rules = ScrubRules.builtIn();
            version = "1.2.3";
            assertDiffers(true, differs(Difference.Kind.PARAMETERS, "hydrate"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"Patient.ndjson", "deleted/Bundle.ndjson", "Condition.ndjson", "Patient.zip"})
        @DisplayName(
                "ETL-again: a file that is other, new or gone, of data, deletions, or not read, is no longer the same input")
        void otherFile(String name) throws Exception {
            write(name, patient("c") + "\n");
            assertThatThrownBy(() -> job().upToDate(false, false)).isInstanceOfSatisfying(EtlFailure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(EtlFailure.Kind.INPUT_CHANGED);
                Difference difference = failure.differences().get(0);
                assertThat(difference.kind()).isEqualTo(Difference.Kind.FOLDER_RESIZED);
                assertThat(difference.what()).isEqualTo(input.toString());
                assertThat(difference.then().count()).isEqualTo(3);
            });
        }

        @Test
        @DisplayName("ETL-again: so is one of the same size that was written since, and another folder")
        void otherTime() throws Exception {
            Path folder = Files.createDirectory(temp.resolve("more"));
            inputs = List.of(input, folder);
            assertDiffers(differs(Difference.Kind.FOLDER_ADDED, folder));
            inputs = List.of(folder);
            assertDiffers(differs(Difference.Kind.FOLDER_GONE, input), differs(Difference.Kind.FOLDER_ADDED, folder));
            inputs = List.of(input);
            canaryPatients = Optional.of(folder);
            assertDiffers(
                    differs(Difference.Kind.PARAMETERS, "canaryPatients"),
                    differs(Difference.Kind.FOLDER_ADDED, folder));
            canaryPatients = Optional.empty();
            Files.setLastModifiedTime(input.resolve("Patient.ndjson"), FileTime.from(NOW));
            assertDiffers(differs(Difference.Kind.FOLDER_CHANGED, input));
            inputs = List.of(temp.resolve("none"));
            assertFails(EtlFailure.Kind.NO_INPUT, () -> job().upToDate(false, false));
        }

        @ParameterizedTest
        @ValueSource(strings = {"patient.000.ndjson", "patient.001.ndjson", "patient.meta"})
        @DisplayName("ETL-again: a table with a file that is gone, cut off or new is not as it was written")
        void otherTable(String name) throws Exception {
            Files.writeString(output.resolve("patient").resolve(name), "{}");
            assertDiffers(differs(Difference.Kind.TABLE, "patient"));
        }

        @Test
        @DisplayName("ETL-again: neither is one that is gone as a whole, be it of completion")
        void goneTable() throws Exception {
            Files.delete(output.resolve("etl__completion/etl__completion.000.ndjson"));
            Files.delete(output.resolve("etl__completion"));
            assertDiffers(differs(Difference.Kind.TABLE, "etl__completion"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "null",
                    "{\"finished\":\"x\",\"tables\":{\"patient\":null},\"fingerprint\":{\"plugin\":\"1\",\"codebook\":\"c\","
                            + "\"parameters\":{},\"folders\":{},\"tables\":{}}}",
                    "{\"finished\":\"x\",\"tables\":{},\"fingerprint\":{\"plugin\":\"1\",\"codebook\":\"c\","
                            + "\"parameters\":{},\"folders\":{\"in\":null},\"tables\":{}}}",
                    "{\"finished\":\"x\",\"tables\":{},\"fingerprint\":{\"plugin\":\"1\",\"parameters\":{},\"folders\":{},"
                            + "\"tables\":{}}}",
                    "{}",
                    "[",
                    "{\"finished\":\"x\",\"tables\":{},\"fingerprint\":{\"plugin\":\"1\"}}"
                })
        @DisplayName("ETL-again: output whose report tells too little, or is gone, is only not empty")
        void otherReport(String content) throws Exception {
            Path report = output.resolve("JobConfig/2026-03-04__05.06.07/report.json");
            Files.writeString(report, content);
            assertFails(EtlFailure.Kind.OUTPUT_NOT_EMPTY, () -> job().upToDate(false, false));
            Files.delete(report);
            assertFails(EtlFailure.Kind.OUTPUT_NOT_EMPTY, () -> job().upToDate(false, false));
        }

        @Test
        @DisplayName("ETL-again: what a run with errors has made is not up to date")
        void failedBefore() throws Exception {
            output = temp.resolve("other");
            write("Patient.ndjson", "bad");
            EtlJobTest.this.run();
            assertDiffers(differs(Difference.Kind.LOST, ""));
        }

        @Test
        @DisplayName("ETL-again: the codebook of another PHI folder is refused as ever")
        void otherCodebook() throws Exception {
            Path codebook = phi.resolve("codebook.json");
            Files.writeString(codebook, Files.readString(codebook).replace("the-codebook", "another"));
            assertThatThrownBy(() -> job().upToDate(false, false))
                    .isInstanceOfSatisfying(EtlFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(EtlFailure.Kind.OTHER_CODEBOOK));
        }

        @Test
        @DisplayName(
                "ETL-again: an export's files are known by their digests, so that a copy of the folder is the same")
        void digests() throws Exception {
            output = temp.resolve("other");
            List<String> names = List.of("Patient.000.ndjson", "Encounter.000.ndjson", "deleted/Bundle.000.ndjson");
            FinishedExport export = new FinishedExport();
            for (String name : names) {
                Files.move(input.resolve(name.replace(".000", "")), input.resolve(name));
                export.with(input, name);
            }
            export.write(input);
            EtlJobTest.this.run();
            for (String name : names) {
                Files.setLastModifiedTime(input.resolve(name), FileTime.from(NOW));
            }
            assertThat(job().upToDate(false, false)).isPresent();

            Path state = input.resolve("export.json");
            String digest;
            try (InputStream in = Files.newInputStream(input.resolve("Patient.000.ndjson"))) {
                digest = Sha256.hex(in);
            }
            Files.writeString(state, Files.readString(state).replace(digest, Sha256.hex("another file")));
            assertDiffers(differs(Difference.Kind.FOLDER_CHANGED, input));
        }

        @Test
        @DisplayName("ETL-again: of an input that has lost a file, it is told how much it was and is")
        void lostFile() throws Exception {
            long bytes = 0;
            for (String name : List.of("Patient.ndjson", "Encounter.ndjson", "deleted/Bundle.ndjson")) {
                bytes += Files.size(input.resolve(name));
            }
            long left =
                    bytes - Files.size(input.resolve("Encounter.ndjson")) - Files.size(input.resolve("Patient.ndjson"));
            Files.delete(input.resolve("Encounter.ndjson"));
            Files.delete(input.resolve("Patient.ndjson"));
            assertDiffers(new Difference(
                    Difference.Kind.FOLDER_RESIZED, input.toString(), new Amount(3, bytes), new Amount(1, left)));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"id_salt\":\"a81f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b\"",
                    "\"Patient\":{\"a\":\"b\"},\"id_salt\":\"5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b\"",
                    "\"Encounter\":{\"a\":\"b\"},\"id_salt\":\"5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b\""
                })
        @DisplayName("ETL-again: a codebook of the same name that makes other ids is another one")
        void sameCodebookId(String content) throws Exception {
            Files.writeString(
                    phi.resolve("codebook.json"), "{\"version\":1,\"codebook_id\":\"the-codebook\"," + content + "}");
            assertDiffers(differs(Difference.Kind.CODEBOOK, ""));
            assertThat(codebook()).startsWith("the-codebook ").hasSize("the-codebook ".length() + 64);
        }

        @Test
        @DisplayName("ETL-again: another codebook is noticed without its id in job_config.json, too")
        void unnamedCodebook() throws Exception {
            Path config = output.resolve("JobConfig/2026-03-04__05.06.07/job_config.json");
            Files.writeString(config, Files.readString(config).replace("codebook_id", "no_id"));
            Path codebook = phi.resolve("codebook.json");
            Files.writeString(codebook, Files.readString(codebook).replace("the-codebook", "another"));
            assertDiffers(differs(Difference.Kind.CODEBOOK, ""));
        }

        @Test
        @DisplayName("ETL-again: what a desktop hides in a table's folder does not count")
        void hiddenFile() throws Exception {
            Files.writeString(output.resolve("patient/.DS_Store"), "Bud1");
            assertThat(job().upToDate(false, false)).isPresent();
        }

        @Test
        @DisplayName(
                "ETL-again: of folders with equal times, the one named later counts, so that their order does, too")
        void order() throws Exception {
            Path one = export("a", "g", "2026-02-01T00:00:00Z", "Condition");
            Path other = export("b", "g", "2026-02-01T00:00:00Z", "Condition");
            Path early = export("c", "g", "2026-01-01T00:00:00Z", "Condition");
            Files.writeString(
                    one.resolve("Condition.ndjson"),
                    "{\"resourceType\":\"Condition\",\"id\":\"x\",\"recordedDate\":\"2001\"}");
            Files.writeString(
                    other.resolve("Condition.ndjson"),
                    "{\"resourceType\":\"Condition\",\"id\":\"x\",\"recordedDate\":\"2002\"}");
            output = temp.resolve("other");
            EtlJobTest.this.run();
            assertThat(rows("condition"))
                    .extracting(row -> row.path("recordedDate").asText())
                    .containsExactly("2002");
            inputs = List.of(early, one, other);
            assertThat(job().upToDate(false, false)).isPresent();
            inputs = List.of(other, one, early);
            assertDiffers(differs(Difference.Kind.ORDER, ""));
        }
    }

    private EtlSummary run() throws Exception {
        return job().run();
    }

    private EtlJob job() throws Exception {
        EtlFolders folders = new EtlFolders(
                inputs, output, phi, errorsTo ? Optional.of(temp.resolve("errors")) : Optional.empty(), trustPhi);
        EtlConfig config = new EtlConfig(
                folders.validated(Optional.empty()),
                input.toString(),
                Selection.of(tasks, excluded, allowMissing).vouchingFor(vouched),
                new NdjsonFormat(),
                batchSize,
                maxErrorRate,
                fhirUrl,
                rewrites,
                group,
                time,
                "a comment",
                threads,
                version,
                new CanaryConfig(CanaryMode.OFF, AcknowledgedFindings.NONE, canaryPatients));
        return new EtlJob(config.validated(), rules, InstantSource.fixed(NOW), new Told());
    }

    private static EtlWarning notComplete(EtlTask table, Reason reason, String value) {
        return new EtlWarning.NotComplete(table, new Incomplete(reason, value));
    }

    private void assertFails(EtlFailure.Kind kind) {
        assertFails(kind, this::run);
    }

    private static void assertFails(EtlFailure.Kind kind, ThrowingCallable run) {
        assertThatThrownBy(run).isInstanceOfSatisfying(EtlFailure.class, failure -> assertThat(failure.kind())
                .isEqualTo(kind));
    }

    private final class Told implements EtlListener {
        @Override
        public void began(ExportOrigin origin, List<EtlTask> begun) {
            told.add("began " + origin.group());
        }

        @Override
        public void tableBegan(EtlTask task, int files) {
            told.add("table " + task.table());
        }

        @Override
        public void tableDone(TableSummary table) {
            try {
                whenATableIsDone.run();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }

        @Override
        public void lineSkipped(EtlTask task, String file, long line, LineProblem problem, String element) {
            told.add(file + ":" + line + " " + problem + (element.isEmpty() ? "" : " " + element));
        }

        @Override
        public void fileUnreadable(String file, String reason) {
            told.add("unreadable " + file + " " + reason);
        }

        @Override
        public void warned(EtlWarning warning) {
            warnings.add(warning);
        }
    }

    /** The id that the codebook makes of one. */
    private static String anon(String id) {
        return Codebooks.withSalt(SALT, Map.of()).anonymousIds().of("Patient", id);
    }

    private static Map<Path, String> contentsOf(Path folder) throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file, Files.readString(file));
            }
        }
        return contents;
    }

    private static String patient(String id) {
        return resource("Patient", id);
    }

    private static String resource(String type, String id) {
        return "{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"}";
    }

    private void write(String name, String content) throws IOException {
        Path file = input.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void gzip(String name, String content) throws IOException {
        Path file = input.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, gzipped(content));
    }

    private static byte[] gzipped(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private List<JsonNode> rows(String table) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String content : contents(table)) {
            for (String line : content.lines().toList()) {
                rows.add(FhirJson.mapper().readTree(line));
            }
        }
        return rows;
    }

    private List<String> contents(String table) throws IOException {
        try (Stream<Path> files = Files.list(output.resolve(table))) {
            List<String> contents = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".ndjson"))
                    .sorted()
                    .toList()) {
                contents.add(Files.readString(file));
            }
            return contents;
        }
    }

    private List<String> completed() throws IOException {
        return rows("etl__completion").stream()
                .map(row -> row.path("table_name").asText())
                .toList();
    }

    private static JsonNode json(Path file) throws IOException {
        return FhirJson.mapper().readTree(Files.readAllBytes(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"incomplete", "several", "missing"})
    @DisplayName("ETL-completion: of several folders, a log that was cut off is not made up for by the user's word")
    void cutOffLog(String how) throws Exception {
        Path cutOff = export("a", "g", "2026-02-01T00:00:00Z", "Encounter");
        Path without = export("b", "g", "2026-01-01T00:00:00Z", "Condition");
        Files.delete(without.resolve("log.ndjson"));
        Path log = cutOff.resolve("log.ndjson");
        List<String> lines = Files.readAllLines(log);
        switch (how) {
            case "incomplete" -> Files.write(log, lines.subList(0, 1));
            case "missing" ->
                Files.writeString(
                        log,
                        event("download_request", "\"fileUrl\":\"https://x.example/f\""),
                        StandardOpenOption.APPEND);
            default -> {
                Files.copy(log, cutOff.resolve("log.1.ndjson"));
                Files.move(log, cutOff.resolve("log.2.ndjson"));
            }
        }
        group = Optional.of("h");
        time = ExportTime.parse("2026-03-01T00:00:00Z");

        assertFails(
                switch (how) {
                    case "incomplete" -> EtlFailure.Kind.LOG_WITHOUT_END;
                    case "missing" -> EtlFailure.Kind.LOG_LACKS_FILES;
                    default -> EtlFailure.Kind.SEVERAL_LOGS;
                });
    }

    @Test
    @DisplayName("ETL-completion: of several folders, one that tells its group and no time keeps its group")
    void groupWithoutTime() throws Exception {
        Path known = export("a", "g", "2026-02-01T00:00:00Z", "Encounter");
        export("b", "g", "2026-01-01T00:00:00Z", "Condition");
        Files.delete(known.resolve("log.ndjson"));
        new FinishedExport().of("https://x.example/Group/own").write(known);
        group = Optional.of("h");
        time = ExportTime.parse("2026-03-01T00:00:00Z");

        run();

        assertThat(completions())
                .containsExactly("encounter own 2026-03-01T00:00:00+00:00", "condition g 2026-01-01T00:00:00+00:00");
    }

    @Test
    @DisplayName("ETL-completion: of several folders, an export of no group is of the user's, as of its own time")
    void groupOfAll() throws Exception {
        Path all = export("a", "g", "2026-02-01T00:00:00Z", "Encounter");
        export("b", "g", "2026-01-01T00:00:00Z", "Condition");
        Path log = all.resolve("log.ndjson");
        Files.writeString(log, Files.readString(log).replace("/Group/g/", "/"));
        group = Optional.of("h");

        run();

        assertThat(completions())
                .containsExactly("encounter h 2026-02-01T00:00:00+00:00", "condition g 2026-01-01T00:00:00+00:00");
        assertThat(warnings)
                .noneMatch(warning -> warning instanceof EtlWarning.OwnOrigin own
                        && own.folder().equals(all));
    }
}
