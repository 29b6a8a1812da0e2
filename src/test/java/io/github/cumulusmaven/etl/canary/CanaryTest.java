package io.github.cumulusmaven.etl.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.EtlConfig;
import io.github.cumulusmaven.etl.EtlConfigs;
import io.github.cumulusmaven.etl.EtlFolders;
import io.github.cumulusmaven.etl.EtlJob;
import io.github.cumulusmaven.etl.EtlListener;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.Selection;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineLimit;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
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
            "4711"},{"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-93-4678"},{"value":"S99977880"},{"system":"urn:old","value":"20260815"},{"system":\
            "http://hl7.org/fhir/sid/us-npi","value":"9999908194"}],"telecom":[{"system":"phone","value":\
            "+1 (617) 555-0142"},{"system":"email","value":"ardath.wolf@example.com"}],"address":[{"line":\
            ["1069 Heller Junction","Apt 2"]}],"contact":[{"name":{"family":"Zebedee","given":["Florence"]}}]}
            """
                    .formatted(UUID);

    private static final String RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race";

    private static final String ANONYMOUS = "ab".repeat(32);

    @TempDir
    Path temp;

    /** What a person is told to do of a finding. */
    private static String advice(PhiFinding finding) {
        return finding.rule().flatMap(RulesChange::add).orElse("none");
    }

    /** Rows as they were written by whatever bug there is, compared with Patients. */
    @Nested
    class Rows {
        private final Map<String, List<Path>> tables = new TreeMap<>();
        private final List<String> patients = new ArrayList<>(List.of(PATIENT));
        private ScrubRules rules = ScrubRules.builtIn();
        private AcknowledgedFindings acknowledged = AcknowledgedFindings.NONE;
        private int valuesAtOnce = 100_000;
        private final List<InputFile> morePatients = new ArrayList<>();

        /** Looks at the rows in two portions, as threads do, and again where values are left. */
        private CanaryReport check() throws Exception {
            Path file = temp.resolve("Patient.ndjson");
            Files.writeString(file, String.join("", patients));
            Canary canary = new Canary(
                    new CanaryConfig(CanaryMode.FULL, acknowledged, Optional.empty()),
                    rules,
                    Stream.concat(Stream.of(new InputFile(file, "Patient.ndjson")), morePatients.stream())
                            .toList(),
                    new CanaryListener() {},
                    valuesAtOnce);
            canary.readPatients(List.of());
            long rows = 0;
            for (Map.Entry<String, List<Path>> table : tables.entrySet()) {
                for (Path path : table.getValue()) {
                    rows += Files.readAllLines(path).size();
                    if (canary.rowCheck().isPresent()) {
                        checkPortions(canary, table.getKey(), Files.readAllLines(path));
                    }
                }
            }
            return canary.finish(tables, rows, "/tables");
        }

        private void checkPortions(Canary canary, String type, List<String> rows) throws IOException {
            int half = rows.size() / 2;
            for (List<String> portion : List.of(rows.subList(0, half), rows.subList(half, rows.size()))) {
                byte[] bytes = (String.join("\n", portion) + "\n").getBytes(StandardCharsets.UTF_8);
                canary.add(type, canary.rowCheck().orElseThrow().check(type, bytes, bytes.length));
            }
        }

        private List<PhiFinding> findings() {
            PhiFound found = catchThrowableOfType(PhiFound.class, this::check);
            return found == null ? List.of() : found.findings();
        }

        private List<String> places() {
            return findings().stream()
                    .map(finding ->
                            finding.place().table() + " " + finding.place().shownElement())
                    .toList();
        }

        /** What a person is told to do, of each finding. */
        private List<String> advice() {
            return findings().stream().map(CanaryTest::advice).toList();
        }

        private List<String> kinds() {
            return findings().stream()
                    .map(finding -> finding.place().acknowledgement())
                    .toList();
        }

        private void row(String type, String elements) throws IOException {
            rows(type, List.of("{\"resourceType\":\"" + type + "\",\"id\":\"" + ANONYMOUS + "\"," + elements + "}"));
        }

        private void rows(String type, List<String> rows) throws IOException {
            Path file = temp.resolve(type + "." + tables.size() + ".ndjson");
            Files.write(file, rows);
            tables.put(type, List.of(file));
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
                    "meta.source ! `meta`:{`source`:`#069b5064-ff05-2225-3995-f32685518bc6`}",
                    "meta.source ! `meta`:{`source`:`urn:uuid:069b5064-ff05-2225-3995-f32685518bc6`}",
                    "instantiatesUri ! `instantiatesUri`:[`URN:UUID:069B5064-ff05-2225-3995-f32685518bc6`]",
                    "instantiatesUri ! `instantiatesUri`:[`urn:oid:999-93-4678`]"
                })
        @DisplayName("CANARY-finds: values as they are and as they are usually written, by their place")
        void finds(String element, String json) throws Exception {
            row("Encounter", json.replace('`', '"'));

            assertThat(findings()).singleElement().satisfies(finding -> {
                assertThat(finding.place().type()).isEqualTo("Encounter");
                assertThat(finding.place().element()).isEqualTo(element);
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
                    "`code`:{`coding`:[{`code`:`999934678`}]}",
                    "`code`:{`coding`:[{`system`:`http://loinc.org`,`code`:`999-93-4678`}]}",
                    "`reference`:`Observation/4711`",
                    "`period`:{`start`:`1993-09-16`}",
                    "`birthDate`:`1993-09-16`"
                })
        @DisplayName("CANARY-quiet: parts, single names, numbers of others, and dates may have other reasons")
        void letsBe(String json) throws Exception {
            row("Observation", json.replace('`', '"'));

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
                    "Observation",
                    "\"valueCodeableConcept\":{\"text\":\"White\",\"coding\":[{\"code\":\"1366\"}]},\"method\":{\"text\":\"Li-An\"},"
                            + "\"device\":{\"reference\":\"Device/1366\"}");

            assertThat(check()).satisfies(report -> {
                assertThat(report.counts().patients()).isEqualTo(1);
                assertThat(report.rowsChecked()).isEqualTo(1);
                assertThat(report.counts().tooCommon()).isEqualTo(4);
            });

            row("Condition", "\"subject\":{\"reference\":\"Patient/1366\"}");
            assertThat(places()).containsExactly("condition subject.reference");
        }

        @Test
        @DisplayName(
                "CANARY-quiet: physicians and nursing homes may share a patient's name, phone and street, not his id")
        void directories() throws Exception {
            for (String task : List.of("Practitioner", "Organization", "Location", "PractitionerRole")) {
                row(
                        task,
                        "\"name\":\"Wolf, Ardath\",\"telecom\":[{\"system\":\"phone\",\"value\":\"617-555-0142\"}],"
                                + "\"address\":{\"line\":[\"1069 Heller Junction\"]},\"alias\":[{\"family\":\"Wolf\",\"given\":[\"Ardath\"]}]");
            }
            assertThat(places()).isEmpty();

            row("Practitioner", "\"identifier\":[{\"value\":\"999-93-4678\"}]");
            assertThat(places()).containsExactly("practitioner identifier.value");
        }

        @Test
        @DisplayName("CANARY-finds: a Patient's id and full birth date in his own row; an id that is real is not shown")
        void ownRow() throws Exception {
            rows(
                    "Patient",
                    List.of("{\"resourceType\":\"Patient\",\"id\":\"" + UUID + "\",\"birthDate\":\"1993-09-16\"}"));

            assertThat(findings())
                    .containsExactly(
                            new PhiFinding(
                                    place("Patient", "birthDate", PhiKind.BIRTH_DATE),
                                    1,
                                    List.of(),
                                    Optional.of(new RulesChange(
                                            List.of(), Optional.of("Patient.birthDate drop"), Optional.empty()))),
                            new PhiFinding(place("Patient", "id", PhiKind.ID), 1, List.of(), Optional.empty()));
        }

        @Test
        @DisplayName("CANARY-quiet: a code's own words, or what stands for a name, may be a patient's name as well")
        void namesThatAreWords() throws Exception {
            patients.add(named("Root", "Ginger"));
            patients.add(named("Newborn", "Male"));
            row(
                    "Condition",
                    "\"code\":{\"coding\":[{\"display\":\"ginger root\",\"system\":\"http://snomed.info/sct\"}],\"text\":\"Male newborn\"}");
            assertThat(places()).isEmpty();

            row("Encounter", "\"subject\":{\"display\":\"Ginger Root\"}");
            assertThat(places()).containsExactly("encounter subject.display");
        }

        private static String named(String family, String given) {
            return "{\"resourceType\":\"Patient\",\"id\":\"" + family + "\",\"name\":[{\"family\":\"" + family
                    + "\",\"given\":[\"" + given + "\"]}]}\n";
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                value = {
                    "Available ! Not",
                    "Trauma ! Unidentified",
                    "Patient ! Emergency",
                    "Doe ! John",
                    "DOE ! Jane",
                    "Anonymous ! Unknown1",
                    "Deceased ! N/A",
                    "none ! NA"
                })
        @DisplayName("CANARY-quiet: what stands in for a name is nobody's")
        void placeholders(String family, String given) throws Exception {
            patients.set(0, named(family, given));
            row(
                    "Encounter",
                    "\"type\":[{\"text\":\"" + given + " " + family + "\"},{\"text\":\"" + family + ", " + given
                            + "\"}]");

            assertThat(check().counts().tooCommon()).isEqualTo(1);
        }

        @Test
        @DisplayName("CANARY-quiet: an identifier without a digit is none: N/A")
        void identifiersWithoutDigits() throws Exception {
            patients.set(
                    0,
                    "{\"resourceType\":\"Patient\",\"id\":\"p\",\"identifier\":[{\"system\":\"urn:x\",\"value\":\"N/A\"},"
                            + "{\"system\":\"urn:x\",\"value\":\"A1\"}]}");
            row("Observation", "\"code\":{\"coding\":[{\"system\":\"urn:x\",\"code\":\"n/a\"}]}");
            assertThat(check().counts().tooCommon()).isEqualTo(1);

            row("Observation", "\"code\":{\"coding\":[{\"system\":\"urn:x\",\"code\":\"A1\"}]}");
            assertThat(places()).containsExactly("observation code.coding.code");
        }

        @ParameterizedTest
        @CsvSource({
            "Ardath Wolf, true",
            "Ardath Quilla Wolf, true",
            "WOLF Ardath Q, true",
            "Ardath Quilla Rose Wolf, true",
            "Ardath Quilla Rose Una Wolf, true",
            "Ardath Quilla Rose Una Vera Wolf, true",
            "Quilla Wolf, false"
        })
        @DisplayName("CANARY-finds: a name with the first, some or all of its given names")
        void givenNames(String name, boolean found) throws Exception {
            patients.set(0, named("Wolf", "Ardath\",\"Quilla\",\"Rose\",\"Una\",\"Vera"));
            row("Encounter", "\"subject\":{\"display\":\"" + name + "\"}");

            assertThat(places()).hasSize(found ? 1 : 0);
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
                    "Patient",
                    "\"birthDate\":\"1993-09-16\",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"4711\"}],\"name\":[{\"text\":"
                            + "\"Lady Ardath of Wolfhampton\"}],\"telecom\":[{\"value\":\"ardath.wolf@example.com\"}],"
                            + "\"address\":[{\"line\":[\"1069 Heller Junction\"]}]");
            assertThat(places()).isEmpty();

            row("Encounter", "\"identifier\":[{\"value\":\"999-93-4678\"}]");
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
            rows("Encounter", rows);

            List<PhiFinding> atOnce = findings();
            assertThat(atOnce).hasSize(2).allMatch(finding -> finding.rows() == 60);
            valuesAtOnce = 1;
            assertThat(findings())
                    .extracting(finding -> finding.place().element(), PhiFinding::firstRows)
                    .containsExactlyElementsOf(atOnce.stream()
                            .map(finding -> tuple(finding.place().element(), finding.firstRows()))
                            .toList());
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "https://fhir.cerner.com/ec2458f2/codeSet/72 ! Wolf, Ardath",
                    "urn:oid:1.2.840.114350.1.13 ! Ardath Wolf",
                    "urn:oid:2.16.840.1.113884.1 ! Ardath Wolf",
                    "urn:oid:2.16.840.1.113883.4.1 ! Ardath Wolf",
                    "urn:oid:2.16.840.1.113883.3.42.9 ! MRN 20260815",
                    "urn:oid:2.16.840.1.113883.3.260 ! Ardath Wolf",
                    "urn:oid:2.16.840.1.113883.19.5 ! Ardath Wolf",
                    "urn:oid:2.16.840.1.113883.60.1 ! Ardath Wolf",
                    "urn:oid:2.16.840.1.113883.1.18 ! Ardath Wolf",
                    "http://snomed.info.evil/sct ! Ardath Wolf",
                    "http://snomed.info@evil.example/sct ! Ardath Wolf",
                    "http://evil.example/snomed.info ! Ardath Wolf",
                    "http://evil.example?http://snomed.info ! Ardath Wolf",
                    "http://hl7.org.example/fhir ! Ardath Wolf",
                    "http://evilhl7.org/fhir ! Ardath Wolf",
                    "http://info.snomed/sct ! Ardath Wolf",
                    "http://hl7.org/fhir/sid/us-ssn ! Ardath Wolf",
                    "snomed.info ! Ardath Wolf",
                    "urn:local ! 617-555-0142",
                    "urn:local ! 6175550142",
                    "urn:local ! MRN 20260815",
                    "urn:local ! 20260815",
                    "urn:local ! 999-93-4678",
                    "urn:local ! 999934678",
                    "urn:local ! S99977880",
                    "urn:local ! 1069 Heller Junction",
                    " ! Wolf, Ardath",
                    " ! 20260815"
                })
        @DisplayName("CANARY-finds: names, numbers and MRNs in the display of any system but a public terminology")
        void displays(String system, String display) throws Exception {
            String coding = (system == null ? "" : "\"system\":\"" + system + "\",") + "\"code\":\"1\"";
            row("Condition", "\"code\":{\"coding\":[{\"display\":\"" + display + "\"," + coding + "}]}");

            assertThat(places()).containsExactly("condition code.coding.display");
            assertThat(advice()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://snomed.info/sct",
                    "HTTP://LOINC.ORG",
                    "http://www.nlm.nih.gov/research/umls/rxnorm",
                    "http://hl7.org/fhir/sid/icd-10-cm",
                    "http://terminology.hl7.org/CodeSystem/condition-category",
                    "http://unitsofmeasure.org",
                    "http:\\/\\/snomed.info\\/sct",
                    "urn:oid:2.16.840.1.113883.6.90",
                    "urn:oid:2.16.840.1.113883.5.4",
                    "urn:oid:2.16.840.1.113883.12.1",
                    "URN:OID:2.16.840.1.113883.18.2",
                    "urn:oid:2.16.840.1.113883.1.11.1",
                    "urn:oid:2.16.840.1.113883.3.26.1.1"
                })
        @DisplayName("CANARY-quiet: a display of a public terminology may be somebody's name as well")
        void displaysOfTerminologies(String system) throws Exception {
            row(
                    "Condition",
                    "\"code\":{\"coding\":[{\"system\":\"" + system + "\",\"display\":\"Wolf Ardath\"},"
                            + "{\"display\":\"20260815\",\"system\":\"" + system + "\"}]}");

            assertThat(places()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "type.code ! `type`:{`code`:`4711`,`system`:`urn:mrn`}",
                    "type.value ! `type`:{`value`:4711,`system`:`urn:mrn`}",
                    "type.value ! `type`:{`value`:4711.0,`system`:`urn:mrn`}",
                    "valueInteger ! `valueInteger`:999934678",
                    "valueInteger ! `valueInteger`:6175550142",
                    "valueInteger ! `valueInteger`:16175550142",
                    "telecom.value ! `telecom`:[{`system`:`phone`,`value`:6175550142}]",
                    "valueString ! `valueString`:`999934678`",
                    "meta.tag.code ! `meta`:{`tag`:[{`system`:`urn:source-mrn`,`code`:`20260815`}]}",
                    "meta.tag.code ! `meta`:{`tag`:[{`system`:`urn:other`,`code`:`MRN20260815`}]}",
                    "meta.security.code ! `meta`:{`security`:[{`code`:`99977880`}]}",
                    "meta.tag.code ! `meta`:{`tag`:[{`system`:`http://hl7.org/x`,`code`:`99977880`}]}",
                    "type.code ! `type`:{`system`:`http://hospital.example/ids`,`code`:`999-93-4678`}",
                    "type.code ! `type`:{`code`:`999-93-4678`}",
                    "type.code ! `type`:{`code`:`20260815`,`system`:`http://terminology.hl7.org/NamingSystem/mrn`}",
                    "code.coding.code ! `code`:{`coding`:[{`system`:`urn:source-mrn`,`code`:`20260815`}]}",
                    "meta.tag.code ! `meta`:{`tag`:[{`system`:`urn:x`,`code`:`069b5064-ff05-2225-3995-f32685518bc6`}]}",
                    "deviceName.name ! `deviceName`:[{`name`:`Ardath Wolf's insulin pump`}]",
                    "deviceName.name ! `deviceName`:[{`name`:`Insulin`},{`name`:`Ardath Wolf\u2019s`}]",
                    "serialNumber ! `serialNumber`:`S99977880`",
                    "udiCarrier.carrierHRF ! `udiCarrier`:[{`carrierHRF`:`s9997-7880`},{`carrierHRF`:`S99977880`}]"
                })
        @DisplayName("CANARY-finds: numbers as JSON numbers, codes and tags; devices by their owners")
        void numbers(String element, String json) throws Exception {
            row("Device", json.replace('`', '"'));

            assertThat(places()).containsExactly("device " + element);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "`valueInteger`:4711",
                    "`valueInteger`:20260815",
                    "`valueQuantity`:{`value`:99993467.8,`system`:`http://unitsofmeasure.org`}",
                    "`code`:{`coding`:[{`system`:`http://snomed.info/sct`,`code`:`999934678`}]}",
                    "`code`:{`coding`:[{`system`:`urn:local`,`code`:`20260815`}]}",
                    "`meta`:{`tag`:[{`system`:`http://hl7.org/x`,`code`:`20260815`}]}",
                    "`meta`:{`tag`:[{`system`:`http://hospital.example/load`,`code`:`20260815`}]}",
                    "`meta`:{`tag`:[{`system`:`http://hospital.example/load`,`code`:`2026-08-15`}]}",
                    "`effectiveDateTime`:`2026-08-15`",
                    "`valueString`:`20260815`",
                    "`valueString`:`Parkinson's disease`",
                    "`valueString`:`Wolf's`",
                    "`valueString`:`Dr. Wolf, M.D.`",
                    "`active`:true,`n`:null,`valueDecimal`:-1.5e-3"
                })
        @DisplayName("CANARY-quiet: plain numbers where numbers belong, and single names with titles")
        void numbersOfOthers(String json) throws Exception {
            row("Observation", json.replace('`', '"'));

            assertThat(places()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Dr. Ardath Wolf",
                    "Ardath Wolf Jr.",
                    "WOLF, ARDATH, III",
                    "Ardath Q. Wolf, M.D., PhD",
                    "Prof. Dr. Ardath Wolf",
                    "Ms Ardath Quilla Wolf, RN",
                    "Ardath Wolf, Ph.D."
                })
        @DisplayName("CANARY-finds: names with titles and suffixes that the Patient has not")
        void titles(String name) throws Exception {
            row("Encounter", "\"subject\":{\"display\":\"" + name + "\"}");

            assertThat(kinds()).containsExactly("Encounter.subject.display name");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                value = {
                    "Jos\u00e9 ! Jose\u0301",
                    "Jose\u0301 ! Jos\u00e9",
                    "Jos\u00e9 ! JOS\u00c9",
                    "Jos\u00e9 ! Jose",
                    "Stra\u00dfer ! STRASSER",
                    "Nguy\u1ec5n ! Nguye\u0302\u0303n",
                    "O'Brien ! O\u2019BRIEN",
                    "Ardath ! \uff21\uff32\uff24\uff21\uff34\uff28",
                    "\u03a0\u03ad\u03c4\u03c1\u03bf\u03c2 ! \u03a0\u0395\u03a4\u03a1\u039f\u03a3",
                    "\u0410\u043d\u043d\u0430 ! \u0410\u041d\u041d\u0410"
                })
        @DisplayName("CANARY-finds: names in other Unicode forms and cases, escaped or not")
        void unicode(String given, String written) throws Exception {
            patients.set(0, named("M\u00fcllermann", given));
            row(
                    "Encounter",
                    "\"subject\":{\"display\":\"Mu\u0308llermann, " + written + "\"},\"name\":\""
                            + escaped(written + " M\u00fcllermann") + "\"");

            assertThat(kinds()).containsExactly("Encounter.name name", "Encounter.subject.display name");
        }

        private static String escaped(String text) {
            StringBuilder escaped = new StringBuilder();
            text.chars().forEach(unit -> escaped.append(String.format("\\u%04x", unit)));
            return escaped.toString();
        }

        @Test
        @DisplayName(
                "CANARY-shared: what more than ten Patients share identifies none; a Patient that comes again is one")
        void shared() throws Exception {
            row("Encounter", "\"subject\":{\"display\":\"Ardath Wolf\"},\"telecom\":[{\"value\":\"617-555-0142\"}]");
            for (int copy = 0; copy < 100; copy++) {
                patients.add(PATIENT.replace(UUID, "patient-" + copy % 9));
            }
            assertThat(places()).containsExactly("encounter subject.display", "encounter telecom.value");

            for (int copy = 0; copy < 30; copy++) {
                patients.add(PATIENT.replace(UUID, "patient-" + copy).replace("617", "618"));
            }
            assertThat(places()).containsExactly("encounter telecom.value");
            valuesAtOnce = 5;
            assertThat(places()).containsExactly("encounter telecom.value");
        }

        @Test
        @DisplayName(
                "CANARY-advice: the narrowest rule that drops the place, and none that empties a column of all tables")
        void narrowestRule() throws Exception {
            row(
                    "Condition",
                    "\"code\":{\"text\":\"Ardath Wolf\"},\"meta\":{\"tag\":[{\"code\":\"" + UUID + "\"}]},"
                            + "\"extension\":[{\"extension\":[{\"url\":\"text\",\"valueString\":\"Ardath Wolf\"}],\"url\":\""
                            + RACE + "\"},{\"url\":\"http://unknown.example/4711\",\"valueString\":\"Ardath Wolf\"}],"
                            + "\"contained\":[{\"code\":{\"text\":\"Ardath Wolf\"},\"resourceType\":\"Medication\"}],"
                            + "\"onsetDateTime\":\"Ardath Wolf\"");

            assertThat(findings())
                    .extracting(finding -> finding.place().acknowledgement(), CanaryTest::advice)
                    .containsExactly(
                            tuple("Condition.code.text name", "Condition.code.text drop"),
                            tuple("Condition.contained.code.text name", "Medication.code.text drop"),
                            tuple(
                                    "Condition.extension(" + RACE + ").extension.valueString name",
                                    "drop-extension " + RACE),
                            tuple("Condition.extension.valueString name", "none"),
                            tuple("Condition.meta.tag.code id", "Condition.meta.tag.code drop"),
                            tuple("Condition.onsetDateTime name", "Condition.onsetDateTime drop"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "keep-extension http://ehr/x ! keep-extension http://ehr/x ! none",
                    "keep-extension http://ehr/x simple ! keep-extension http://ehr/x ! none",
                    RACE + " ! keep-extension " + RACE + " ! drop-extension " + RACE
                })
        @DisplayName("CANARY-advice: an extension that the site's own file keeps, too: what to take out of that file")
        void keptBySite(String line, String remove, String add) throws Exception {
            String kept = line.startsWith("keep") ? line : "keep-extension " + line;
            Path file = temp.resolve("rules.txt");
            Files.writeString(file, "Patient.birthDate keep\n" + kept + "\n");
            rules = ScrubRules.builtIn().extendedBy(file);
            String url = kept.split(" ", -1)[1];
            row("Condition", "\"extension\":[{\"url\":\"" + url + "\",\"valueString\":\"999-93-4678\"}]");

            RulesChange change = findings().get(0).rule().orElseThrow();

            assertThat(change.remove()).containsExactly(remove);
            assertThat(change.add()).isEqualTo(Optional.of(add).filter(said -> !said.equals("none")));
            Files.writeString(file, "Patient.birthDate keep\n" + change.add().orElse("") + "\n");
            assertThat(ScrubRules.builtIn().extendedBy(file).keepsExtension(url))
                    .isFalse();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "Observation ! `valueInteger`:999934678 ! valueInteger",
                    "Observation ! `code`:{`coding`:[{`system`:`urn:mrn`,`code`:`20260815`}]} ! code.coding.code",
                    "Observation ! `component`:[{`valueQuantity`:{`value`:999934678}}] ! component.valueQuantity.value",
                    "Encounter ! `type`:[{`text`:`Ardath Wolf`}] ! type.text",
                    "Encounter ! `meta`:{`tag`:[{`code`:`S99977880`}]} ! "
                })
        @DisplayName("CANARY-advice: a drop that takes from a table what it is made for says so")
        void emptied(String type, String json, String element) throws Exception {
            row(type, json.replace('`', '"'));

            assertThat(findings().get(0).rule().orElseThrow().emptied()).isEqualTo(Optional.ofNullable(element));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "`value`:999934678 ! true",
                    "`value`:999934678,`system`:`http://unitsofmeasure.org` ! true",
                    "`value`:999934678,`unit`:`/L` ! false",
                    "`code`:`/L`,`value`:999934678 ! false",
                    "`unit`:`/L`,`value`:`999934678` ! true"
                })
        @DisplayName("CANARY-quiet: a quantity of a unit is no number of a patient, whatever it equals")
        void quantities(String quantity, boolean found) throws Exception {
            row("Observation", "\"valueQuantity\":{" + quantity.replace('`', '"') + "}");

            assertThat(places())
                    .containsExactlyElementsOf(found ? List.of("observation valueQuantity.value") : List.of());
        }

        @Test
        @DisplayName(
                "CANARY-acknowledged: a place and a kind that a person calls harmless is recorded, and nothing else is")
        void acknowledged() throws Exception {
            row("ServiceRequest", "\"code\":{\"text\":\"Ardath Wolf\"},\"note\":[{\"text\":\"Ardath Wolf\"}]");
            acknowledged = acknowledging(
                    """
                    # looked at by the team
                    ServiceRequest.code.text name   # a test patient
                    ServiceRequest.code.text telecom
                    """);
            assertThat(kinds()).containsExactly("ServiceRequest.note.text name");

            acknowledged =
                    acknowledging("ServiceRequest.code.text name # a test patient\nServiceRequest.note.text name\n"
                            + "Patient.extension(http://example.org/x).valueString name # gone\n");
            CanaryReport report = check();
            assertThat(report.acknowledged())
                    .containsExactly(
                            new CanaryReport.Acknowledged(
                                    place("ServiceRequest", "code.text", PhiKind.NAME), 1, "a test patient"),
                            new CanaryReport.Acknowledged(place("ServiceRequest", "note.text", PhiKind.NAME), 1, ""));
            assertThat(report.unused()).containsExactly("Patient.extension(http://example.org/x).valueString name");
        }

        @Test
        @DisplayName("CANARY-acknowledged: what is no regular file of UTF-8, or a huge one, is refused")
        void unreadableAcknowledgements() throws Exception {
            Path huge = temp.resolve("huge.txt");
            Files.writeString(huge, "\n".repeat(16 * 1024 * 1024 + 1));
            Path latin = Files.write(temp.resolve("latin.txt"), new byte[] {'#', (byte) 0xE4});
            for (Path file : List.of(temp, huge, latin, temp.resolve("none.txt"))) {
                assertThatThrownBy(() -> AcknowledgedFindings.read(file)).isInstanceOf(InvalidSetting.class);
            }
            Path link = Files.createSymbolicLink(temp.resolve("link.txt"), Files.createFile(temp.resolve("file.txt")));
            assertThat(AcknowledgedFindings.read(link).reasons()).isEmpty();
        }

        private AcknowledgedFindings acknowledging(String lines) throws Exception {
            return AcknowledgedFindings.read(Files.writeString(temp.resolve("acknowledged.txt"), lines));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ServiceRequest.code.text",
                    "ServiceRequest.code.text nickname",
                    "ServiceRequest.code.text name because",
                    "servicerequest name",
                    "ServiceRequest name",
                    "*.text name"
                })
        @DisplayName("CANARY-acknowledged: a line that cannot be followed is refused, with file and line")
        void malformedAcknowledgement(String line) {
            assertThatThrownBy(() -> acknowledging("# fine\n" + line + "\n"))
                    .isInstanceOfSatisfying(InvalidSetting.class, invalid -> {
                        assertThat(invalid.setting()).isEqualTo("acknowledgedFindings");
                        assertThat(invalid.value()).isEqualTo(temp.resolve("acknowledged.txt") + ", line 2");
                    });
        }

        @Test
        @DisplayName(
                "CANARY-time: a number of a million digits costs no time: a Patient with one is no row, and is not looked for")
        void longNumbers() throws Exception {
            String digits = "7".repeat(1_000_000);
            patients.add("{\"resourceType\":\"Patient\",\"id\":\"p2\",\"multipleBirthInteger\":" + digits
                    + ",\"identifier\":[{\"value\":" + digits + "}],\"telecom\":[{\"rank\":" + digits + ".5}]}\n");
            row("Observation", "\"valueQuantity\":{\"value\":" + digits + ",\"code\":" + digits + "}");

            assertTimeoutPreemptively(
                    Duration.ofSeconds(5),
                    () -> assertThat(check().counts().patients()).isEqualTo(1));
        }

        @ParameterizedTest
        @CsvSource({"FULL, 1, 4096", "SAMPLED, 1, 1024", "SAMPLED, 300, 2048", "SAMPLED, 500, 4096"})
        @DisplayName("CANARY-cost: a sample takes the Patients of a hundredth of the input, or a megabyte")
        void somePatients(CanaryMode mode, int inputs, long read) throws Exception {
            Path file = temp.resolve("Patient.ndjson");
            Files.writeString(
                    file, (PATIENT.strip() + " ".repeat(1024 - PATIENT.strip().length() - 1) + "\n").repeat(4096));
            List<InputFile> files = List.of(new InputFile(file, "Patient.ndjson"));
            Canary canary = new Canary(
                    new CanaryConfig(mode, AcknowledgedFindings.NONE, Optional.empty()),
                    rules,
                    files,
                    new CanaryListener() {},
                    1000);

            canary.readPatients(Collections.nCopies(inputs / 4 + 1, files.get(0)));

            assertThat(canary.finish(Map.of(), 0, "").counts().patients()).isEqualTo(read);
        }

        @Test
        @DisplayName("CANARY-unread: lines of Patients that are no JSON, too long, or of too many parts are counted")
        void unreadLines() throws Exception {
            patients.add("{\"resourceType\":\"Patient\",\"id\":\n\n[]\n{\"resourceType\":\"Basic\"}\n");
            patients.add("{\"resourceType\":\"Patient\",\"name\":[" + "{},".repeat(100_000) + "{}]}\n");
            patients.add("{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"" + "x".repeat(1_100_000) + "\"}]}\n");
            patients.add("{\"resourceType\":\"Patient\",\"photo\":[{\"data\":\"" + "x".repeat(1_100_000) + "\"}]}\n");

            Path tooLong = temp.resolve("Patient.001.ndjson.gz");
            try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(tooLong), 64 * 1024)) {
                byte[] megabyte = "x".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
                for (long written = 0; written <= LineLimit.LONGEST; written += megabyte.length) {
                    packed.write(megabyte);
                }
            }
            morePatients.add(new InputFile(tooLong, "Patient.001.ndjson.gz"));

            CanaryReport.Counts counts = check().counts();

            assertThat(counts.patients()).isEqualTo(2);
            assertThat(counts.unreadLines()).isEqualTo(5);
            assertThat(counts.unreadFiles()).isZero();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '!',
                quoteCharacter = '`',
                value = {
                    "component ! component.code.text",
                    "extension ! extension.code.text",
                    "contained ! contained.code.text"
                })
        @DisplayName("CANARY-time: a row that holds a name a hundred thousand times costs no more than its length")
        void manyHits(String element, String place) throws Exception {
            row(
                    "Observation",
                    "\"" + element + "\":[" + "{\"code\":{\"text\":\"Ardath Wolf\"}},".repeat(100_000) + "{}]");

            assertTimeoutPreemptively(
                    Duration.ofSeconds(8), () -> assertThat(places()).containsExactly("observation " + place));
        }

        @Test
        @DisplayName(
                "CANARY-time: each place is named once a row, however often and in whatever order its extensions end")
        void hitsInNestedExtensions() throws Exception {
            String name = "\"valueString\":\"Ardath Wolf\"";
            String kept = "{\"url\":\"" + RACE + "\",\"extension\":[{" + name + "},{" + name + "}]}";
            row(
                    "Condition",
                    "\"contained\":[{\"resourceType\":\"Basic\",\"extension\":[" + kept + "," + kept + ","
                            + name.replace("\"valueString\":", "") + "],\"contained\":[{" + name
                            + "}]}],\"extension\":[{"
                            + name + "}]," + name);

            assertThat(findings())
                    .extracting(PhiFinding::place)
                    .containsExactlyInAnyOrder(
                            new PhiPlace(
                                    "Condition",
                                    "contained.extension.extension.valueString",
                                    PhiKind.NAME,
                                    Optional.of(RACE),
                                    Optional.of("Basic")),
                            new PhiPlace(
                                    "Condition",
                                    "contained.extension",
                                    PhiKind.NAME,
                                    Optional.empty(),
                                    Optional.of("Basic")),
                            place("Condition", "contained.contained.valueString", PhiKind.NAME),
                            place("Condition", "extension.valueString", PhiKind.NAME),
                            place("Condition", "valueString", PhiKind.NAME));
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"a\":[1}", "{\"a\":\"", "]", "\"a\"", "4711", "{\"a\":{}", "[{}]"})
        @DisplayName("CANARY-row: what is no row at all stops the run")
        void noRow(String row) throws Exception {
            rows("Observation", List.of(row));

            assertThatThrownBy(this::check).isInstanceOf(IOException.class);
        }

        @Test
        @DisplayName("CANARY-row: names of elements with escapes, blanks between, and depth are no cover")
        void unusualJson() throws Exception {
            String deep = "{\"a\":[[".repeat(300) + "\"Ardath Wolf\"" + "]]}".repeat(300);
            rows(
                    "Encounter",
                    List.of(
                            "{ \"id\" : \"x\" , \"subject\" : { \"d\\u0069splay\" : \"Ardath \\u0057olf\" , \"reference\":"
                                    + "\"Patient\\/" + UUID + "\" } }",
                            "{\"text\":" + deep + "}"));

            assertThat(findings())
                    .hasSize(3)
                    .allMatch(finding -> finding.rows() == 1)
                    .allMatch(finding -> finding.firstRows().isEmpty());
        }
    }

    /** Whole runs over the built-in sample. */
    @Nested
    class Runs {
        private Path output;
        private Path input = SAMPLE.toAbsolutePath();
        private List<String> tasks = List.of();
        private int threads = 2;

        @BeforeEach
        void folders() {
            output = temp.resolve("output");
        }

        private EtlSummary run(CanaryMode mode, String... siteRules) throws Exception {
            Path file = temp.resolve("rules.txt");
            Files.write(file, List.of(siteRules));
            EtlFolders folders = new EtlFolders(input, output, temp.resolve("phi"), Optional.empty());
            EtlConfig config = EtlConfigs.ofCohort(
                    folders.validated(Optional.empty()),
                    Selection.of(tasks, List.of(), false),
                    threads,
                    new CanaryConfig(mode, AcknowledgedFindings.NONE, Optional.empty()));
            return new EtlJob(
                            config, ScrubRules.builtIn().extendedBy(file), InstantSource.system(), new EtlListener() {})
                    .run();
        }

        @ParameterizedTest
        @EnumSource(CanaryMode.class)
        @DisplayName("CANARY-quiet: the sample raises no alarm; report.json says what was compared")
        void sample(CanaryMode mode) throws Exception {
            CanaryReport report = run(mode).canary();

            assertThat(reported().path("mode").asText()).isEqualTo(mode.word());
            assertThat(reported().path("rowsChecked").asLong()).isEqualTo(report.rowsChecked());
            if (mode == CanaryMode.SAMPLED) {
                assertThat(report.rowsChecked()).isPositive().isLessThan(report.rows());
            }
            assertThat(report.counts().patients()).isEqualTo(mode == CanaryMode.OFF ? 0 : 24);
            if (mode == CanaryMode.FULL) {
                assertThat(report.rowsChecked()).isEqualTo(report.rows()).isPositive();
            }
        }

        @Test
        @DisplayName("CANARY-sampled: small tables are looked at whole, in however many files they come")
        void smallTables() throws Exception {
            input = Files.createDirectory(temp.resolve("input"));
            for (int number = 0; number < 20; number++) {
                Files.writeString(
                        input.resolve(String.format(Locale.ROOT, "Patient.%03d.ndjson", number)),
                        "{\"resourceType\":\"Patient\",\"id\":\"p" + number + "\"}\n");
            }
            tasks = List.of("patient");

            CanaryReport report = run(CanaryMode.SAMPLED).canary();

            assertThat(report.counts().patients()).isEqualTo(20);
            assertThat(report.rowsChecked()).isEqualTo(report.rows()).isEqualTo(20);
        }

        @Test
        @DisplayName(
                "CANARY-sampled: of large tables, one block in so many, and those of Patients that are read among them")
        void samples() {
            long begin = 0;
            int rows = 0;
            for (int block = 0; block < 6400; block++) {
                long length = 262_144 - block % 700;
                boolean ofRows = Canary.isOfSample(begin, 64);
                rows += ofRows ? 1 : 0;
                assertThat(!ofRows || Canary.isOfSample(begin, 8))
                        .as("block %d", block)
                        .isTrue();
                assertThat(Canary.isOfSample(begin, 1)).isTrue();
                begin += length;
            }
            assertThat(rows).isBetween(98, 104);
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

            assertThat(summary.canary().counts().patients()).isEqualTo(24);
            assertThat(output.resolve("patient")).isDirectory();
        }

        @Test
        @DisplayName(
                "CANARY-unread: damaged files of Patients are counted in report.json, be there a table of them or not")
        void damagedPatients() throws Exception {
            input = Files.createDirectory(temp.resolve("input"));
            Files.copy(SAMPLE.resolve("Encounter.ndjson.gz"), input.resolve("Encounter.ndjson.gz"));
            byte[] patients = Files.readAllBytes(SAMPLE.resolve("Patient.ndjson.gz"));
            Files.write(input.resolve("Patient.0.ndjson.gz"), Arrays.copyOf(patients, patients.length / 2));
            Files.writeString(input.resolve("Patient.1.ndjson"), PATIENT + "{\"resourceType\":\"Patient\",\n");
            tasks = List.of("encounter");

            CanaryReport.Counts counts = run(CanaryMode.FULL).canary().counts();

            assertThat(counts.unreadFiles()).isEqualTo(1);
            assertThat(counts.unreadLines()).isEqualTo(1);
            assertThat(reported().path("unreadPatientFiles").asLong()).isEqualTo(1);
            assertThat(reported().path("unreadPatientLines").asLong()).isEqualTo(1);
        }

        private JsonNode reported() throws IOException {
            try (Stream<Path> files = Files.walk(output.resolve("JobConfig"))) {
                return FhirJson.mapper()
                        .readTree(Files.readAllBytes(files.filter(file -> file.endsWith("report.json"))
                                .findAny()
                                .orElseThrow()))
                        .path("canary");
            }
        }

        @ParameterizedTest
        @EnumSource(names = {"SAMPLED", "FULL"})
        @DisplayName("CANARY-finds: a rule that lets names out: nothing is published, and nothing is quoted")
        void leak(CanaryMode mode) throws Exception {
            PhiFound found = catchThrowableOfType(PhiFound.class, () -> run(mode, "Reference.display keep"));

            assertThat(found.findings()).anySatisfy(finding -> {
                assertThat(finding.place()).isEqualTo(place("Encounter", "subject.display", PhiKind.NAME));
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

    private static PhiPlace place(String type, String element, PhiKind kind) {
        return new PhiPlace(type, element, kind, Optional.empty(), Optional.empty());
    }
}
