package io.github.cumulusmaven.deid;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.deid.ScrubReport.ElementCounts;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value that is none of its type in FHIR R4 could be anything, so it does not stay. */
class PrimitiveTypeTest {
    private static final String SMARTDATA =
            "\"url\":\"http://open.epic.com/FHIR/StructureDefinition/extension/smartdata\"";

    private Path folder;
    private Scrubbing scrubbing;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        scrubbing = Scrubbing.in(temporary);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @DisplayName("text where FHIR R4 has something else is dropped and counted")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Patient.active               | Ottokar Zimmerwald
            Patient.gender               | Ottokar
            Patient.multipleBirthInteger | MRN4711
            Encounter.status             | Ottokar Zimmerwald
            Observation.issued           | Seen on Monday
            Observation.effectiveDateTime | 617-555-0142
            Observation.valueInteger     | Ottokar
            Observation.valueTime        | noon
            Immunization.expirationDate  | Ottokar
            Procedure.instantiatesUri    | Ottokar Zimmerwald
            Procedure.instantiatesCanonical | Ottokar Zimmerwald
            Patient.language             | Ottokar  Zimmerwald
            """)
    void text(String element, String text) throws Exception {
        String type = element.substring(0, element.indexOf('.'));
        String name = element.substring(type.length() + 1);

        assertThat(scrubbing.inside(type, "\"" + name + "\":\"" + text + "\"")).isEmpty();
        assertThat(scrubbing.report().elements().values())
                .contains(new ElementCounts(0, 1, 0, 1))
                .hasSize(3);
    }

    @Test
    @DisplayName("text inside data types is dropped and counted")
    void insideTypes() throws Exception {
        assertThat(
                        scrubbing.inside(
                                "Observation",
                                """
                        "meta":{"lastUpdated":"by Ottokar","versionId":"Ottokar Z","profile":["http://a/b","see Ottokar"],"source":"x y"},\
                        "subject":{"reference":"Patient/old","type":"Ottokar"},\
                        "code":{"coding":[{"system":"MRN 4711","code":"a  b","userSelected":"Ottokar"}],"text":4711},\
                        "valueQuantity":{"value":"MRN4711","comparator":"Ottokar"}"""))
                .isEqualTo(
                        "\"meta\":{\"profile\":[\"http://a/b\"]},\"subject\":{\"reference\":\"Patient/given-to-old\"}");
        assertThat(scrubbing.report().elements())
                .containsEntry("Meta.lastUpdated", new ElementCounts(0, 1, 0, 1))
                .containsEntry("Meta.profile", new ElementCounts(1, 1, 0, 1))
                .containsEntry("Reference.type", new ElementCounts(0, 1, 0, 1))
                .containsEntry("CodeableConcept.text", new ElementCounts(0, 1, 0, 1));
    }

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("each type's values stay as they are")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Boolean      | true
            Boolean      | false
            Integer      | -2147483648
            Integer      | 0
            PositiveInt  | 2147483647
            UnsignedInt  | 0
            Decimal      | -1.50e-3
            Decimal      | 12345678901234567890
            Date         | "0001"
            Date         | "2020-02"
            Date         | "2020-12-31"
            DateTime     | "2020"
            DateTime     | "2016-12-31T23:59:60Z"
            DateTime     | "2020-01-02T24:00:00+14:00"
            DateTime     | "2020-01-02T03:04:05.1234567890-05:00"
            DateTime     | "2020-01-02T03:04-05:00"
            DateTime     | "2020-01-02T03:04:05"
            DateTime     | "2020-01-02T03:04:05.000+0000"
            DateTime     | "2020-01-02 03:04:05Z"
            Instant      | "2020-01-02T03:04:05Z"
            Instant      | "2020-01-02"
            Time         | "23:59:60"
            Time         | "12:30"
            Time         | "12:30:00.5"
            Code         | "a"
            Code         | "a b c"
            Code         | "ü/%&"
            Uri          | "http:\\/\\/a\\/b"
            Uri          | "x"
            Url          | "mailto:"
            Canonical    | "http://a/b#c"
            Oid          | "urn:oid:2.16.840.1"
            Uuid         | "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"
            Uuid         | "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"
            Base64Binary | "aGk="
            Base64Binary | "aG\\nk= aGkK"
            String       | "Ottokar\\n"
            """)
    void legal(String type, String value) throws Exception {
        String property = "\"value" + type + "\":" + value.replace("Ottokar\\n", "Ottokar");
        assertThat(scrubbing.inside(
                        "Patient", "\"extension\":[{" + SMARTDATA + ",\"value" + type + "\":" + value + "}]"))
                .isEqualTo("\"extension\":[{" + SMARTDATA + "," + property + "}]");
    }

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("what is no value of its type is dropped")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Boolean      | "true"
            Boolean      | 1
            Integer      | "1"
            Integer      | 1.0
            Integer      | 1e3
            Integer      | 2147483648
            Integer      | 6175550142
            Integer      | 99999999999999999999
            Integer      | true
            PositiveInt  | 0
            UnsignedInt  | -1
            Decimal      | "1.5"
            Date         | 2020
            Date         | "20200102"
            Date         | "2020-13-01"
            Date         | "2020-01-32"
            Date         | "2020-1-2"
            Date         | "2020-01-02 MRN4711"
            Date         | "202"
            Date         | "-2020"
            DateTime     | "2020-01-02T03"
            DateTime     | "2020-01-02T25:00:00Z"
            DateTime     | "2020-01-02T03:04:61Z"
            DateTime     | "2020-01-02T03:04:05."
            DateTime     | "2020-01-02T03:04:05.1x"
            DateTime     | "2020-01-02T03:04:05ZMRN"
            DateTime     | "2020-01-02T03:04:05+05:00x"
            DateTime     | "2020-01-02T03:04:05+5"
            DateTime     | "2020-01-02T03:04:05+99:00"
            DateTime     | "2020-01Z"
            Time         | "12"
            Time         | "12:30Z"
            Time         | "25:00:00"
            Code         | "a  b"
            Code         | "a\\u0020 b"
            Code         | "a\\u0000"
            Code         | 12
            Uri          | "Ottokar Zimmerwald"
            Uri          | "a\\u0020b"
            Uri          | "a\\tb"
            Oid          | "2.16.840"
            Oid          | "urn:oid:2.16."
            Oid          | "urn:oid:Ottokar"
            Oid          | "urn:oid:"
            Uuid         | "urn:uuid:pat-0001-aaaa"
            Uuid         | "urn:uuid:c757873d-ec9a-4326-a141-556f4323952g"
            Base64Binary | "Otto."
            Base64Binary | "Otto k"
            String       | 4711
            String       | true
            """)
    void illegal(String type, String value) throws Exception {
        assertThat(scrubbing.inside(
                        "Patient", "\"extension\":[{" + SMARTDATA + ",\"value" + type + "\":" + value + "}]"))
                .isEqualTo("\"extension\":[{" + SMARTDATA + "}]");
        assertThat(scrubbing.report().elements())
                .containsEntry("Extension.value" + type, new ElementCounts(0, 1, 0, 1));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("a reference's type is a resource type of R4, or an absolute URL")
    @CsvSource({
        "Patient,true",
        "http://hl7.org/fhir/StructureDefinition/Patient,true",
        "HumanName,false",
        "Zimmerwald,false",
        "Name: Zimmerwald,false",
        "x:,false"
    })
    void referenceTypes(String type, boolean stays) throws Exception {
        assertThat(scrubbing.inside("Observation", "\"subject\":{\"type\":\"" + type + "\"}"))
                .isEqualTo(stays ? "\"subject\":{\"type\":\"" + type + "\"}" : "");
    }

    @Test
    @DisplayName("what is dropped from an array leaves a gap only where siblings need it")
    void arrays() throws Exception {
        assertThat(scrubbing.inside(
                        "Location", "\"hoursOfOperation\":[{\"daysOfWeek\":[\"mon\",\"Ottokar\",\"sun\"]}]"))
                .isEqualTo("\"hoursOfOperation\":[{\"daysOfWeek\":[\"mon\",\"sun\"]}]");
        assertThat(scrubbing.inside(
                        "AllergyIntolerance",
                        "\"category\":[\"food\",\"Ottokar\"],\"_category\":[null,{\"id\":\"x\"}]"))
                .isEqualTo("\"category\":[\"food\",null]");
    }

    @Test
    @DisplayName("a site that has other values keeps them by calling them text")
    void asText() throws Exception {
        Scrubbing site = Scrubbing.withRules(folder, "Patient.gender free-text", "Patient.active free-text");

        assertThat(site.inside("Patient", "\"gender\":\"M\",\"active\":\"Y\""))
                .isEqualTo("\"gender\":\"M\",\"active\":\"Y\"");
    }
}
