package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on small folders, as a hospital's engineer would meet them. */
class EtlMojoTest {
    private static final String NAME = "Zebedee";
    private static final String EXTENSION = "https://ehr.example/favourite-colour";
    private static final String PATIENT =
            "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"gender\":\"female\",\"birthDate\":\"1980-05-06\",\"name\":[{\"family\":\""
                    + NAME + "\"}],\"extension\":[{\"url\":\"" + EXTENSION + "\",\"valueString\":\"" + NAME + "\"}]}\n";
    private static final String BAD_LINE = "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"name\":[\"" + NAME + "]}\n";
    private static final String LOG =
            """
            {"exportId":"1","eventId":"kickoff","eventDetail":{"exportUrl":"https://ehr.example/fhir/Group/cohort/$export"}}
            {"exportId":"1","eventId":"status_complete","eventDetail":{"transactionTime":"2026-01-02T03:04:05Z"}}
            """;

    private static final String BASE = "https://ehr.example/fhir";

    @TempDir
    Path temp;

    private final RecordingLog log = new RecordingLog();
    private Path input;
    private Path output;
    private Path phi;

    @BeforeEach
    void anExport() throws IOException {
        input = Files.createDirectory(temp.resolve("input"));
        output = temp.resolve("output");
        phi = temp.resolve("phi");
        Files.writeString(input.resolve("log.ndjson"), LOG);
        Files.writeString(input.resolve("Patient.000.ndjson"), PATIENT);
        Files.writeString(
                input.resolve("Encounter.000.ndjson"),
                "{\"resourceType\":\"Encounter\",\"id\":\"e1\",\"status\":\"finished\",\"subject\":{\"reference\":\"Patient/p1\"}}\n");
    }

    private EtlMojo etl() {
        return Goals.etl(log, temp);
    }

    private MojoFailureException refused(EtlMojo etl) {
        int before = log.failures().size();
        MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, etl::execute);
        assertThat(failure).as("succeeded; said " + log.lines()).isNotNull();
        assertThat(failure).hasNoCause();
        assertThat(log.failures()).as("-X").hasSize(before + 1);
        assertNoContent(failure);
        return failure;
    }

    private void assertNoContent(AbstractMojoExecutionException failure) {
        assertThat(failure.getMessage()).doesNotContain(NAME);
        assertThat(log.lines()).noneMatch(line -> line.contains(NAME));
        assertThat(log.failures()).noneMatch(shown -> trace(shown).contains(NAME));
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private List<JsonNode> rows(String table) throws IOException {
        try (Stream<String> lines = Files.lines(output.resolve(table).resolve(table + ".000.ndjson"))) {
            return lines.map(line -> FhirJson.parseObject(line).orElseThrow())
                    .<JsonNode>map(row -> row)
                    .toList();
        }
    }

    /** Every file below the folder, with what is in it. */
    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }

    @Test
    @DisplayName("an export's folder becomes de-identified tables, completion tables and a record of the run")
    void succeeds() throws Exception {
        etl().execute();

        assertThat(rows("patient")).singleElement().satisfies(patient -> {
            assertThat(patient.path("gender").asText()).isEqualTo("female");
            assertThat(patient.path("birthDate").asText()).isEqualTo("1980");
            assertThat(patient.path("id").asText()).matches("[0-9a-f]{64}");
        });
        assertThat(rows("encounter")).singleElement().satisfies(encounter -> assertThat(
                        encounter.path("subject").path("reference").asText())
                .isEqualTo("Patient/" + rows("patient").get(0).path("id").asText()));
        assertThat(rows("etl__completion"))
                .extracting(row -> row.path("table_name").asText() + " of "
                        + row.path("group_name").asText() + " as of "
                        + row.path("export_time").asText())
                .containsExactly(
                        "encounter of cohort as of 2026-01-02T03:04:05+00:00",
                        "patient of cohort as of 2026-01-02T03:04:05+00:00");
        assertThat(rows("etl__completion_encounters")).hasSize(1);
        assertThat(content(output).keySet())
                .anyMatch(file -> file.matches("JobConfig/[^/]+/report\\.json"))
                .anyMatch(file -> file.matches("JobConfig/[^/]+/job_config\\.json"));
        assertThat(content(output).values()).noneMatch(text -> text.contains(NAME));
        assertThat(phi.resolve("codebook.json")).isNotEmptyFile();
    }

    @Test
    @DisplayName("the log tells what was made of what, and what to do about unknown extensions; never what they hold")
    void told() throws Exception {
        etl().execute();

        assertThat(log.lines())
                .contains("INFO ETL of group cohort, data as of 2026-01-02T03:04:05+00:00, into 2 tables")
                .contains("INFO patient                         1            1         0         0       yes")
                .contains("INFO   Patient: " + EXTENSION + " (1)")
                .contains("INFO   keep-extension " + EXTENSION)
                .noneMatch(line -> line.contains(NAME))
                .last()
                .asString()
                .startsWith("INFO In " + output + ", after ");
        assertThat(log.warnings())
                .anyMatch(line -> line.startsWith("WARN No files of AllergyIntolerance, "))
                .anyMatch(line -> line.startsWith("WARN Cumulus Library (6.3.7) will show none of these Encounters"))
                .contains("WARN Encounters that Cumulus Library will show: 0 of 1");
    }

    @Test
    @DisplayName(
            "a finding that is acknowledged in a file does not keep tables from being published, and goes on record")
    void acknowledgedFinding() throws Exception {
        Files.writeString(
                input.resolve("Patient.000.ndjson"),
                "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Test\",\"given\":[\"Lab\"]}]}\n");
        Files.writeString(
                input.resolve("Encounter.000.ndjson"),
                "{\"resourceType\":\"Encounter\",\"id\":\"e1\",\"serviceType\":{\"text\":\"Lab Test\"}}\n");
        Path file = temp.resolve("acknowledged.txt");
        EtlMojo etl = etl();
        String advised = "Encounter.serviceType.text name  # ";
        assertThat(refused(etl).getMessage()).contains("\n  " + advised + "…");

        etl.acknowledgedFindings = file.toFile();
        Files.writeString(file, "Encounter.serviceType.text\n");
        assertThat(refused(etl))
                .hasMessageStartingWith("<acknowledgedFindings> '" + file + ", line 1' must be an element, ");

        Files.writeString(file, advised + "our test patient\nPatient.gender name  # gone\n");
        etl.execute();

        assertThat(rows("encounter")).hasSize(1);
        assertThat(log.warnings())
                .contains("WARN PHI canary: Encounter.serviceType.text name, found in a row, is acknowledged")
                .contains("WARN PHI canary: nothing was found that \"Patient.gender name\" in <acknowledgedFindings>"
                        + " stands for. Delete the line, if it is of no use any more.");
        try (Stream<Path> files = Files.walk(output.resolve("JobConfig"))) {
            Path report =
                    files.filter(path -> path.endsWith("report.json")).findAny().orElseThrow();
            assertThat(FhirJson.mapper().readTree(report.toFile()).at("/canary/acknowledged/0"))
                    .hasToString("{\"element\":\"Encounter.serviceType.text\",\"kind\":\"name\",\"rows\":1,"
                            + "\"reason\":\"our test patient\"}");
        }
    }

    @Test
    @DisplayName("tables that hold a patient's name are not published: where it is, and what to do; never the name")
    void phiFound() throws Exception {
        Path rules = Files.writeString(temp.resolve("rules.txt"), "Reference.display keep\n");
        Files.writeString(
                input.resolve("Patient.000.ndjson"),
                PATIENT.replace("\"family\":", "\"given\":[\"Florence\"],\"family\":"));
        Files.writeString(
                input.resolve("Encounter.000.ndjson"),
                "{\"resourceType\":\"Encounter\",\"id\":\"e1\",\"subject\":{\"display\":\"" + NAME
                        + ", Florence\"}}\n");
        EtlMojo etl = etl();
        etl.deidRules = rules.toFile();

        assertThat(refused(etl).getMessage())
                .containsPattern("encounter: subject\\.display \\(name\\), in a row, first id [0-9a-f]{64}\n")
                .contains("\n  Encounter.subject.display drop\n")
                .contains("\n  Encounter.subject.display name  # …")
                .contains("-Dcumulus.phiCanary=off")
                .doesNotContain("Florence");
        assertThat(output.resolve("patient")).doesNotExist();

        etl.phiCanary = "off";
        etl.execute();
        assertThat(log.warnings()).anyMatch(line -> line.startsWith("WARN PHI canary: off."));
        assertThat(rows("encounter")).hasSize(1);
    }

    @Test
    @DisplayName("rules that keep what can identify persons are a warning that names it, and stand in the report")
    void identifiersThatRulesKeep() throws Exception {
        Path rules = Files.writeString(
                temp.resolve("rules.txt"), "Patient.birthDate keep\nPatient.name HumanName\nHumanName.family keep\n");
        EtlMojo etl = etl();
        etl.deidRules = rules.toFile();

        etl.execute();

        assertThat(log.warnings())
                .contains("WARN The rules of deidRules keep what can identify persons: Patient.birthDate,"
                        + " Patient.name.family. The tables are not de-identified: treat them like the input.");
        assertThat(report().path("directIdentifiersKept"))
                .extracting(JsonNode::asText)
                .containsExactly("Patient.birthDate", "Patient.name.family");
    }

    @Test
    @DisplayName(
            "values that are none of FHIR R4's, and half characters, are warned of by element, and stand in the report")
    void valuesThatAreNotFhir() throws Exception {
        Files.writeString(
                input.resolve("Patient.000.ndjson"),
                "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"active\":\"Ottokar\",\"gender\":\"Ottokar\","
                        + "\"maritalStatus\":{\"text\":\"x\\ud83d\"}}\n");
        EtlMojo etl = etl();

        etl.execute();

        assertThat(log.warnings())
                .contains("WARN Values that are not of their element's type in FHIR R4, or none of its codes, were"
                        + " dropped: Patient.active (1), Patient.gender (1). To keep them as they are, put lines like"
                        + " \"Patient.gender free-text\" into the file of <deidRules>.")
                .contains("WARN Half characters (lone surrogates) were replaced by U+FFFD in 1 strings.");
        assertThat(report().at("/elements/Patient.active/ofWrongType").asInt()).isEqualTo(1);
        assertThat(report().path("loneSurrogatesReplaced").asInt()).isEqualTo(1);
        assertThat(report().path("directIdentifiersKept")).isEmpty();
        assertThat(rows("patient").toString()).contains("x\uFFFD").doesNotContain("Ottokar");
    }

    @Test
    @DisplayName(
            "references to what the server has join its rows, however they are written; what joins none is counted")
    void references() throws Exception {
        String uuid = "c757873d-ec9a-4326-a141-556f43239520";
        Files.writeString(
                input.resolve("Patient.000.ndjson"),
                PATIENT + "{\"resourceType\":\"Patient\",\"id\":\"" + uuid + "\"}\n");
        List<String> joining = List.of(
                "Patient/p1",
                "Patient/p1/_history/2",
                "Patient/p1#name",
                "Patient/p1?_format=json",
                "Patient/p1/",
                BASE + "/Patient/p1/_history/3",
                BASE.replace("https://ehr", "HTTPS://EHR").replace(".example", ".example:443") + "/Patient/p1",
                "https://gateway.example/fhir/Patient/p1");
        StringBuilder conditions = new StringBuilder();
        for (String reference : joining) {
            conditions.append(condition("\"reference\":\"" + reference + "\""));
        }
        conditions
                .append(condition("\"type\":\"Patient\",\"reference\":\"p1\""))
                .append(condition("\"reference\":\"urn:uuid:" + uuid + "\""))
                .append(condition("\"reference\":\"https://other.example/fhir/Patient/p1\""))
                .append(condition("\"reference\":\"urn:oid:1.2.3\""))
                .append(condition("\"reference\":\"Patient?identifier=4711\""))
                .append(condition("\"reference\":\"p1\""))
                .append(condition("\"reference\":\"patient/p1\""))
                .append(condition("\"reference\":\"#p1\""));
        Files.writeString(input.resolve("Condition.000.ndjson"), conditions);
        EtlMojo etl = etl();
        etl.fhirUrl = "https://gateway.example/fhir";
        etl.hydrate = List.of("none");

        etl.execute();

        List<String> subjects = rows("condition").stream()
                .map(row -> row.path("subject").path("reference").asText())
                .toList();
        String patient = "Patient/" + rows("patient").get(0).path("id").asText();
        assertThat(subjects.subList(0, joining.size() + 1)).containsOnly(patient);
        assertThat(subjects.get(joining.size() + 1))
                .isEqualTo("Patient/" + rows("patient").get(1).path("id").asText());
        assertThat(subjects.subList(joining.size() + 2, subjects.size())).doesNotContain(patient);
        assertThat(log.warnings())
                .contains("WARN References that join no row: searches instead of ids (1), URLs of other servers (1),"
                        + " URNs of an unknown resource type (1), ids without a resource type (1), texts that are no"
                        + " references (1). If these URLs are the server's own, name its FHIR base in <fhirUrl>.");
        assertThat(report().path("referencesThatJoinNothing"))
                .hasToString("{\"search\":1,\"other-url\":1,\"urn\":1,\"untyped\":1,\"malformed\":1}");
    }

    private int conditions;

    private String condition(String subject) {
        return "{\"resourceType\":\"Condition\",\"id\":\"c" + conditions++ + "\",\"subject\":{" + subject + "}}\n";
    }

    @Test
    @DisplayName("data of another version of FHIR are told by their elements, in one warning")
    void otherVersion() throws Exception {
        Files.writeString(
                input.resolve("Encounter.000.ndjson"),
                "{\"resourceType\":\"Encounter\",\"id\":\"e1\",\"status\":\"completed\","
                        + "\"actualPeriod\":{\"start\":\"2024-01-01\"},\"admission\":{},\"Ottokar\":1}\n");
        Files.writeString(
                input.resolve("MedicationRequest.000.ndjson"),
                "{\"resourceType\":\"MedicationRequest\",\"id\":\"m1\",\"medication\":{\"concept\":{}}}\n");

        etl().execute();

        assertThat(log.warnings())
                .filteredOn(line -> line.contains("Is this FHIR"))
                .containsExactly(
                        "WARN Is this FHIR R5? The tables are made of FHIR R4, which does not know these elements,"
                                + " so that they were dropped: Encounter (actualPeriod, admission), MedicationRequest (medication)."
                                + " Ask the server for R4.");
        assertThat(report().at("/elementsOfOtherFhirVersions/Encounter.actualPeriod")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    @DisplayName(
            "a line that is left out is told with its reason: the element, its resource type, or that it is not UTF-8")
    void leftOut() throws Exception {
        byte[] latin1 = (PATIENT
                        + "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"gender\":\"männlich\"}\n"
                        + "{\"resourceType\":\"Patient\",\"id\":\"p3\",\"gender\":{}}\n"
                        + "{\"resourceType\":\"Device\",\"id\":\"d1\"}\n"
                        + "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}\n"
                        + "{\"resourceType\":\"" + NAME + "\",\"id\":\"x\"}\n"
                        + "{\"resourceType\":\"Patient\",\"id\":\"p4\"")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(input.resolve("Patient.000.ndjson"), latin1);
        EtlMojo etl = etl();
        etl.maxErrorRate = 0.9;

        etl.execute();

        assertThat(log.warnings())
                .contains(
                        "WARN Patient.000.ndjson, line 2 is not UTF-8; left out",
                        "WARN Patient.000.ndjson, line 3 has an object or list where FHIR has a primitive value, or the"
                                + " reverse (Patient.gender); left out",
                        "WARN Patient.000.ndjson, line 4 is a resource of another type than its file (Device); left out",
                        "WARN Patient.000.ndjson, line 5 is an OperationOutcome, in which the server says something of the"
                                + " export; left out",
                        "WARN Patient.000.ndjson, line 6 is a resource of another type than its file; left out",
                        "WARN Patient.000.ndjson, line 7 is the last and cut off; left out")
                .noneMatch(line -> line.contains(NAME));
        assertThat(rows("etl__completion"))
                .extracting(row -> row.path("table_name").asText())
                .containsExactly("encounter", "patient");
    }

    @Test
    @DisplayName("the PHI canary looks for the Patients of another folder, too")
    void patientsElsewhere() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("patients"));
        Files.writeString(
                elsewhere.resolve("Patient.000.ndjson"),
                "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"name\":[{\"family\":\"Zimmerwald\",\"given\":[\"Ottokar\"]}]}\n");
        Files.delete(input.resolve("Patient.000.ndjson"));
        Files.writeString(
                input.resolve("Encounter.000.ndjson"),
                "{\"resourceType\":\"Encounter\",\"id\":\"e1\",\"serviceType\":{\"text\":\"Ottokar Zimmerwald\"}}\n");
        EtlMojo etl = etl();
        etl.canaryPatients = elsewhere.toFile();

        assertThat(refused(etl)).hasMessageContaining("encounter: serviceType.text (name), in a row");

        etl.canaryPatients = temp.resolve("gone").toFile();
        assertThat(refused(etl)).hasMessageStartingWith("<canaryPatients> ").hasMessageContaining("gone");

        etl.canaryPatients = null;
        etl.execute();
        assertThat(log.warnings())
                .contains("WARN PHI canary: the input has no Patient to compare the rows with. Where another folder has"
                        + " them, name it in <canaryPatients>.");
    }

    @Test
    @DisplayName(
            "several folders become one set of tables, each complete as of its own time; commas may be a folder's own")
    void severalFolders() throws Exception {
        Path later = Files.createDirectory(temp.resolve("a,b"));
        Files.writeString(later.resolve("log.ndjson"), LOG.replace("2026-01-02", "2026-01-03"));
        Files.writeString(later.resolve("Condition.000.ndjson"), condition("\"reference\":\"Patient/p1\""));
        EtlMojo etl = etl();
        etl.input = List.of(input.toString(), later.toString());

        etl.execute();

        assertThat(rows("etl__completion"))
                .extracting(row -> row.path("table_name").asText() + " as of "
                        + row.path("export_time").asText())
                .containsExactly(
                        "encounter as of 2026-01-02T03:04:05+00:00",
                        "patient as of 2026-01-02T03:04:05+00:00",
                        "condition as of 2026-01-03T03:04:05+00:00");

        EtlMojo split = etl();
        split.input = List.of(temp.resolve("a").toString(), "b");
        split.outputDirectory = temp.resolve("other").toFile();
        split.execute();
        assertThat(temp.resolve("other/condition/condition.000.ndjson")).isNotEmptyFile();

        etl.input = List.of(input.toString(), "https://ehr.example/fhir");
        assertThat(refused(etl)).hasMessageContaining("must be one FHIR server, or folders only");
    }

    private JsonNode report() throws IOException {
        try (Stream<Path> files = Files.walk(output.resolve("JobConfig"))) {
            Path report = files.filter(file -> file.endsWith("report.json"))
                    .findFirst()
                    .orElseThrow();
            return FhirJson.mapper().readTree(report.toFile());
        }
    }

    @Test
    @DisplayName("-Dcumulus.skip: nothing is read or made")
    void skip() throws Exception {
        EtlMojo etl = etl();
        etl.skip = true;

        etl.execute();

        assertThat(log.lines()).containsExactly("INFO Skipped: cumulus.skip is set.");
        assertThat(output).doesNotExist();
        assertThat(phi).doesNotExist();
    }

    @Nested
    class Settings {
        @Test
        @DisplayName("without a phiDirectory")
        void noPhiDirectory() {
            EtlMojo etl = etl();
            etl.phiDirectory = null;

            assertThat(refused(etl))
                    .hasMessage("<phiDirectory> must name a folder (in the pom, or -Dcumulus.phiDirectory=…).");
            assertThat(output).doesNotExist();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "output/phi|the outputDirectory, which others will see",
                    "output|the outputDirectory, which others will see",
                    "input/phi|the input",
                    "target/phi|the build directory, which mvn clean deletes"
                })
        @DisplayName("secrets where others see them, or where they get lost: refused, and not made")
        void unsafePhiDirectory(String place, String why) {
            EtlMojo etl = etl();
            etl.buildDirectory = temp.resolve("target").toString();
            etl.phiDirectory = temp.resolve(place).toFile();

            assertThat(refused(etl))
                    .hasMessage("<phiDirectory> '" + temp.resolve(place) + "' must not lie in " + why
                            + " (in the pom, or -Dcumulus.phiDirectory=…).");
            assertThat(temp.resolve(place)).doesNotExist();
        }

        @Test
        @DisplayName("an unknown task: the ones there are")
        void unknownTask() {
            EtlMojo etl = etl();
            etl.tasks = List.of("patient", "patients");

            assertThat(refused(etl))
                    .hasMessage("<tasks> 'patients' must be one or more of encounter, patient, allergyintolerance,"
                            + " condition, device, diagnosticreport, documentreference, episodeofcare, immunization,"
                            + " location, medication, medicationdispense, medicationrequest, observation, organization,"
                            + " practitioner, practitionerrole, procedure, servicerequest, specimen (in the pom, or"
                            + " -Dcumulus.tasks=…).");
            assertThat(output).doesNotExist();
            assertThat(phi).doesNotExist();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "outputFormat|delta|<outputFormat> 'delta' must be ndjson (",
                    "batchSize|0|<batchSize> '0' must be 1 or more (",
                    "maxErrorRate|1.5|<maxErrorRate> '1.5' must be from 0 to 1 (",
                    "exportTimestamp|yesterday|<exportTimestamp> 'yesterday' must be a date, or a time with seconds",
                    "phiCanary|some|<phiCanary> 'some' must be one of sampled, full, off (",
                    "progress|loud|<progress> 'loud' must be one of auto, plain, none ("
                })
        @DisplayName("a wrong value stops it before anything is made")
        void wrongValue(String name, String value, String message) {
            EtlMojo etl = etl();
            switch (name) {
                case "outputFormat" -> etl.outputFormat = value;
                case "batchSize" -> etl.batchSize = Integer.parseInt(value);
                case "maxErrorRate" -> etl.maxErrorRate = Double.parseDouble(value);
                case "exportTimestamp" -> etl.exportTimestamp = value;
                case "phiCanary" -> etl.phiCanary = value;
                case "progress" -> etl.progress = value;
                default -> throw new AssertionError(name);
            }

            assertThat(refused(etl)).hasMessageStartingWith(message);
            assertThat(output).doesNotExist();
            assertThat(phi).doesNotExist();
        }

        @Test
        @DisplayName("rules with a typo: the file, the line and what can stand there")
        void typoInRules() throws Exception {
            Path rules = temp.resolve("rules.txt");
            Files.writeString(rules, "# ours\nkeep-extention " + EXTENSION + "\n");
            EtlMojo etl = etl();
            etl.deidRules = rules.toFile();

            assertThat(refused(etl))
                    .hasMessageStartingWith(
                            "<deidRules> " + rules + ", line 2: \"keep-extention\" is neither an element")
                    .hasMessageContaining("keep-extension");
            assertThat(output).doesNotExist();
            assertThat(phi).doesNotExist();
        }

        @Test
        @DisplayName("rules that are not there, or not UTF-8")
        void unreadableRules() throws Exception {
            Path rules = temp.resolve("rules.txt");
            EtlMojo etl = etl();
            etl.deidRules = rules.toFile();
            String message = "<deidRules> '" + rules + "' must be a text file in UTF-8 that can be read (in the pom, or"
                    + " -Dcumulus.deidRules=…).";
            assertThat(refused(etl)).hasMessage(message);

            Files.write(rules, new byte[] {'#', (byte) 0xfc});
            assertThat(catchThrowableOfType(MojoFailureException.class, etl::execute))
                    .hasMessage(message);
        }

        @Test
        @DisplayName("rules are followed")
        void rules() throws Exception {
            Path rules = temp.resolve("rules.txt");
            Files.writeString(rules, "Patient.gender drop\n");
            EtlMojo etl = etl();
            etl.deidRules = rules.toFile();

            etl.execute();

            assertThat(rows("patient")).singleElement().satisfies(row -> assertThat(row.has("gender"))
                    .isFalse());
        }
    }

    @Nested
    class Inputs {
        @Test
        @DisplayName("a folder that is not there")
        void missing() {
            EtlMojo etl = etl();
            etl.input = List.of(temp.resolve("inputs").toString());

            assertThat(refused(etl))
                    .hasMessage("Cannot read " + temp.resolve("inputs")
                            + ": there is no such folder. Name the folder of" + " an export as <input>.");
        }

        @Test
        @DisplayName("no export log, and nobody says whose data these are: the settings that say it")
        void noLog() throws Exception {
            Files.delete(input.resolve("log.ndjson"));

            assertThat(refused(etl()))
                    .hasMessageStartingWith("It is not known whose data " + input
                            + " holds, and as of when: there is no" + " log.ndjson.")
                    .hasMessageContaining("-Dcumulus.exportGroup=…")
                    .hasMessageContaining("-Dcumulus.exportTimestamp=");
            assertThat(output).doesNotExist();
        }

        @Test
        @DisplayName("no export log, but the user says it: an empty group is all patients")
        void byHand() throws Exception {
            Files.delete(input.resolve("log.ndjson"));
            EtlMojo etl = etl();
            etl.exportGroup = "";
            etl.exportTimestamp = "2026-11-01T00:00:00-05:00";

            etl.execute();

            assertThat(rows("etl__completion")).allSatisfy(row -> {
                assertThat(row.path("group_name").asText()).isEmpty();
                assertThat(row.path("export_time").asText()).isEqualTo("2026-11-01T00:00:00-05:00");
            });
        }

        @Test
        @DisplayName("a line that is no JSON fails the build when all else is written; what it says is shown nowhere")
        void badLine() throws Exception {
            Files.writeString(input.resolve("Patient.000.ndjson"), PATIENT + BAD_LINE);
            EtlMojo etl = etl();
            etl.errorsTo = temp.resolve("errors").toFile();

            assertThat(refused(etl))
                    .hasMessage("1 resource or file could not become rows (see above). All the others are in the tables"
                            + " in " + output + ". Mend the input, and run it again into another <outputDirectory>; or"
                            + " allow a fraction with <maxErrorRate>. <errorsTo> keeps copies of such lines.");
            assertThat(rows("patient")).hasSize(1);
            assertThat(rows("encounter")).hasSize(1);
            assertThat(rows("etl__completion"))
                    .extracting(row -> row.path("table_name").asText())
                    .containsExactly("encounter");
            assertThat(content(output).values()).noneMatch(text -> text.contains(NAME));
            assertThat(temp.resolve("errors/patient/read-error.ndjson")).hasContent(BAD_LINE);
            assertThat(log.lines())
                    .contains("WARN Patient.000.ndjson, line 2 is not JSON; left out")
                    .contains("INFO patient                         2            1         1         0        no")
                    .contains("WARN patient is not called complete: resources were lost.");
        }

        @Test
        @DisplayName("a fraction can be allowed")
        void allowedErrors() throws Exception {
            Files.writeString(input.resolve("Patient.000.ndjson"), PATIENT + BAD_LINE);
            EtlMojo etl = etl();
            etl.maxErrorRate = 0.5;

            etl.execute();

            assertThat(log.warnings()).contains("WARN Patient.000.ndjson, line 2 is not JSON; left out");
        }
    }

    @Nested
    class Outputs {
        @Test
        @DisplayName("tables of other secrets stay as they are: no id would match")
        void otherCodebook() throws Exception {
            etl().execute();
            Map<String, String> before = content(output);
            EtlMojo etl = etl();
            etl.phiDirectory = temp.resolve("other-phi").toFile();

            assertThat(refused(etl))
                    .hasMessage(
                            "The tables in " + output + " were made with the secrets of " + phi + ". With others, no"
                                    + " id would match: name that folder as <phiDirectory>, or another <outputDirectory>.");
            assertThat(content(output)).isEqualTo(before);
        }

        @Test
        @DisplayName("a folder in which something is stays as it is")
        void notEmpty() throws Exception {
            Files.createDirectory(output);
            Files.writeString(output.resolve("thesis.txt"), "mine");

            assertThat(refused(etl()))
                    .hasMessage("Not writing into " + output
                            + ": it is not empty. Name another <outputDirectory>, or empty this one.");
            assertThat(content(output)).isEqualTo(Map.of("thesis.txt", "mine"));
        }

        @Test
        @DisplayName(
                "tables that this run would make again are up to date; those of another run are refused by what differs")
        void again() throws Exception {
            etl().execute();
            Map<String, String> before = content(output);
            int said = log.lines().size();

            etl().execute();

            assertThat(log.lines().subList(said, log.lines().size()))
                    .singleElement()
                    .asString()
                    .matches("INFO Up to date: made in " + output + " by 20\\d\\d-.*:\\d\\dZ, \\d+ tables, \\d+ rows");
            EtlMojo other = etl();
            other.batchSize = 7;
            assertThat(refused(other))
                    .hasMessage("Not writing into " + output
                            + ": it is not empty, and its tables are not those of this run: they were made with another"
                            + " batchSize. Name another <outputDirectory>, or empty this one.");
            assertThat(content(output)).isEqualTo(before);
        }
    }
}
