package io.github.cumulusmaven.etl.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.bulk.FinishedExport;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.files.Attacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    @Timeout(60)
    @DisplayName("ETL-input: an endless line of the log costs that line, not the memory")
    void endlessLine() throws Exception {
        log("log.ndjson", FIRST);
        Attacks.endlessLine(folder.resolve("log.ndjson"), complete("1", "2020-01-01T00:00:00Z"));
        assertThat(origin().group()).isEqualTo("old");
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
        assertKind(EtlFailure.Kind.SEVERAL_LOGS);
        assertThat(ExportOrigin.of(folder, Optional.of("g"), ExportTime.parse("2024-01-01T00:00:00Z"))
                        .group())
                .isEqualTo("g");
    }

    @Test
    @DisplayName("ETL-input: neither log nor arguments is an error")
    void nothing() {
        assertKind(EtlFailure.Kind.NO_GROUP);
        assertThatThrownBy(() -> ExportOrigin.of(folder, Optional.of("g"), Optional.empty()))
                .isInstanceOfSatisfying(
                        EtlFailure.class, unknown -> assertThat(unknown.kind()).isEqualTo(EtlFailure.Kind.NO_TIME));
    }

    @Test
    @DisplayName("ETL-input: a log of an export that never came to its end is an error")
    void incompleteLog() throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"), SECOND);
        assertKind(EtlFailure.Kind.LOG_WITHOUT_END);
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
        assertKind(EtlFailure.Kind.LOG_LACKS_FILES);
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
        new FinishedExport().write(folder);
        change("\"done\"", "\"downloading\"");
        assertKind(EtlFailure.Kind.EXPORT_UNFINISHED);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"proof\"',x",
        "'\"sha256\"',x",
        "'\"files\"',x",
        "'\"job\"',x",
        "'\"version\" : 1','\"version\" : 2'",
        "'(?s).{300}$',"
    })
    @DisplayName("ETL-completion: a state of ours that is not whole is damage, and never no state")
    void damaged(String from, String to) throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        new FinishedExport().with("Patient.000.ndjson", 1).write(folder);
        change(from, to == null ? "" : to.equals("x") ? "\"renamed\"" : to);
        assertKind(EtlFailure.Kind.EXPORT_DAMAGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "[]", "no JSON", "{\"transactionTime\":\"2020-01-01T00:00:00Z\",\"state\":\"done\"}"})
    @DisplayName("ETL-completion: what another tool calls export.json says nothing")
    void foreignState(String content) throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        Files.writeString(folder.resolve("export.json"), content);
        assertThat(origin().digests()).isEmpty();
    }

    private void change(String from, String to) throws IOException {
        Path state = folder.resolve("export.json");
        String changed = Files.readString(state).replaceFirst(from, to);
        assertThat(changed).isNotEqualTo(Files.readString(state));
        Files.writeString(state, changed);
    }

    @Test
    @DisplayName("ETL-completion: filters come from the log's URL and parameters, and from export.json")
    void filters() throws Exception {
        log(
                "log.ndjson",
                kickOff("1", "https://ehr.example/fhir/$export?_typeFilter=Condition%3Fcategory%3Dx"),
                complete("1", "2020-01-01T00:00:00Z"));
        new FinishedExport().asking("_typeFilter", "Observation?code=y").write(folder);
        TypeFilters filters = origin().filters();
        assertThat(filters.slicing("Condition")).contains("Condition?category");
        assertThat(filters.slicing("Observation")).contains("Observation?code");
        assertThat(filters.slicing("Patient")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "",
            value = {
                "OUTPUT  | Goal   | 1 |   | HTTP 403 | Goal",
                "OUTPUT  | Goal   | 9 | 3 |          | Goal",
                "OUTPUT  | Goal   | 3 | 9 |          |",
                "OUTPUT  |        | 1 |   | HTTP 500 | Goal,Patient",
                "DELETED | Bundle | 1 |   | HTTP 500 | Goal,Patient",
                "ERROR   | x      | 9 |   | HTTP 404 |",
            })
    @DisplayName("ETL-completion: of which types the export ended without a file, or a part of one")
    void lacking(Kind kind, String type, Long count, Long resources, String lost, String types) throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        Proof proof = resources == null ? null : new Proof(resources, 1, "ab");
        new FinishedExport()
                .with(new FileState("Goal.000.ndjson", kind, type, "https://ehr.example/1", count, proof, lost))
                .write(folder);

        assertThat(Stream.of("Goal", "Patient").filter(origin()::lacks))
                .containsExactlyElementsOf(types == null ? List.of() : List.of(types.split(",")));
    }

    private static String file(String event, String name) {
        return "{\"exportId\":\"1\",\"eventId\":\"download_" + event
                + "\",\"eventDetail\":{\"fileUrl\":\"https://ehr.example/" + name + "\"}}";
    }

    @ParameterizedTest
    @CsvSource({
        "MedicationRequest,,true",
        "Patient,,false",
        "MedicationRequest,MedicationRequest?status=active,false",
        ",,true"
    })
    @DisplayName("ETL-completion: a hydration has all Medications where all was exported that refers to them")
    void hydrated(String type, String filter, boolean all) throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        FinishedExport export = new FinishedExport().hydratedWholly();
        Optional.ofNullable(type).ifPresent(asked -> export.asking("_type", asked));
        Optional.ofNullable(filter).ifPresent(asked -> export.asking("_typeFilter", asked));
        export.write(folder);
        assertThat(origin().asksFor("Medication")).isEqualTo(all);
    }

    @ParameterizedTest(name = "{1}: {3}")
    @DisplayName("ETL-completion: of which types none came, as far as a log shows it")
    @CsvSource(
            delimiter = '|',
            nullValues = "",
            value = {
                "?_type=Patient,Specimen|named, and downloaded files end the log|request P;complete P|Specimen",
                "?_type=Patient,Specimen|named, in a log of no files||Specimen",
                "?_type=Patient,Specimen&_typeFilter=Specimen?_lastUpdated=ge2020-01-01|bounded by a date|end|Specimen",
                "?_type=Patient,Specimen&_typeFilter=Specimen?status=x|filtered|end|",
                "?_type=Patient,Specimen|it came, but is not here|request P;complete P;request S;complete S;end|",
                "?_type=Patient,Specimen|a file is missing|pages 2 0;request P;complete P|",
                "?_type=Patient,Specimen|all files are here|pages 1 0;request P;complete P|Specimen",
                "?_type=Patient,Specimen|a file failed|request P;complete P;error X;end|",
                "?_type=Patient,Specimen|a file failed at first|request P;error P;complete P;end|Specimen",
                "?_type=Patient,Specimen|the server has reported what is not here|pages 1 1;request P;complete P;end|",
                "?_type=Patient,Specimen|nothing came at all|pages 0 0;end|",
                "?_type=Specimen|the folder holds another export's|end|",
                "|all, and files are listed|request P;complete P;end|AllergyIntolerance,Condition,DiagnosticReport,"
                        + "DocumentReference,EpisodeOfCare,MedicationDispense,MedicationRequest,Observation,Procedure,"
                        + "ServiceRequest,Specimen",
                "|all, in a log of no files|end|",
                "?patient=1|all of some patients|request P;complete P;end|",
                "?_typeFilter=Device?status=x|all, with a filter|request P;complete P;end|",
                "|all, but the folder holds another export's|request S;complete S;end|",
            })
    void noneCame(String query, String situation, String events, String types) throws Exception {
        log(
                "log.ndjson",
                kickOff("1", "https://ehr.example/fhir/$export" + (query == null ? "" : query)),
                complete("1", "2020-01-01T00:00:00Z"),
                events == null
                        ? ""
                        : Arrays.stream(events.split(";"))
                                .map(ExportOriginTest::event)
                                .collect(Collectors.joining("\n")));
        assertThat(String.join(",", origin().typesOfWhichNoneCame(Set.of("Patient", "Medication"))))
                .isEqualTo(types == null ? "" : types);
    }

    private static String event(String words) {
        String[] event = words.split(" ");
        String file = event.length < 2
                ? ""
                : file(event[0], event[1])
                        .replace(
                                "\"}}",
                                "\",\"resourceType\":\"" + (event[1].equals("P") ? "Patient" : "Specimen") + "\"}}");
        return switch (event[0]) {
            case "end" -> "{\"exportId\":\"1\",\"eventId\":\"export_complete\",\"eventDetail\":{}}";
            case "pages" ->
                "{\"exportId\":\"1\",\"eventId\":\"status_page_complete\",\"eventDetail\":{\"outputFileCount\":"
                        + event[1] + ",\"errorFileCount\":" + event[2] + "}}";
            default -> file;
        };
    }

    @ParameterizedTest(name = "{0}, {1}, {2}: {3}")
    @DisplayName("ETL-completion: of which types none came, as far as export.json and the server's reports show it")
    @CsvSource({
        "Patient,here,none,true",
        "Patient,missing,none,false",
        "Specimen,here,none,false",
        ",here,none,false",
        "Patient,speaks,none,false",
        "Patient,here,error,false",
        "Patient,here,warning of Specimen,false",
        "Patient,here,warning of Device,true"
    })
    void noneCameByState(String type, String file, String report, boolean shown) throws Exception {
        log("log.ndjson", FIRST, complete("1", "2020-01-01T00:00:00Z"));
        Proof proof =
                switch (file) {
                    case "here" -> new Proof(1, 1, "ab");
                    case "speaks" -> new Proof(2, 1, "ab", Map.of("OperationOutcome", 1L));
                    default -> null;
                };
        new FinishedExport()
                .asking("_type", "Patient,Specimen")
                .with(new FileState(
                        "Patient.000.ndjson",
                        Kind.OUTPUT,
                        type,
                        "https://ehr.example/1",
                        null,
                        proof,
                        proof == null ? "HTTP 404" : null))
                .write(folder);
        if (!report.equals("none")) {
            Files.createDirectory(folder.resolve("error"));
            Files.writeString(
                    folder.resolve("error/OperationOutcome.000.ndjson"),
                    "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"" + report.split(" ")[0]
                            + "\",\"code\":\"not-supported\",\"diagnostics\":\"" + report + "\"}]}");
        }
        assertThat(origin().typesOfWhichNoneCame(Set.of("Patient"))).isEqualTo(shown ? Set.of("Specimen") : Set.of());
    }

    @Test
    @DisplayName(
            "ETL-completion: without a log, nothing shows what was asked for; without any file, nothing came at all")
    void noneCameByHand() throws Exception {
        assertThat(ExportOrigin.of(folder, Optional.of("g"), ExportTime.parse("2024-01-01T00:00:00Z"))
                        .typesOfWhichNoneCame(Set.of("Patient")))
                .isEmpty();
        log("log.ndjson", SECOND, complete("2", "2020-01-01T00:00:00Z"));
        assertThat(origin().typesOfWhichNoneCame(Set.of())).isEmpty();
    }

    @Test
    @DisplayName(
            "ETL-input: the server's base is that of the log's URL; without a log, export.json tells it, and the group")
    void serverBase() throws Exception {
        log("log.ndjson", SECOND, complete("2", "2020-01-01T00:00:00Z"));
        assertThat(origin().serverBase()).contains("https://ehr.example/fhir");
        Files.delete(folder.resolve("log.ndjson"));
        new FinishedExport().of("https://other.example/fhir/Group/g").write(folder);
        ExportOrigin ofState = ExportOrigin.of(folder, Optional.empty(), ExportTime.parse("2024-01-01T00:00:00Z"));
        assertThat(ofState.serverBase()).contains("https://other.example/fhir");
        assertThat(ofState.group()).isEqualTo("g");
    }

    @Test
    @DisplayName(
            "ETL-again: whatever else is told of an export makes its facts others, and the digests of its files do not")
    void facts() {
        ExportTime time = ExportTime.parse("2026-01-01").orElseThrow();
        Optional<String> none = Optional.empty();
        TypeFilters all = TypeFilters.of(List.of());
        Map<String, Long> brought = Map.of();
        Map<String, String> files = Map.of();
        Optional<Set<String>> unknown = Optional.empty();
        Set<String> no = Set.of();
        Set<String> patient = Set.of("Patient");
        TypeFilters sliced = TypeFilters.of(List.of("Condition?category=x"));
        ExportTime later = ExportTime.parse("2026-01-02").orElseThrow();
        String facts = new ExportOrigin("g", time, none, all, no, brought, files, unknown, no).facts();
        List<String> others = Stream.of(
                        new ExportOrigin("h", time, none, all, no, brought, files, unknown, no),
                        new ExportOrigin("g", later, none, all, no, brought, files, unknown, no),
                        new ExportOrigin("g", time, Optional.of("u"), all, no, brought, files, unknown, no),
                        new ExportOrigin("g", time, none, sliced, no, brought, files, unknown, no),
                        new ExportOrigin("g", time, none, all, patient, brought, files, unknown, no),
                        new ExportOrigin("g", time, none, all, no, Map.of("Patient", 1L), files, unknown, no),
                        new ExportOrigin("g", time, none, all, no, brought, files, Optional.of(patient), no),
                        new ExportOrigin("g", time, none, all, no, brought, files, unknown, patient))
                .map(ExportOrigin::facts)
                .toList();
        assertThat(others).doesNotContain(facts).doesNotHaveDuplicates();
        assertThat(new ExportOrigin("g", time, none, all, no, brought, Map.of("f", "ab"), unknown, no).facts())
                .isEqualTo(facts);
    }

    private ExportOrigin origin() throws Exception {
        return ExportOrigin.of(folder, Optional.empty(), Optional.empty());
    }

    private void assertKind(EtlFailure.Kind kind) {
        assertThatThrownBy(this::origin).isInstanceOfSatisfying(EtlFailure.class, unknown -> assertThat(unknown.kind())
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
