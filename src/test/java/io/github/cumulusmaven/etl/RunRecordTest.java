package io.github.cumulusmaven.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.FinishedExport;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.hydrate.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunRecordTest {
    private static final Path GOLDEN = Path.of("src/test/resources/job-config");
    private static final List<String> TASKS = List.of(
            "encounter",
            "patient",
            "allergyintolerance",
            "condition",
            "medication",
            "medicationrequest",
            "procedure",
            "servicerequest");
    private static final String TYPES =
            "Patient,Encounter,AllergyIntolerance,Condition,MedicationRequest,Medication,ServiceRequest";
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    @TempDir
    Path temp;

    private Path input;

    @BeforeEach
    void anInputOfEverythingThatTheReportCounts() throws Exception {
        input = Files.createDirectory(temp.resolve("input"));
        Path phi = Files.createDirectory(temp.resolve("phi"));
        Files.writeString(
                phi.resolve("codebook.json"),
                "{\"version\":1,\"codebook_id\":\"the-codebook\",\"id_salt\":\"5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b\"}");
        write(
                "Patient.000.ndjson",
                """
                {"resourceType":"Patient","id":"p1","name":[{"family":"Wolfeschlegel","given":["Adolph"]}],\
                "birthDate":"1980-05-06","animal":{"species":{}},"extension":[{"url":"https://site.example/bed"}]}
                {"resourceType":"Patient","id":"p1","gender":"male"}
                {"resourceType":"Patient","id":"gone"}
                """);
        write(
                "deleted/Bundle.000.ndjson",
                """
                {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/gone"}}]}
                """);
        write(
                "Encounter.000.ndjson",
                """
                {"resourceType":"Encounter","id":"e","status":"finished","subject":{"reference":"Patient/p1"}}
                not JSON
                """);
        write(
                "Condition.000.ndjson",
                """
                {"resourceType":"Condition","id":"c","code":{"text":"\\ud800"},"subject":{"reference":"https://other.example/Patient/9"}}
                {"resourceType":"Condition","id":"d","modifierExtension":[{"url":"https://site.example/not"}]}
                """);
        write(
                "MedicationRequest.000.ndjson",
                "{\"resourceType\":\"MedicationRequest\",\"id\":\"m\",\"medicationReference\":{\"reference\":\"Medication/1\"}}\n");
        write(
                "ServiceRequest.000.ndjson",
                "{\"resourceType\":\"ServiceRequest\",\"id\":\"s\",\"code\":{\"text\":\"Adolph Wolfeschlegel\"}}\n");
        write(
                "log.ndjson",
                """
                {"exportId":"1","eventId":"kickoff","eventDetail":{"exportUrl":"https://ehr.example/fhir/Group/g/$export"}}
                {"exportId":"1","eventId":"status_complete","eventDetail":{"transactionTime":"2026-01-01T00:00:00Z"}}
                {"exportId":"1","eventId":"export_complete","eventDetail":{"files":0}}
                """);
        new FinishedExport()
                .of("https://ehr.example/fhir/Group/g")
                .asking("_type", TYPES)
                .with(input, "Patient.000.ndjson", 3)
                .with(input, "Encounter.000.ndjson", 1)
                .with(input, "Condition.000.ndjson", 2)
                .with(input, "ServiceRequest.000.ndjson", 1)
                .with(input, "MedicationRequest.000.ndjson", 1)
                .with(input, "deleted/Bundle.000.ndjson", 1)
                .write(input);
        try (Stream<Path> files = Files.walk(input)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(NOW));
            }
        }
    }

    private void write(String name, String content) throws IOException {
        Path file = input.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, content);
    }

    private EtlSummary run() throws Exception {
        EtlFolders folders = new EtlFolders(input, temp.resolve("output"), temp.resolve("phi"), Optional.empty());
        EtlConfig config = EtlConfigs.ofFolder(
                folders.validated(Optional.empty()),
                Selection.of(TASKS, List.of("device"), false).vouchingFor(List.of("Procedure")),
                new CanaryConfig(
                        CanaryMode.FULL,
                        new AcknowledgedFindings(Map.of("ServiceRequest.code.text name", "a test patient")),
                        Optional.empty()));
        Path rules = Files.writeString(temp.resolve("rules.txt"), "Patient.birthDate keep\n");
        EtlJob job = new EtlJob(
                config, ScrubRules.builtIn().extendedBy(rules), InstantSource.fixed(NOW), new EtlListener() {});
        job.with((whole, failures) -> new Supplement.Supplied(
                new Hydrated(
                        HydrationKind.MEDICATIONS,
                        3,
                        1,
                        Map.of(Problem.OUT_OF_REACH, 2L, Problem.ELSEWHERE, 1L),
                        List.of(),
                        Optional.empty()),
                List.of()));
        return job.run();
    }

    private Path folder() {
        return temp.resolve("output/JobConfig/2026-03-04__05.06.07");
    }

    @ParameterizedTest
    @ValueSource(strings = {"job_config.json", "report.json", "patient.json"})
    void everyFileIsWrittenAsInTheGoldenFile(String name) throws Exception {
        run();

        String written = Files.readString(folder().resolve(name))
                .replace(temp.toString(), "/data")
                .replaceAll("\"hostname\" : \"[^\"]+\"", "\"hostname\" : \"etl.example\"");
        assertThat(written).isEqualTo(Files.readString(GOLDEN.resolve(name)));
    }

    @Test
    @DisplayName("report.json is read by what writes it: nothing of the golden file gets lost")
    void reportIsReadAsItWasWritten() throws Exception {
        EtlReport report = RunRecord.lastReport(outputOfGoldenFiles()).orElseThrow();

        assertThat(FhirJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report))
                .isEqualTo(Files.readString(GOLDEN.resolve("report.json")));
        assertThat(report.upToDate()).isEqualTo(new EtlJob.UpToDate("2026-03-04T05:06:07Z", 8, 5));
        assertThat(report.unfetched()).isEqualTo(2);
    }

    @Test
    @DisplayName("a report in which a count is missing tells too little")
    void reportWithoutACount() throws Exception {
        Path output = outputOfGoldenFiles();
        Path report = folder().resolve("report.json");
        String whole = Files.readString(report);
        String damaged = whole.replaceFirst("(\"out-of-reach\" : )\\d+", "$1null");
        assertThat(damaged).isNotEqualTo(whole);
        Files.writeString(report, damaged);

        assertThat(RunRecord.lastReport(output)).isEmpty();
    }

    @Test
    @DisplayName("job_config.json tells whose ids are in the tables")
    void configurationTellsTheCodebook() throws Exception {
        Path output = outputOfGoldenFiles();

        RunRecord.refuseOtherCodebook(output, Optional.of("the-codebook"));
        assertThatThrownBy(() -> RunRecord.refuseOtherCodebook(output, Optional.of("another")))
                .isInstanceOfSatisfying(EtlFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(EtlFailure.Kind.OTHER_CODEBOOK);
                    assertThat(failure.what()).isEqualTo("/data/phi");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"dir_phi\":\"/p\",\"codebook_id\":\"b\",\"batch_size\":\"20\",\"more\":{}}',OTHER_CODEBOOK,/p",
        "'{\"codebook_id\":\"b\"}',OTHER_CODEBOOK,''",
        "[],RECORD_DAMAGED,JobConfig/2026-03-04__05.06.07/job_config.json",
        "null,RECORD_DAMAGED,JobConfig/2026-03-04__05.06.07/job_config.json"
    })
    @DisplayName("a configuration of Cumulus ETL tells it, too; one that is damaged does not")
    void otherConfigurations(String content, EtlFailure.Kind kind, String what) throws Exception {
        Path output = outputOfGoldenFiles();
        Files.writeString(folder().resolve("job_config.json"), content);

        assertThatThrownBy(() -> RunRecord.refuseOtherCodebook(output, Optional.of("a")))
                .isInstanceOfSatisfying(EtlFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(kind);
                    assertThat(failure.what()).isEqualTo(what);
                });
    }

    private Path outputOfGoldenFiles() throws IOException {
        Files.createDirectories(folder());
        for (String name : List.of("job_config.json", "report.json")) {
            Files.copy(GOLDEN.resolve(name), folder().resolve(name));
        }
        return temp.resolve("output");
    }
}
