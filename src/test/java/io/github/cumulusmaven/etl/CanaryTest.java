package io.github.cumulusmaven.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.deid.ElementRule;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.table.NdjsonFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the PHI canary finds, and what it lets be. */
class CanaryTest {
    private static final Path SAMPLE = Path.of("src/main/resources/io/github/cumulusmaven/sandbox/sample");

    private static final String UUID = "069b5064-ff05-2225-3995-f32685518bc6";
    private static final String PATIENT =
            """
            {"resourceType":"Patient","id":"%s","name":[{"text":"Lady Ardath of Wolfhampton","family":"Wolf","given":\
            ["Ardath","Quilla"],"prefix":["Mrs."]}],"birthDate":"1993-09-16","identifier":[{"system":"urn:mrn","value":\
            "4711"},{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-93-4678"},{"value":"S99977880"},{"system":\
            "http://hl7.org/fhir/sid/us-npi","value":"9999908194"}],"telecom":[{"system":"phone","value":\
            "+1 (617) 555-0142"},{"system":"email","value":"ardath.wolf@example.com"}],"address":[{"line":\
            ["1069 Heller Junction","Apt 2"]}],"contact":[{"name":{"family":"Zebedee","given":["Florence"]}}]}
            """
                    .formatted(UUID);

    private static final String ANONYMOUS = "ab".repeat(32);

    @TempDir
    Path temp;

    /** Rows as they were written by whatever bug there is, compared with Patients. */
    @Nested
    class Rows {
        private final Map<EtlTask, List<Path>> tables = new EnumMap<>(EtlTask.class);
        private final List<String> patients = new ArrayList<>(List.of(PATIENT));
        private ScrubRules rules = ScrubRules.builtIn();
        private int valuesAtOnce = Canary.VALUES_AT_ONCE;
        private CanaryMode mode = CanaryMode.FULL;

        private CanaryReport check() throws Exception {
            Path file = temp.resolve("Patient.ndjson");
            Files.writeString(file, String.join("", patients));
            PlainDeidentification deidentification = new PlainDeidentification() {
                @Override
                public Optional<ElementRule> rule(String type, String element) {
                    return rules.rule(type, element);
                }
            };
            return new Canary(mode, deidentification, new EtlListener() {}, valuesAtOnce)
                    .check(List.of(new InputFile(file, "Patient.ndjson")), tables, 0, "/tables");
        }

        private List<PhiFinding> findings() {
            PhiFound found = catchThrowableOfType(PhiFound.class, this::check);
            return found == null ? List.of() : found.findings();
        }

        private List<String> places() {
            return findings().stream()
                    .map(finding -> finding.task().table() + " " + finding.element())
                    .toList();
        }

        private void row(EtlTask task, String elements) throws IOException {
            rows(
                    task,
                    List.of("{\"resourceType\":\"" + task.type() + "\",\"id\":\"" + ANONYMOUS + "\"," + elements
                            + "}"));
        }

        private void rows(EtlTask task, List<String> rows) throws IOException {
            Path file = temp.resolve(task.table() + "." + tables.size() + ".ndjson");
            Files.write(file, rows);
            tables.put(task, List.of(file));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "subject.display ! `subject`:{`display`:`Ardath Wolf`}",
                    "subject.display ! `subject`:{`display`:`WOLF, ARDATH QUILLA`}",
                    "subject.display ! `subject`:{`display`:` Mrs. Ardath Q. Wolf `}",
                    "subject.display ! `subject`:{`display`:`Mrs. Ardath Quilla Wolf`}",
                    "subject.display ! `subject`:{`display`:`lady ardath of wolfhampton`}",
                    "contact.name.family ! `contact`:[{`name`:{`family`:`Zebedee`,`given`:[`Florence`]}}]",
                    "name.family ! `name`:[{`given`:[`Ardath`,`Quilla`],`family`:`Wolf`}]",
                    "note.text ! `note`:[{`text`:`617.555.0142`}]",
                    "telecom.value ! `telecom`:[{`system`:`phone`,`value`:`6175550142`}]",
                    "telecom.value ! `telecom`:[{`value`:`Ardath.Wolf@Example.com`}]",
                    "address.line ! `address`:[{`line`:[`none`,`1069 HELLER JUNCTION`]}]",
                    "identifier.value ! `identifier`:[{`value`:`999-93-4678`}]",
                    "identifier.value ! `identifier`:[{`value`:`s99977880`}]",
                    "identifier.value ! `identifier`:[{`value`:`4711`,`system`:`urn:mrn`}]",
                    "subject.reference ! `subject`:{`reference`:`Patient/069b5064-ff05-2225-3995-f32685518bc6`}",
                    "subject.reference ! `subject`:{`reference`:`https://ehr.example/fhir/Patient/069b5064-ff05-2225-3995-f32685518bc6/_history/1`}",
                    "subject.reference ! `subject`:{`reference`:`Patient?identifier=urn:mrn|4711`}",
                    "subject.reference ! `subject`:{`reference`:`Practitioner?identifier=S99977880`}",
                    "contained.text ! `contained`:[{`resourceType`:`Basic`,`text`:`069B5064-FF05-2225-3995-F32685518BC6`}]",
                    "meta.source ! `meta`:{`source`:`#069b5064-ff05-2225-3995-f32685518bc6`}"
                })
        @DisplayName("CANARY-finds: values as they are and as they are usually written, by their place")
        void finds(String element, String json) throws Exception {
            row(EtlTask.ENCOUNTER, json.replace('`', '"'));

            assertThat(findings()).singleElement().satisfies(finding -> {
                assertThat(finding.task()).isEqualTo(EtlTask.ENCOUNTER);
                assertThat(finding.element()).isEqualTo(element);
                assertThat(finding.rows()).isEqualTo(1);
                assertThat(finding.firstRows()).containsExactly(ANONYMOUS);
            });
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "`text`:`Wolf`",
                    "`text`:`Ardath`",
                    "`text`:`Ardath Wolf has a cold`",
                    "`text`:`Apt 2`",
                    "`code`:{`coding`:[{`system`:`http://loinc.org`,`code`:`4711`}]}",
                    "`identifier`:[{`system`:`urn:visits`,`value`:`4711`}]",
                    "`identifier`:[{`system`:`http://hl7.org/fhir/sid/us-npi`,`value`:`9999908194`}]",
                    "`identifier`:[{`system`:`urn:visits`,`value`:`6175550142`}]",
                    "`code`:{`coding`:[{`code`:`999-93-4678`}]}",
                    "`reference`:`Observation/4711`",
                    "`period`:{`start`:`1993-09-16`}",
                    "`birthDate`:`1993-09-16`"
                })
        @DisplayName("CANARY-quiet: parts, single names, numbers of others, and dates may have other reasons")
        void letsBe(String json) throws Exception {
            row(EtlTask.OBSERVATION, json.replace('`', '"'));

            assertThat(places()).isEmpty();
        }

        @Test
        @DisplayName("CANARY-quiet: a family called White, an id 1366")
        void commonValues() throws Exception {
            patients.set(
                    0,
                    "{\"resourceType\":\"Patient\",\"id\":\"1366\",\"name\":[{\"family\":\"White\",\"given\":[\"\"]},{\"text\":\"White\"},"
                            + "{\"family\":\"Li\",\"given\":[\"An\"]}],\"identifier\":[{\"value\":\"1366\"}]}");
            row(
                    EtlTask.OBSERVATION,
                    "\"valueCodeableConcept\":{\"text\":\"White\",\"coding\":[{\"code\":\"1366\"}]},\"method\":{\"text\":\"Li-An\"},"
                            + "\"device\":{\"reference\":\"Device/1366\"}");

            assertThat(check()).satisfies(report -> {
                assertThat(report.patients()).isEqualTo(1);
                assertThat(report.rowsChecked()).isEqualTo(1);
                assertThat(report.tooCommon()).isEqualTo(4);
            });

            row(EtlTask.CONDITION, "\"subject\":{\"reference\":\"Patient/1366\"}");
            assertThat(places()).containsExactly("condition subject.reference");
        }

        @Test
        @DisplayName(
                "CANARY-quiet: physicians and nursing homes may share a patient's name, phone and street, not his id")
        void directories() throws Exception {
            for (EtlTask task :
                    List.of(EtlTask.PRACTITIONER, EtlTask.ORGANIZATION, EtlTask.LOCATION, EtlTask.PRACTITIONER_ROLE)) {
                row(
                        task,
                        "\"name\":\"Wolf, Ardath\",\"telecom\":[{\"system\":\"phone\",\"value\":\"617-555-0142\"}],"
                                + "\"address\":{\"line\":[\"1069 Heller Junction\"]},\"alias\":[{\"family\":\"Wolf\",\"given\":[\"Ardath\"]}]");
            }
            assertThat(places()).isEmpty();

            row(EtlTask.PRACTITIONER, "\"identifier\":[{\"value\":\"999-93-4678\"}]");
            assertThat(places()).containsExactly("practitioner identifier.value");
        }

        @Test
        @DisplayName("CANARY-finds: a Patient's id and full birth date in his own row; an id that is real is not shown")
        void ownRow() throws Exception {
            rows(
                    EtlTask.PATIENT,
                    List.of("{\"resourceType\":\"Patient\",\"id\":\"" + UUID + "\",\"birthDate\":\"1993-09-16\"}"));

            assertThat(findings())
                    .containsExactly(
                            new PhiFinding(
                                    EtlTask.PATIENT, "birthDate", 1, List.of(), Optional.of("Patient.birthDate")),
                            new PhiFinding(EtlTask.PATIENT, "id", 1, List.of(), Optional.empty()));
        }

        @Test
        @DisplayName("CANARY-quiet: a code's own words, or what stands for a name, may be a patient's name as well")
        void namesThatAreWords() throws Exception {
            patients.add(named("Root", "Ginger"));
            patients.add(named("Newborn", "Male"));
            row(
                    EtlTask.CONDITION,
                    "\"code\":{\"coding\":[{\"display\":\"ginger root\",\"system\":\"http://x\"}],\"text\":\"Male newborn\"}");
            assertThat(places()).isEmpty();

            row(EtlTask.ENCOUNTER, "\"subject\":{\"display\":\"Ginger Root\"}");
            assertThat(places()).containsExactly("encounter subject.display");
        }

        private static String named(String family, String given) {
            return "{\"resourceType\":\"Patient\",\"id\":\"" + family + "\",\"name\":[{\"family\":\"" + family
                    + "\",\"given\":[\"" + given + "\"]}]}\n";
        }

        @Test
        @DisplayName("CANARY-kept: what a site's rules keep of a Patient on purpose is not looked for; the rest is")
        void keptOnPurpose() throws Exception {
            Path file = temp.resolve("rules.txt");
            Files.writeString(
                    file,
                    """
                    Patient.identifier Identifier system=urn:mrn
                    Patient.birthDate keep
                    Patient.name HumanName
                    HumanName.text keep
                    ContactPoint.value keep
                    Patient.telecom ContactPoint
                    Address.line keep
                    """);
            rules = ScrubRules.builtIn().extendedBy(file);
            row(
                    EtlTask.PATIENT,
                    "\"birthDate\":\"1993-09-16\",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"4711\"}],\"name\":[{\"text\":"
                            + "\"Lady Ardath of Wolfhampton\"}],\"telecom\":[{\"value\":\"ardath.wolf@example.com\"}],"
                            + "\"address\":[{\"line\":[\"1069 Heller Junction\"]}]");
            assertThat(places()).isEmpty();

            row(EtlTask.ENCOUNTER, "\"identifier\":[{\"value\":\"999-93-4678\"}]");
            assertThat(places()).containsExactly("encounter identifier.value");
        }

        @Test
        @DisplayName("CANARY-memory: as many passes as it takes find what one finds")
        void passes() throws Exception {
            patients.clear();
            List<String> rows = new ArrayList<>();
            for (int index = 0; index < 60; index++) {
                patients.add(PATIENT.replace(UUID, "patient-" + index).replace("Wolf", "Wolf" + index % 7));
                rows.add("{\"id\":\"" + ANONYMOUS.substring(2) + (10 + index)
                        + "\",\"subject\":{\"display\":\"Ardath Wolf" + (59 - index) % 7
                        + "\",\"reference\":\"Patient/patient-" + (59 - index) + "\"}}");
            }
            rows(EtlTask.ENCOUNTER, rows);

            List<PhiFinding> atOnce = findings();
            assertThat(atOnce).hasSize(2).allMatch(finding -> finding.rows() == 60);
            valuesAtOnce = 1;
            assertThat(findings())
                    .extracting(PhiFinding::element, PhiFinding::firstRows)
                    .containsExactlyElementsOf(atOnce.stream()
                            .map(finding -> tuple(finding.element(), finding.firstRows()))
                            .toList());
        }

        @Test
        @DisplayName("CANARY-sample: some rows of a large table, always the same, as many of one file as of many")
        void sample() throws Exception {
            List<String> rows = new ArrayList<>();
            String filler = "x".repeat(900);
            for (int index = 0; index < 12_000; index++) {
                rows.add("{\"id\":\"" + index + "\",\"text\":\"" + filler + "\"}");
            }
            mode = CanaryMode.SAMPLED;
            rows(EtlTask.OBSERVATION, rows);
            long ofOneFile = check().rowsChecked();
            assertThat(ofOneFile).isBetween(220L, 340L).isEqualTo(check().rowsChecked());

            List<Path> files = new ArrayList<>();
            for (int file = 0; file < 120; file++) {
                files.add(Files.write(
                        temp.resolve("part." + file + ".ndjson"), rows.subList(file * 100, (file + 1) * 100)));
            }
            tables.put(EtlTask.OBSERVATION, files);
            assertThat(check().rowsChecked()).isBetween(220L, 400L);
            mode = CanaryMode.FULL;
            assertThat(check().rowsChecked()).isEqualTo(12_000);
        }

        @Test
        @DisplayName("CANARY-sample: some Patients of many, and rows that are longer than a block")
        void samplePatients() throws Exception {
            patients.clear();
            for (int index = 0; index < 10_000; index++) {
                patients.add(PATIENT.replace(UUID, "patient-" + index));
            }
            mode = CanaryMode.SAMPLED;
            row(EtlTask.DOCUMENT_REFERENCE, "\"content\":\"" + "x".repeat(3_000_000) + "\",\"text\":\"none\"");

            assertThat(check()).satisfies(report -> {
                assertThat(report.patients()).isBetween(500L, 3_000L);
                assertThat(report.rowsChecked()).isEqualTo(1);
            });
        }
    }

    /** Whole runs over the built-in sample. */
    @Nested
    class Runs {
        private Path output;
        private int threads = 2;

        @BeforeEach
        void folders() {
            output = temp.resolve("output");
        }

        private EtlSummary run(CanaryMode mode, String... siteRules) throws Exception {
            Path file = temp.resolve("rules.txt");
            Files.write(file, List.of(siteRules));
            EtlFolders folders = new EtlFolders(SAMPLE.toAbsolutePath(), output, temp.resolve("phi"), Optional.empty());
            EtlConfig config = new EtlConfig(
                    folders.validated(Optional.empty()),
                    SAMPLE.toString(),
                    Selection.of(List.of(), List.of(), false),
                    new NdjsonFormat(),
                    500,
                    0,
                    Optional.of("cohort"),
                    ExportTime.parse("2024-01-01T00:00:00Z"),
                    "",
                    threads,
                    "1.2.3",
                    mode);
            return new EtlJob(
                            config, ScrubRules.builtIn().extendedBy(file), InstantSource.system(), new EtlListener() {})
                    .run();
        }

        @ParameterizedTest
        @EnumSource(CanaryMode.class)
        @DisplayName("CANARY-quiet: the sample raises no alarm; report.json says what was compared")
        void sample(CanaryMode mode) throws Exception {
            CanaryReport report = run(mode).canary();

            try (Stream<Path> files = Files.walk(output.resolve("JobConfig"))) {
                JsonNode json = FhirJson.mapper()
                        .readTree(Files.readAllBytes(files.filter(file -> file.endsWith("report.json"))
                                .findAny()
                                .orElseThrow()))
                        .path("canary");
                assertThat(json.path("mode").asText()).isEqualTo(mode.word());
                assertThat(json.path("rowsChecked").asLong()).isEqualTo(report.rowsChecked());
            }
            assertThat(report.patients()).isEqualTo(mode == CanaryMode.OFF ? 0 : 24);
            if (mode == CanaryMode.FULL) {
                assertThat(report.rowsChecked()).isEqualTo(report.rows()).isPositive();
            }
        }

        @Test
        @DisplayName("CANARY-quiet: rules that keep identifying elements of a Patient on purpose")
        void keptOnPurpose() throws Exception {
            EtlSummary summary = run(
                    CanaryMode.FULL,
                    "Patient.name HumanName",
                    "HumanName.family keep",
                    "HumanName.given keep",
                    "Patient.identifier Identifier",
                    "Observation.note Annotation",
                    "Annotation.text free-text",
                    "Patient.birthDate keep");

            assertThat(summary.canary().patients()).isEqualTo(24);
            assertThat(output.resolve("patient")).isDirectory();
        }

        @ParameterizedTest
        @EnumSource(names = {"SAMPLED", "FULL"})
        @DisplayName("CANARY-finds: a rule that lets names out: nothing is published, and nothing is quoted")
        void leak(CanaryMode mode) throws Exception {
            PhiFound found = catchThrowableOfType(PhiFound.class, () -> run(mode, "Reference.display keep"));

            assertThat(found.findings()).anySatisfy(finding -> {
                assertThat(finding.task()).isEqualTo(EtlTask.ENCOUNTER);
                assertThat(finding.element()).isEqualTo("subject.display");
                assertThat(finding.rule()).contains("Reference.display");
                assertThat(finding.firstRows()).hasSize(3).allMatch(id -> id.matches("[0-9a-f]{64}"));
            });
            assertThat(found.output()).isEqualTo(output.toString());
            try (Stream<Path> published = Files.exists(output) ? Files.list(output) : Stream.empty()) {
                assertThat(published).allMatch(file -> file.endsWith(".gitignore"));
            }
            StringWriter trace = new StringWriter();
            found.printStackTrace(new PrintWriter(trace));
            assertThat(trace + found.findings().toString())
                    .doesNotContain("Wolf938")
                    .doesNotContain("Ardath226");

            threads = 5;
            PhiFound again = catchThrowableOfType(PhiFound.class, () -> run(mode, "Reference.display keep"));
            assertThat(again.findings()).isEqualTo(found.findings());
        }
    }
}
