package io.github.cumulusmaven.deid;

import static io.github.cumulusmaven.deid.Scrubbing.ABSENT;
import static io.github.cumulusmaven.deid.Scrubbing.hash;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.deid.ScrubReport.ElementCounts;
import io.github.cumulusmaven.deid.ScrubResult.Kept;
import io.github.cumulusmaven.deid.ScrubResult.Skipped;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {
    private static final String EPIC = "urn:oid:1.2.840.114350.1.13.0.1";
    private static final String ABSENT_ARRAY = "\"extension\":[" + ABSENT + "]";

    private Scrubbing scrubbing;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        scrubbing = Scrubbing.in(folder);
    }

    @Test
    @DisplayName("a Patient keeps what tells of health, and nothing that tells who it is")
    void patient() throws Exception {
        assertThat(
                        scrubbing.scrub(
                                """
                {"resourceType": "Patient", "id": "p1", "meta": {"lastUpdated": "2024-01-02T03:04:05Z", "source": "#x"},
                 "text": {"status": "generated", "div": "<div>Joe</div>"}, "identifier": [{"value": "MRN"}],
                 "active": true, "name": [{"family": "Doe"}], "telecom": [{"value": "555"}], "gender": "male",
                 "birthDate": "1980-05-06", "deceasedBoolean": false, "multipleBirthInteger": 0, "photo": [{"data": "AA"}],
                 "address": [{"line": ["1 Way"], "city": "Boston", "state": "MA", "postalCode": "02138-1234"}],
                 "generalPractitioner": [{"reference": "Practitioner/d", "display": "Dr Who"}]}"""))
                .isEqualTo("{\"resourceType\":\"Patient\",\"id\":\"" + hash("p1")
                        + "\",\"meta\":{\"lastUpdated\":\"2024-01-02T03:04:05Z\",\"source\":\"#x\"},\"active\":true,"
                        + "\"gender\":\"male\",\"birthDate\":\"1980\",\"deceasedBoolean\":false,\"multipleBirthInteger\":0,"
                        + "\"address\":[{\"state\":\"MA\",\"postalCode\":\"02100-0000\"}],"
                        + "\"generalPractitioner\":[{\"reference\":\"Practitioner/" + hash("d") + "\"}]}");
    }

    @Test
    @DisplayName("the result tells what a table needs to know of its row")
    void result() throws Exception {
        assertThat(scrubbing.result("{\"id\":\"1\",\"resourceType\":\"Device\"}"))
                .isEqualTo(new Kept(hash("1")));
    }

    @Test
    @DisplayName("old random ids win over the hash, for a Patient's id and for references to it")
    void legacyIds() throws Exception {
        assertThat(scrubbing.scrub("{\"resourceType\":\"Patient\",\"id\":\"old\"}"))
                .contains("\"given-to-old\"");
        assertThat(scrubbing.inside("Condition", "\"subject\":{\"reference\":\"Patient/old\"}"))
                .contains("\"Patient/given-to-old\"");
        assertThat(scrubbing.inside("Condition", "\"encounter\":{\"reference\":\"Encounter/old\"}"))
                .contains("\"Encounter/" + hash("old") + "\"");
    }

    @Test
    @DisplayName("a type without rules keeps what any resource has")
    void unlistedType() throws Exception {
        assertThat(
                        scrubbing.inside(
                                "Coverage",
                                "\"status\":\"active\",\"language\":\"en\",\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\"}],\"implicitRules\":\"http://x\""))
                .isEqualTo("\"language\":\"en\",\"implicitRules\":\"http://x\"");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("numbers keep their digits")
    @CsvSource({"1.50", "1e3", "1E+3", "-0.0", "12345678901234567890", "0.1000000000000000055511151231257827"})
    void exactNumbers(String number) throws Exception {
        String value = "\"valueQuantity\":{\"value\":" + number + "}";
        assertThat(scrubbing.inside("Observation", value)).isEqualTo(value);
    }

    @Test
    @DisplayName("characters and their escapes survive as they are")
    void exactStrings() throws Exception {
        String text = "\"code\":{\"text\":\"\\u00e9 é 漢 😀 \\ud83d\\ude00 \\/ \\\" \\\\ \\b x\"}";
        assertThat(scrubbing.inside("Observation", text)).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("half a character becomes U+FFFD, and is counted; a whole one stays as it is")
    @CsvSource({
        "x\\ud83d y,x\uFFFD y,1",
        "\\ude00\\ud83d,\uFFFD\uFFFD,1",
        "\\ud83d\\ud83d\\ude00\\ud83d,\uFFFD\\ud83d\\ude00\uFFFD,1",
        "\\ud83d\\u0041\\uDBFF,\uFFFD\\u0041\uFFFD,1",
        "\\\\ud83d,\\\\ud83d,0",
        "\\ud83d\\ude00,\\ud83d\\ude00,0"
    })
    void loneSurrogates(String given, String kept, long count) throws Exception {
        assertThat(scrubbing.inside("Observation", "\"code\":{\"text\":\"" + given + "\"}"))
                .isEqualTo("\"code\":{\"text\":\"" + kept + "\"}");
        scrubbing.result(
                "{\"resourceType\":\"Observation\",\"id\":\"1\",\"code\":{\"text\":\"\\ud83d\"},\"status\":{}}");
        assertThat(scrubbing.report().repairedStrings()).isEqualTo(count);
    }

    @Test
    @DisplayName("strings lose the white space at their ends, and are dropped when that is all they are")
    void trimming() throws Exception {
        assertThat(scrubbing.inside(
                        "Observation",
                        "\"status\":\" \\t\\u00a0final\u3000\\n\",\"code\":{\"text\":\" \\u2003 \"},\"issued\":\"\","
                                + "\"category\":[{\"text\":\"a b \"}]"))
                .isEqualTo("\"status\":\"final\",\"category\":[{\"text\":\"a b\"}]");
    }

    @Test
    @DisplayName("nulls, and what is left empty, go")
    void emptiness() throws Exception {
        assertThat(scrubbing.inside(
                        "Patient",
                        "\"gender\":null,\"active\":true,\"link\":[],\"maritalStatus\":{},\"contact\":[{\"name\":{\"text\":\"x\"}},null],"
                                + "\"communication\":[{\"language\":{\"coding\":[{\"id\":\"5\"}]}}]"))
                .isEqualTo("\"active\":true");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("postal codes: three digits, none where few people live")
    @CsvSource({
        "02138,02100",
        "02138-1234,02100-0000",
        "03601,00000",
        "89,89",
        "102,000",
        "SW1A 1AA,SW1 0",
        "K1A 0B1,K1A 00",
        "1012 AB,1010",
        "1000-205,1000-000",
        "036-17,000-00"
    })
    void zip(String code, String kept) throws Exception {
        assertThat(scrubbing.inside("Patient", "\"address\":[{\"postalCode\":\"" + code + "\"}]"))
                .isEqualTo("\"address\":[{\"postalCode\":\"" + kept + "\"}]");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("of what is no postal code three characters stay")
    @CsvSource({
        "17 Elmwood Terrace,17",
        "Elmwood Terrace,Elm",
        "Ottokar Z.,Ott",
        "02138 Boston 17,021",
        "036 Elmwood Terrace,000",
        "MRN#4711,MRN",
        "02138/617-555-0142,021",
        "éèêë,éèê",
        "ab😀😀,ab\\ud83d\\ude00",
        "Zimmerwald,Zim"
    })
    void noZip(String code, String kept) throws Exception {
        assertThat(scrubbing.inside("Patient", "\"address\":[{\"postalCode\":\"" + code + "\"}]"))
                .isEqualTo("\"address\":[{\"postalCode\":\"" + kept + "\"}]");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("references meet the ids they refer to")
    @CsvSource({
        "Patient/5, Patient/, 5",
        "Practitioner?identifier=x|9, Practitioner/, identifier=x|9",
        "Patient/5/_history/2, Patient/, 5",
        "https://EHR.example:443/fhir/Patient/5/_history/2, Patient/, 5",
        "Patient/5/6, Patient/, 5/6",
        "#c, #, c",
        "https://ehr.example/fhir/Patient/5, Patient/, 5",
        "https://other.example/fhir/Patient/5, '', https://other.example/fhir/Patient/5",
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520, '', urn:uuid:c757873d-ec9a-4326-a141-556f43239520"
    })
    void references(String reference, String prefix, String hashed) throws Exception {
        assertThat(scrubbing.inside("Observation", "\"subject\":{\"reference\":\"" + reference + "\"}"))
                .isEqualTo("\"subject\":{\"reference\":\"" + prefix + hash(hashed) + "\"}");
    }

    @Test
    @DisplayName("a bare id is of the type that stands beside it, before or behind")
    void bareReferences() throws Exception {
        assertThat(
                        scrubbing.inside(
                                "Observation",
                                "\"subject\":{\"reference\":\"5\",\"type\":\"Patient\"},\"encounter\":{\"type\":\"Encounter\",\"reference\":\"6\"}"))
                .isEqualTo("\"subject\":{\"reference\":\"Patient/" + hash("5")
                        + "\",\"type\":\"Patient\"},\"encounter\":{\"type\":\"Encounter\",\"reference\":\"Encounter/"
                        + hash("6")
                        + "\"}");
    }

    @Test
    @DisplayName(
            "a UUID joins where FHIR allows one resource type, or one stands beside it; elsewhere it joins nothing")
    void uuids() throws Exception {
        String uuid = "\"reference\":\"urn:uuid:c757873d\"";

        assertThat(scrubbing.inside("Encounter", "\"subject\":{" + uuid + "}"))
                .isEqualTo("\"subject\":{\"reference\":\"Patient/" + hash("c757873d") + "\"}");
        assertThat(scrubbing.inside("MedicationRequest", "\"medicationReference\":{" + uuid + "}"))
                .isEqualTo("\"medicationReference\":{\"reference\":\"Medication/" + hash("c757873d") + "\"}");
        assertThat(scrubbing.inside("Observation", "\"subject\":{\"type\":\"Patient\"," + uuid + "}"))
                .isEqualTo("\"subject\":{\"type\":\"Patient\",\"reference\":\"Patient/" + hash("c757873d") + "\"}");
        assertThat(scrubbing.report().joiningNothing()).isEqualTo(Map.of());

        scrubbing.inside("Observation", "\"subject\":{" + uuid + "}");
        scrubbing.inside("Observation", "\"subject\":{\"reference\":\"Patient/1\"}");
        scrubbing.result("{\"resourceType\":\"Observation\",\"subject\":{" + uuid + "},\"status\":{}}");
        assertThat(scrubbing.report().joiningNothing())
                .as("of resources that are kept")
                .isEqualTo(Map.of(Form.URN, 1L));
    }

    @Test
    @DisplayName("references that were met before become what they became, each with its own target and sibling")
    void metBefore() throws Exception {
        for (int round = 0; round < 2; round++) {
            for (int id = 0; id < 20_000; id += 7) {
                String known = "0001-%05d-same-end".formatted(id);
                assertThat(scrubbing.inside("Observation", "\"subject\":{\"reference\":\"Patient/" + known + "\"}"))
                        .isEqualTo("\"subject\":{\"reference\":\"Patient/" + hash(known) + "\"}");
            }
            String bare = "\"reference\":\"urn:uuid:c757873d-0001\"";
            assertThat(scrubbing.inside("Observation", "\"encounter\":{" + bare + "}"))
                    .isEqualTo("\"encounter\":{\"reference\":\"Encounter/" + hash("c757873d-0001") + "\"}");
            assertThat(scrubbing.inside("Observation", "\"specimen\":{" + bare + "}"))
                    .isEqualTo("\"specimen\":{\"reference\":\"Specimen/" + hash("c757873d-0001") + "\"}");
            assertThat(scrubbing.inside("Observation", "\"subject\":{\"type\":\"Group\"," + bare + "}"))
                    .isEqualTo(
                            "\"subject\":{\"type\":\"Group\",\"reference\":\"Group/" + hash("c757873d-0001") + "\"}");
        }
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("what is no reference is dropped and counted, and does not cost the resource")
    @CsvSource({"5", "'Doe, John'", "Doe/John", "Patient/", "../x"})
    void badReferences(String reference) throws Exception {
        assertThat(scrubbing.inside(
                        "Observation", "\"subject\":{\"reference\":\"" + reference + "\"},\"status\":\"final\""))
                .isEqualTo("\"status\":\"final\"");
        assertThat(scrubbing.report().elements()).containsEntry("Reference.reference", new ElementCounts(0, 1, 0, 0));
    }

    @Test
    @DisplayName("what is masked says so on its sibling, wherever that is")
    void masking() throws Exception {
        String kept = "{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex\",\"valueCode\":\"x\"}";
        String absent = "{\"extension\":[" + ABSENT + "]}";

        assertThat(scrubbing.inside("Observation", "\"valueString\":\"Joe\",\"status\":\"final\""))
                .isEqualTo("\"_valueString\":" + absent + ",\"status\":\"final\"");
        for (String properties : new String[] {
            "\"valueString\":\"Joe\",\"_valueString\":{\"extension\":[" + kept + "]}",
            "\"_valueString\":{\"extension\":[" + kept + "]},\"valueString\":\"Joe\""
        }) {
            assertThat(scrubbing.inside("Observation", properties))
                    .isEqualTo("\"_valueString\":{\"extension\":[" + kept + "," + ABSENT + "]}");
        }
        assertThat(scrubbing.inside(
                        "Observation", "\"_valueString\":{\"extension\":[{\"url\":\"x:y\"}]},\"valueString\":\"Joe\""))
                .isEqualTo("\"_valueString\":" + absent);
        assertThat(scrubbing.inside("Observation", "\"_valueString\":{\"id\":\"x\"},\"valueString\":\"Joe\""))
                .isEqualTo("\"_valueString\":" + absent);
        assertThat(scrubbing.inside("Observation", "\"_valueString\":null,\"valueString\":\"Joe\""))
                .isEqualTo("\"_valueString\":" + absent);
        assertThat(scrubbing.inside("Observation", "\"valueString\":\" \"")).isEmpty();
    }

    @Test
    @DisplayName("what says already that it is absent is not told so twice")
    void maskedAlready() throws Exception {
        String unknown = ABSENT.replace("masked", "unknown");
        assertThat(scrubbing.inside(
                        "Observation", "\"_valueString\":{\"extension\":[" + unknown + "]},\"valueString\":\"Joe\""))
                .isEqualTo("\"_valueString\":{\"extension\":[" + unknown + "]}");
        assertThat(scrubbing.inside(
                        "Encounter",
                        "\"class\":{\"extension\":[" + unknown + "],\"system\":\"" + EPIC + "\",\"code\":\"x\"}"))
                .isEqualTo("\"class\":{\"extension\":[" + unknown + "],\"system\":\"" + EPIC + "\"}");
    }

    @Test
    @DisplayName("notes are masked, what they are stays")
    void notes() throws Exception {
        assertThat(
                        scrubbing.inside(
                                "DocumentReference",
                                "\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"data\":\"Sm9l\",\"hash\":\"x\",\"size\":3,\"title\":\"t\"}}]"))
                .isEqualTo("\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"_data\":{" + ABSENT_ARRAY
                        + "},\"size\":3}}]");
    }

    @ParameterizedTest(name = "{0} becomes {1}")
    @DisplayName("codes that were made up on site go, and their displays")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "code":"12","display":"d"  | "code":"12","display":"d"
            "code":"0","display":"Joe" | "code":"0"; absent
            "code":"0"                 | "code":"0"
            "code":"Joe","display":"d" | ; absent
            "code":"Joe"               | ; absent
            "code":" ","display":"d"   | ; absent
            "display":"Joe"            | ; absent
            "userSelected":true        | "userSelected":true
            "code":12,"display":"d"    | "display":"d"
            """)
    void localCodes(String given, String expected) throws Exception {
        String kept = expected.replace("; absent", "").strip();
        String absent = expected.contains("absent") ? ABSENT_ARRAY : "";
        String system = "\"system\":\"" + EPIC + "\"";

        assertThat(scrubbing.inside("Encounter", "\"class\":{" + system + "," + given + "}"))
                .isEqualTo("\"class\":{" + join(system, kept, absent) + "}");
        assertThat(scrubbing.inside("Encounter", "\"class\":{" + given + ",\"system\":\" " + EPIC + "\"}"))
                .isEqualTo("\"class\":{" + join(kept, system, absent) + "}");
        assertThat(scrubbing.inside(
                        "Encounter",
                        "\"class\":{\"system\":\"http://loinc.org\"," + given.replace("\" \"", "\"b\"") + "}"))
                .isEqualTo("\"class\":{\"system\":\"http://loinc.org\","
                        + given.replace("\" \"", "\"b\"").replace("\"code\":12,", "") + "}");
    }

    private static String join(String... parts) {
        return java.util.stream.Stream.of(parts)
                .filter(part -> !part.isEmpty())
                .collect(java.util.stream.Collectors.joining(","));
    }

    @Test
    @DisplayName("quantities have local codes too")
    void localUnits() throws Exception {
        assertThat(scrubbing.inside(
                        "Observation",
                        "\"valueQuantity\":{\"value\":1.0,\"system\":\"" + EPIC + "\",\"code\":\"per Joe\"}"))
                .isEqualTo("\"valueQuantity\":{\"value\":1.0,\"system\":\"" + EPIC + "\"," + ABSENT_ARRAY + "}");
    }

    @Test
    @DisplayName("identifiers are kept only of the systems that the rules name")
    void identifierSystems() throws Exception {
        assertThat(
                        scrubbing.inside(
                                "Practitioner",
                                "\"identifier\":[{\"system\":\"http://ssn\",\"value\":\"1\"},{\"value\":\"2\",\"system\":\"http://hl7.org/fhir/sid/us-npi\"},{\"value\":\"3\"}]"))
                .isEqualTo("\"identifier\":[{\"value\":\"2\",\"system\":\"http://hl7.org/fhir/sid/us-npi\"}]");
    }

    @Test
    @DisplayName("an unknown extension is dropped and counted by type and URL; an ignored one is not counted")
    void extensions() throws Exception {
        String ethnicity = "\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity\"";
        assertThat(scrubbing.inside(
                        "Patient",
                        "\"extension\":[{\"url\":\"http://a/b\",\"valueString\":\"x\"},"
                                + "{\"valueAddress\":{\"city\":\"x\"},\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\"},"
                                + "{" + ethnicity
                                + ",\"extension\":[{\"url\":\"text\",\"valueString\":\" Not \"},{\"url\":\"x\",\"id\":\"y\",\"extension\":[{\"url\":\"z\"}]}]},"
                                + "{\"valueString\":\"no url\"}],"
                                + "\"_birthDate\":{\"extension\":[{\"url\":\"http://a/b\"}]},"
                                + "\"address\":[{\"state\":\"MA\",\"extension\":[{\"url\":\"http://a/c\"}]}]"))
                .isEqualTo("\"extension\":[{" + ethnicity
                        + ",\"extension\":[{\"url\":\"text\",\"valueString\":\"Not\"}]}],"
                        + "\"address\":[{\"state\":\"MA\"}]");
        assertThat(scrubbing.report().extensions().dropped().get("Patient"))
                .containsOnly(
                        java.util.Map.entry("http://a/b", 2L),
                        java.util.Map.entry("http://a/c", 1L),
                        java.util.Map.entry(ExtensionReport.NO_URL, 2L));
        assertThat(scrubbing.report().extensions().rules())
                .containsExactly("keep-extension http://a/b", "keep-extension http://a/c");
    }

    @Test
    @DisplayName(
            "inside an extension whose definition is known, only those are kept that it names, or that are kept anyway")
    void nestedExtensions() throws Exception {
        String base = "\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-";
        String unknown =
                "{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}";
        String coding = "{\"url\":\"ombCategory\",\"valueCoding\":{\"code\":\"2106-3\"";
        assertThat(
                        scrubbing.inside(
                                "Patient",
                                "\"extension\":[{" + base + "race\",\"extension\":[" + coding
                                        + ",\"extension\":[{\"url\":\"text\",\"valueString\":\"MRN\"},"
                                        + unknown + "]},\"extension\":[{\"url\":\"text\"}]}," + unknown
                                        + ",{\"url\":\"mrn\",\"valueString\":\"4711\"},{\"url\":\"http://a/b\",\"valueString\":\"x\"}]},{"
                                        + base + "sex\",\"valueCode\":\"f\",\"_valueCode\":{\"extension\":[" + unknown
                                        + ",{\"url\":\"x\",\"valueString\":\"MRN\"}]},\"extension\":[{\"url\":\"text\",\"valueString\":\"MRN\"}]}]"))
                .isEqualTo("\"extension\":[{" + base + "race\",\"extension\":[" + coding + ",\"extension\":["
                        + unknown + "]}}," + unknown + "]},{" + base
                        + "sex\",\"valueCode\":\"f\",\"_valueCode\":{\"extension\":[" + unknown + "]}}]");
        assertThat(scrubbing.report().extensions().dropped().get("Patient"))
                .containsOnly(java.util.Map.entry("http://a/b", 1L), java.util.Map.entry(ExtensionReport.NO_URL, 5L));
    }

    @Test
    @DisplayName("an identifier in an extension that is kept is treated as any other is, and an id is hashed")
    void idsInExtensions() throws Exception {
        String url = "\"url\":\"http://open.epic.com/FHIR/StructureDefinition/extension/smartdata\"";
        String npi =
                "{\"url\":\"n\",\"valueIdentifier\":{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1\"}}";
        assertThat(scrubbing.inside(
                        "Patient",
                        "\"extension\":[{" + url
                                + ",\"extension\":[{\"url\":\"i\",\"valueIdentifier\":{\"system\":\"urn:mrn\",\"value\":\"MRN1\"}},"
                                + npi + ",{\"url\":\"d\",\"valueId\":\"old\"}]}]"))
                .isEqualTo("\"extension\":[{" + url + ",\"extension\":[{\"url\":\"i\"}," + npi
                        + ",{\"url\":\"d\",\"valueId\":\"given-to-old\"}]}]");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("a former FHIR id, of whatever type, is hashed like an id")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "valueString":"old"   | "valueString":"given-to-old"
            "valueId":" old "     | "valueId":"given-to-old"
            "valueUri":"x y"      | "valueUri":"HASH"
            "valueInteger":47     | "valueInteger":"HASH"
            "valueIdentifier":{"use":"old","system":"http://open.epic.com/x","value":"old","assigner":{"display":"d"}} | "valueIdentifier":{"use":"old","system":"http://open.epic.com/x","value":"given-to-old"}
            "extension":[{"url":"x","valueString":"old"}] | "extension":[{"url":"x","valueString":"given-to-old"}]
            "valueReference":{"reference":"Patient/old"}  | "valueReference":{"reference":"Patient/given-to-old"}
            "valueDate":"2020-01-01" | "valueDate":"2020-01-01"
            """)
    void historicalIds(String given, String kept) throws Exception {
        String url = "\"url\":\"http://open.epic.com/FHIR/StructureDefinition/extension/historical-fhir-id\"";
        String hash = hash(given.contains("47") ? "47" : "x y");
        assertThat(scrubbing.inside("Patient", "\"extension\":[{" + url + "," + given + "}]"))
                .isEqualTo("\"extension\":[{" + url + "," + kept.replace("HASH", hash) + "}]");
        assertThat(scrubbing.inside("Patient", "\"_gender\":{\"extension\":[{" + url + "," + given + "}]}"))
                .contains(kept.replace("HASH", hash));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("of an extension whose value is an id nothing stays that could hold it, wherever the extension stands")
    @ValueSource(
            strings = {
                "'valueString':'RAW','_valueString':{'extension':[{'url':'x','valueString':'RAW'}]}",
                "'valueCodeableConcept':{'text':'RAW','coding':[{'code':'RAW','display':'RAW'}]}",
                "'valueCoding':{'code':'RAW','display':'RAW'}",
                "'valueQuantity':{'value':4711,'unit':'RAW','code':'RAW'}",
                "'valueMeta':{'versionId':'RAW','tag':[{'code':'RAW'}]}",
                "'valueAddress':{'state':'RAW','country':'RAW'}",
                "'valueHumanName':{'text':'RAW'}",
                "'valueSampledData':{'data':'4711'}",
                "'valueAttachment':{'contentType':'RAW','size':4711}",
                "'valueRange':{'low':{'value':4711}}",
                "'valueIdentifier':{'value':'RAW','type':{'text':'RAW'},'assigner':{'reference':'RAW','display':'RAW'},'period':{'extension':[{'url':'x','valueString':'RAW'}]},'extension':[{'url':'x','valueString':'RAW'}]}",
                "'valueIdentifier':{'value':'RAW','_value':{'extension':[{'url':'x','valueString':'RAW'}]}}",
                "'valueReference':{'reference':'Patient/RAW','display':'RAW','identifier':{'value':'RAW'},'extension':[{'url':'x','valueString':'RAW'}]}",
                "'extension':[{'url':'nested','valueString':'RAW'},{'url':'nested','valueCoding':{'code':'RAW'}},{'url':'nested','extension':[{'url':'x','valueCoding':{'code':'RAW'}}]}]"
            })
    void idsInValuesOfAnyType(String given, @TempDir Path folder) throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder,
                "keep-extension https://site.example/id simple hash-id",
                "keep-extension https://site.example/ids nested=nested hash-id",
                "keep-extension https://site.example/any hash-id",
                "modifier-extension https://site.example/any",
                "keep-extension https://site.example/outer",
                "Extension.valueHumanName HumanName",
                "HumanName.text keep",
                "Identifier.assigner Reference",
                "Reference.reference keep",
                "Reference.display keep",
                "Reference.identifier Identifier");
        for (String url : List.of(
                "https://site.example/id",
                "https://site.example/ids",
                "https://site.example/any",
                "http://open.epic.com/FHIR/StructureDefinition/extension/historical-fhir-id")) {
            String extension = "{\"url\":\"" + url + "\"," + given.replace('\'', '"') + "}";
            for (String properties : List.of(
                    "\"extension\":[" + extension + "]",
                    "\"_gender\":{\"extension\":[" + extension + "]}",
                    "\"extension\":[{\"url\":\"https://site.example/outer\",\"extension\":[" + extension + "]}]")) {
                assertThat(site.inside("Patient", properties))
                        .contains(url)
                        .doesNotContain("RAW")
                        .doesNotContain("4711");
            }
        }
        assertThat(site.inside(
                        "Patient",
                        "\"modifierExtension\":[{\"url\":\"https://site.example/any\"," + given.replace('\'', '"')
                                + "}]"))
                .contains("https://site.example/any")
                .doesNotContain("RAW")
                .doesNotContain("4711");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @DisplayName("a year is taken of dates only, of any precision; what is none is dropped and counted")
    @CsvSource({
        "1980,1980,0",
        "1980-01,1980,0",
        "1980-01-02,1980,0",
        "' 1980-01-02 ',1980,0",
        "1980-01-02T10:00:00+01:00,1980,0",
        "1980\\u002d01,1980,0",
        "9876-MRN,'',1",
        "12345678,'',1",
        "1980-13,'',1",
        "1980-01-02 Joe,'',1",
        "' ','',0"
    })
    void years(String given, String kept, long wrong) throws Exception {
        assertThat(scrubbing.inside("Patient", "\"birthDate\":\"" + given + "\""))
                .isEqualTo(kept.isEmpty() ? "" : "\"birthDate\":\"" + kept + "\"");
        assertThat(scrubbing.report().elements())
                .containsEntry(
                        "Patient.birthDate",
                        new ElementCounts(kept.isEmpty() ? 0 : 1, kept.isEmpty() ? 1 : 0, 0, wrong));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("an unknown modifier extension, at any depth of what is kept, skips the resource")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "modifierExtension":[{"url":"http://not"}]
            "modifierExtension":{"url":"http://not"}
            "modifierExtension":[{"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/nlp-source"},{"url":"http://not"}]
            "stage":[{"modifierExtension":[{"url":"http://not"}],"summary":{"text":"x"}}]
            "code":{"modifierExtension":[{"url":"http://not"}]}
            "contained":[{"resourceType":"Condition","modifierExtension":[{"url":"http://not"}]}]
            "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/derivation-reference","modifierExtension":[{"url":"http://not"}]}]
            """)
    void modifierExtensions(String properties) throws Exception {
        assertThat(scrubbing.result(
                        "{\"resourceType\":\"Condition\",\"id\":\"1\",\"language\":\"en\"," + properties + "}"))
                .isEqualTo(new Skipped(SkipReason.MODIFIER_EXTENSION, "modifierExtension"));
        assertThat(scrubbing.written()).isEmpty();
        assertThat(scrubbing.report().extensions().skipped().get("Condition")).containsEntry("http://not", 1L);
        assertThat(scrubbing.report().extensions().rules()).containsExactly("modifier-extension http://not");
        assertThat(scrubbing.report().elements()).isEmpty();
    }

    @Test
    void knownModifierExtensions() throws Exception {
        String known =
                "\"modifierExtension\":[{\"url\":\"http://fhir-registry.smarthealthit.org/StructureDefinition/nlp-polarity\",\"valueInteger\":-1}]";
        assertThat(scrubbing.inside("Condition", known)).isEqualTo(known);
        assertThat(scrubbing.inside(
                        "Condition", "\"modifierExtension\":[],\"note\":[{\"modifierExtension\":[{\"url\":\"x\"}]}]"))
                .isEmpty();
    }

    @Test
    @DisplayName("contained resources follow the rules of their own type, and are met by references to them")
    void contained() throws Exception {
        assertThat(scrubbing.inside(
                        "Observation",
                        "\"contained\":[{\"id\":\"old\",\"name\":[{\"family\":\"X\"}],\"birthDate\":\"1970-01-02\",\"resourceType\":\"Patient\"},"
                                + "{\"resourceType\":\"Coverage\",\"id\":\"c\",\"status\":\"x\"},{\"resourceType\":\"Joe Doe\",\"id\":\"d\"},{\"id\":\"e\"}],"
                                + "\"subject\":{\"reference\":\"#old\"},\"status\":\"final\""))
                .isEqualTo("\"contained\":[{\"id\":\"" + hash("old")
                        + "\",\"birthDate\":\"1970\",\"resourceType\":\"Patient\"},"
                        + "{\"resourceType\":\"Coverage\",\"id\":\"" + hash("c") + "\"}],"
                        + "\"subject\":{\"reference\":\"#" + hash("old") + "\"},\"status\":\"final\"");
    }

    @Test
    @DisplayName("onset and abatement keep their quantities, periods and ranges")
    void choices() throws Exception {
        String onset =
                "\"onsetAge\":{\"value\":5,\"unit\":\"a\"},\"onsetPeriod\":{\"start\":\"2020\"},\"onsetRange\":{\"low\":{\"value\":1.0}}";
        assertThat(scrubbing.inside("AllergyIntolerance", onset)).isEqualTo(onset);
    }

    @Test
    @DisplayName("the report counts what was kept, dropped and masked, and names only what FHIR names")
    void report() throws Exception {
        scrubbing.scrub(
                "{\"resourceType\":\"Observation\",\"id\":\"1\",\"status\":\"final\",\"valueString\":\"x\",\"note\":[{\"text\":\"n\"}],\"Joe Doe\":1,\"family\":\"x\"}");
        scrubbing.scrub("{\"resourceType\":\"Observation\",\"id\":\"2\",\"status\":\"final\"}");
        assertThat(scrubbing.result("{\"resourceType\":\"Observation\",\"id\":\"3\",\"status\":{}}"))
                .isEqualTo(new Skipped(SkipReason.WRONG_SHAPE, "Observation.status"));

        ScrubReport report = scrubbing.report();
        assertThat(report.elements())
                .containsOnly(
                        java.util.Map.entry("Observation.resourceType", new ElementCounts(2, 0, 0, 0)),
                        java.util.Map.entry("Observation.id", new ElementCounts(2, 0, 0, 0)),
                        java.util.Map.entry("Observation.status", new ElementCounts(2, 0, 0, 0)),
                        java.util.Map.entry("Observation.valueString", new ElementCounts(0, 0, 1, 0)),
                        java.util.Map.entry("Observation.note", new ElementCounts(0, 1, 0, 0)),
                        java.util.Map.entry("Observation.(not FHIR R4)", new ElementCounts(0, 2, 0, 0)));
        ScrubReport twice = report.plus(report).plus(ScrubReport.EMPTY);
        assertThat(twice.elements()).containsEntry("Observation.valueString", new ElementCounts(0, 0, 2, 0));
    }

    @Test
    void writesNothingButTheResource() throws Exception {
        scrubbing.scrub("\uFEFF \t{\"resourceType\":\"Device\",\"id\":\"1\"}\r");
        assertThat(new String(scrubbing.written(), StandardCharsets.UTF_8))
                .isEqualTo("{\"resourceType\":\"Device\",\"id\":\"" + hash("1") + "\"}");
    }
}
