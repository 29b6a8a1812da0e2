package io.github.cumulusmaven.deid;

import static io.github.cumulusmaven.deid.Scrubbing.ABSENT;
import static io.github.cumulusmaven.deid.Scrubbing.hash;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.cumulusmaven.deid.ScrubResult.Skipped;
import io.github.cumulusmaven.fhir.FhirJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources that are not what FHIR says, by accident or on purpose: nothing gets past the rules, and nothing breaks. */
class HostileInputTest {
    private Path folder;
    private Scrubbing scrubbing;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        scrubbing = Scrubbing.in(temporary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"resourceType\":\"Patient\",\"id\":\"1\"",
                "{\"resourceType\":\"Patient\",\"id\":\"1\"}}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\"} {}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\" \"active\":true}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"link\":[,]}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"link\":[1,]}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"link\":[}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"active\":True}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"active\":tru}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",active:true}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",'active':true}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":01}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":1.}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":.5}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":+1}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":1e}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":-}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"multipleBirthInteger\":NaN}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\\x\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\\u12g4\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\\u12\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"tab\there\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"1\"}//",
            })
    @DisplayName("what is not JSON is said to be so, and leaves nothing behind")
    void notJson(String text) throws Exception {
        assertThat(scrubbing.result("Patient", text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Skipped(SkipReason.NOT_JSON, ""));
        assertThat(scrubbing.written()).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("a number, or a name, of a million characters costs its line")
    @ValueSource(strings = {"\"multipleBirthInteger\":%s", "\"unknown\":-1.%s", "\"%s\":1", "\"\\u0061%s\":1"})
    void absurdlyLong(String property) throws Exception {
        String text = "{\"resourceType\":\"Patient\",\"id\":\"1\"," + property.formatted("7".repeat(1_000_000)) + "}";

        assertThat(scrubbing.result("Patient", text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Skipped(SkipReason.TOO_COMPLEX, ""));
        assertThat(scrubbing.written()).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("bytes that are not UTF-8 are not JSON")
    @ValueSource(strings = {"e9", "c3", "c080", "e08080", "eda080", "f4908080", "ff", "80", "f0808080", "e282"})
    void notUtf8(String bytes) throws Exception {
        byte[] text =
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"gender\":\"??????\"}".getBytes(StandardCharsets.US_ASCII);
        byte[] wrong = java.util.HexFormat.of().parseHex(bytes);
        System.arraycopy(wrong, 0, text, new String(text, StandardCharsets.US_ASCII).indexOf("??????"), wrong.length);

        assertThat(scrubbing.result("Patient", text)).isEqualTo(new Skipped(SkipReason.NOT_JSON, ""));
    }

    @Test
    @DisplayName("whatever a byte is changed to, what is well-formed is what Jackson takes for well-formed")
    void agreesWithJackson() throws Exception {
        byte[] good =
                "{\"resourceType\":\"Patient\",\"id\":\"1\",\"active\":true,\"link\":[{\"type\":\"r\\u0041é\"},null,-1.5e3]}"
                        .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        String alphabet = "{}[]\",:\\ \t0123456789-+.eEtrufalsnul";
        int wellFormed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] text = good.clone();
            int changes = 1 + random.nextInt(2);
            for (int change = 0; change < changes; change++) {
                text[random.nextInt(text.length)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            boolean ours = !scrubbing.result("Patient", text).equals(new Skipped(SkipReason.NOT_JSON, ""));
            assertThat(ours).as(new String(text, StandardCharsets.UTF_8)).isEqualTo(isJson(text));
            wellFormed += ours ? 1 : 0;
        }
        assertThat(wellFormed).isBetween(1_000, 19_000);
    }

    private static boolean isJson(byte[] text) throws java.io.IOException {
        try {
            FhirJson.mapper().readTree(text);
            return true;
        } catch (JsonProcessingException malformed) {
            return false;
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            []                                       | NOT_A_RESOURCE
            "Patient"                                | NOT_A_RESOURCE
            null                                     | NOT_A_RESOURCE
            {"id":"1"}                               | NOT_A_RESOURCE
            {"id":"1","resourceType":5}              | NOT_A_RESOURCE
            {"id":"1","resourceType":"a b"}          | NOT_A_RESOURCE
            {"id":"1","resourceType":["Patient"]}    | NOT_A_RESOURCE
            {"id":"1","resourceType":"Device"}       | OTHER_TYPE
            {"resourceType":"Patient"}               | NO_ID
            {"resourceType":"Patient","id":" "}      | NO_ID
            {"resourceType":"Patient","id":null}     | NO_ID
            {"resourceType":"Patient","id":{}}       | WRONG_SHAPE
            {"resourceType":"Patient","id":["1"]}    | WRONG_SHAPE
            """)
    @DisplayName("what is no resource of the type is said to be so")
    void notAResource(String text, SkipReason reason) throws Exception {
        assertThat(scrubbing.result("Patient", text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Skipped.class, skipped -> assertThat(skipped.reason()).isEqualTo(reason));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "status":{"a":1}                          | Observation.status
            "status":["a",["b"]]                      | Observation.status
            "status":[{"a":1}]                        | Observation.status
            "code":"x"                                | Observation.code
            "category":["x"]                          | Observation.category
            "category":[[{"text":"x"}]]               | Observation.category
            "valueString":{"a":1}                     | Observation.valueString
            "valueString":[["x"]]                     | Observation.valueString
            "valueString":"x","_valueString":[]       | Observation.valueString
            "_status":"x"                             | Observation.status
            "_status":[1]                             | Observation.status
            "extension":["x"]                         | Observation.extension
            "extension":"x"                           | Observation.extension
            "subject":"Patient/1"                     | Observation.subject
            "contained":["x"]                         | Observation.contained
            "subject":{"reference":{"a":1}}           | Reference.reference
            "code":{"coding":[{"system":["urn:oid:1.2.840.114350.1"],"code":"Joe"}]} | system
            "code":{"coding":[{"system":"urn:oid:1.2.840.114350.1","code":["Joe"]}]} | code
            """)
    @DisplayName("an object where a primitive belongs, or the reverse: the resource is skipped, and the element named")
    void wrongShape(String properties, String element) throws Exception {
        assertThat(scrubbing.result("{\"resourceType\":\"Observation\",\"id\":\"1\"," + properties + "}"))
                .isEqualTo(new Skipped(SkipReason.WRONG_SHAPE, element));
        assertThat(scrubbing.written()).isEmpty();
    }

    @Test
    @DisplayName(
            "numbers where ids belong are hashed as ids are; as dates and postal codes they are dropped and counted")
    void numbersForStrings() throws Exception {
        assertThat(
                        scrubbing.scrub(
                                "{\"resourceType\":\"Patient\",\"id\":7,\"birthDate\":19800102,\"address\":[{\"postalCode\":12345}],\"generalPractitioner\":[{\"reference\":8,\"type\":\"Practitioner\"}]}"))
                .isEqualTo("{\"resourceType\":\"Patient\",\"id\":\"" + hash("7")
                        + "\",\"generalPractitioner\":[{\"reference\":\"Practitioner/" + hash("8")
                        + "\",\"type\":\"Practitioner\"}]}");
        assertThat(scrubbing.report().elements())
                .containsEntry("Patient.birthDate", new ScrubReport.ElementCounts(0, 1, 0, 1))
                .containsEntry("Address.postalCode", new ScrubReport.ElementCounts(0, 1, 0, 1));
    }

    @ParameterizedTest
    @DisplayName("a birth date that does not begin with a year is not guessed at")
    @ValueSource(strings = {"02/01/1980", "Jan 2", "80", "198", "true"})
    void noYear(String date) throws Exception {
        assertThat(scrubbing.inside("Patient", "\"birthDate\":\"" + date + "\""))
                .isEmpty();
    }

    @Test
    @DisplayName("the last of several properties of one name counts, and the others are not written")
    void duplicateNames() throws Exception {
        assertThat(scrubbing.inside("Patient", "\"gender\":\"male\",\"active\":true,\"gender\":\"other\""))
                .isEqualTo("\"active\":true,\"gender\":\"other\"");
        assertThat(scrubbing.inside(
                        "Encounter",
                        "\"class\":{\"system\":\"http://x\",\"code\":\"Joe\",\"system\":\"urn:oid:1.2.840.114350.1\"}"))
                .doesNotContain("Joe");
        assertThat(scrubbing.result(
                        "Patient",
                        "{\"resourceType\":\"Patient\",\"id\":\"1\",\"resourceType\":\"Device\"}"
                                .getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Skipped(SkipReason.OTHER_TYPE, "Device"));
        assertThat(
                        scrubbing.inside(
                                "Patient",
                                "\"extension\":[{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race\",\"valueString\":\"x\",\"url\":\"http://a/b\"}]"))
                .isEmpty();
    }

    @Test
    @DisplayName("a name is what its escapes mean")
    void escapedNames() throws Exception {
        assertThat(
                        scrubbing.scrub(
                                "Patient",
                                "{\"resource\\u0054ype\":\"Patient\",\"\\u0069d\":\"1\",\"n\\u0061me\":[{\"family\":\"x\"}],\"birth\\u0044ate\":\"1980-01-02\",\"\\u005fgender\":{\"extension\":[{\"url\":\"http://hl7.org\\/fhir/us/core/StructureDefinition/us-core-se\\u0078\"}]}}"))
                .isEqualTo(
                        "{\"resourceType\":\"Patient\",\"id\":\"" + hash("1")
                                + "\",\"birthDate\":\"1980\",\"_gender\":{\"extension\":[{\"url\":\"http://hl7.org\\/fhir/us/core/StructureDefinition/us-core-se\\u0078\"}]}}");
        assertThat(scrubbing.scrub("Patient", "{\"resourceType\":\"P\\u0061tient\",\"id\":\"\\u0031\"}"))
                .isEqualTo("{\"resourceType\":\"P\\u0061tient\",\"id\":\"" + hash("1") + "\"}");
    }

    @Test
    @DisplayName("names from other languages are but names")
    void strangeNames() throws Exception {
        assertThat(
                        scrubbing.inside(
                                "Patient",
                                "\"__proto__\":{\"active\":true},\"constructor\":1,\"\":{},\"_\":{\"extension\":[]},\"__gender\":\"x\",\"$ref\":\"x\",\"Gender\":\"x\",\"gender \":\"x\",\"gender\\u0000\":\"x\",\"contact.gender\":\"x\",\"fhir_comments\":[\"x\"]"))
                .isEmpty();
    }

    @Test
    @DisplayName("arrays of primitives and of their siblings stay aligned")
    void alignedArrays() throws Exception {
        String kept = "{\"extension\":[{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex\"}]}";
        assertThat(scrubbing.inside(
                        "Location",
                        "\"alias\":[\"a\",null,\" \",\"d\"],\"_alias\":[null," + kept + ",{\"id\":\"x\"},null]"))
                .isEqualTo("\"alias\":[\"a\",null,null,\"d\"],\"_alias\":[null," + kept + ",null,null]");
        assertThat(scrubbing.inside("Location", "\"alias\":[\"a\",null,\" \",\"d\"]"))
                .isEqualTo("\"alias\":[\"a\",\"d\"]");
        assertThat(scrubbing.inside("Location", "\"alias\":[null],\"_alias\":[{\"id\":\"x\"}]"))
                .isEmpty();
        assertThat(scrubbing.inside("Location", "\"_alias\":[" + kept + "],\"alias\":[null]"))
                .isEqualTo("\"_alias\":[" + kept + "]");
    }

    @Test
    @DisplayName("each item of a masked array says so")
    void maskedArrays() throws Exception {
        Scrubbing site = Scrubbing.withRules(folder, "Location.alias mask");
        String kept = "{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex\"}";
        String absent = "{\"extension\":[" + ABSENT + "]}";

        assertThat(site.inside("Location", "\"alias\":[\"a\",null,\"b\"]"))
                .isEqualTo("\"_alias\":[" + absent + ",null," + absent + "]");
        assertThat(site.inside("Location", "\"_alias\":[{\"extension\":[" + kept + "]}],\"alias\":[\"a\",\"b\"]"))
                .isEqualTo("\"_alias\":[{\"extension\":[" + kept + "," + ABSENT + "]}," + absent + "]");
        assertThat(site.inside("Location", "\"alias\":[null,\"\"]")).isEmpty();
        assertThat(site.result(
                        "{\"resourceType\":\"Location\",\"id\":\"1\",\"alias\":[\"a\"],\"_alias\":{\"extension\":[]}}"))
                .isEqualTo(new Skipped(SkipReason.WRONG_SHAPE, "Location.alias"));
    }

    @Test
    @DisplayName("deep nesting is refused where it is absurd, and costs nothing where it is dropped")
    void deepNesting() throws Exception {
        String extension = "\"extension\":[{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race\",";
        assertThat(scrubbing.inside("Patient", extension.repeat(200) + "\"valueString\":\"x\"" + "}]".repeat(200)))
                .startsWith(extension.repeat(200));
        for (String nesting : new String[] {"[", "{\"a\":", extension.substring(0, 12) + "{\"x\":"}) {
            assertThat(scrubbing.result("{\"resourceType\":\"Patient\",\"id\":\"1\",\"x\":" + nesting.repeat(100_000)))
                    .isIn(new Skipped(SkipReason.TOO_COMPLEX, ""), new Skipped(SkipReason.NOT_JSON, ""));
        }
    }

    @Test
    @DisplayName("a resource of millions of parts is refused, and the next one is not harmed")
    void tooManyParts() throws Exception {
        assertThat(scrubbing.result(
                        "{\"resourceType\":\"Patient\",\"id\":\"1\",\"x\":[" + "1,".repeat(5_000_000) + "1]}"))
                .isEqualTo(new Skipped(SkipReason.TOO_COMPLEX, ""));
        assertThat(scrubbing.inside("Patient", "\"active\":true")).isEqualTo("\"active\":true");
    }

    @Test
    @DisplayName("huge strings are kept whole, or dropped")
    void hugeStrings() throws Exception {
        String huge = "é".repeat(3_000_000) + "\\n" + "x".repeat(3_000_000);
        assertThat(scrubbing.inside(
                        "Observation",
                        "\"code\":{\"text\":\"" + huge + "\"},\"valueString\":\"" + huge
                                + "\",\"method\":{\"text\":\"  " + huge + " \"},\"note\":[{\"text\":\"" + huge
                                + "\"}],\"status\":\"final\""))
                .isEqualTo("\"code\":{\"text\":\"" + huge + "\"},\"_valueString\":{\"extension\":[" + ABSENT
                        + "]},\"method\":{\"text\":\"" + huge + "\"},\"status\":\"final\"");
    }

    @Test
    @DisplayName("the URL of an extension is only reported when it is one")
    void suspectUrls() throws Exception {
        for (String url :
                new String[] {"Joe Doe, 1 Way", "http://x/" + "y".repeat(300), "javascript", "http://x/\\n"}) {
            scrubbing.inside("Patient", "\"extension\":[{\"url\":\"" + url + "y z\"}]");
        }
        assertThat(scrubbing.report().extensions().dropped().get("Patient"))
                .containsOnly(java.util.Map.entry(ExtensionReport.NO_URL, 4L));
        assertThat(scrubbing.report().extensions().rules()).isEmpty();
    }
}
