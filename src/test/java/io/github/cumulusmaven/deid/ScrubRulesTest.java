package io.github.cumulusmaven.deid;

import static io.github.cumulusmaven.deid.Scrubbing.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.deid.InvalidRules.Kind;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrubRulesTest {
    @TempDir
    Path folder;

    /** The types by HAPI's definitions: of each element, and what each type extends. */
    private static final class Definitions {
        private final Map<String, String> types = new HashMap<>();
        private final Map<String, String> bases = new HashMap<>();

        Definitions() {
            R4Definitions.lines().values().forEach(line -> {
                String[] words = line.split(" ");
                bases.put(words[0], words[1]);
                for (int index = 2; index < words.length; index++) {
                    String[] element = words[index]
                            .replaceFirst("Reference=.*", "Reference")
                            .split(":");
                    types.put(words[0] + "." + element[0], element[1]);
                }
            });
        }

        List<String> lineage(String type) {
            List<String> lineage = new ArrayList<>();
            for (String next = type; bases.containsKey(next); next = bases.get(next)) {
                lineage.add(next);
            }
            return lineage;
        }
    }

    @Test
    @DisplayName("the file of rules that the manual shows is one")
    void manual() throws Exception {
        String manual = Files.readString(Path.of("src/site/markdown/etl.md"));
        int begin = manual.indexOf("# deid-rules.txt");
        Path file = folder.resolve("deid-rules.txt");
        Files.writeString(file, manual.substring(begin, manual.indexOf("```", begin)));

        assertThat(ScrubRules.builtIn().extendedBy(file).rule("Patient", "birthDate"))
                .isEmpty();
    }

    @Test
    @DisplayName(
            "each element of the built-in rules exists in FHIR R4, is primitive exactly when it has an action, and else"
                    + " is of the type that is named")
    void builtInRulesAgreeWithFhirR4() {
        Definitions r4 = new Definitions();
        RuleSet rules = ScrubRules.builtIn().set();
        SoftAssertions all = new SoftAssertions();
        for (String path : rules.elements().keySet()) {
            String defined = r4.types.get(path);
            all.assertThat(defined).as("%s in R4", path).isNotNull();
            boolean primitive = defined != null && Character.isLowerCase(defined.charAt(0));
            if (rules.elements().get(path) instanceof Treatment.Typed typed) {
                all.assertThat(r4.lineage(String.valueOf(defined))).as(path).contains(typed.type());
            } else {
                all.assertThat(primitive).as("%s is a primitive", path).isTrue();
            }
        }
        all.assertAll();
        assertThat(rules.elements()).hasSize(ALL_ELEMENTS);
    }

    /** What Cumulus ETL keeps. A change of this number is a change of what leaves the hospital. */
    private static final int ALL_ELEMENTS = 642;

    @Test
    @DisplayName("a site's file can keep an extension, and ignore or understand one, and drop one that is kept")
    void extensions() throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder,
                "# ours",
                "keep-extension https://site.example/#bed   # in the new wing",
                "ignore-extension https://site.example/noise",
                "modifier-extension https://site.example/draft",
                "drop-extension http://hl7.org/fhir/us/core/StructureDefinition/us-core-race");

        assertThat(
                        site.inside(
                                "Patient",
                                """
                        "extension":[{"url":"https://site.example/#bed","valueCode":"b"},\
                        {"url":"https://site.example/noise","valueCode":"n"},\
                        {"url":"https://site.example/new","valueCode":"n"},\
                        {"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"}],\
                        "modifierExtension":[{"url":"https://site.example/draft","valueBoolean":true}]"""))
                .isEqualTo(
                        """
                        "extension":[{"url":"https://site.example/#bed","valueCode":"b"}],\
                        "modifierExtension":[{"url":"https://site.example/draft","valueBoolean":true}]""");
        assertThat(site.report().extensions().dropped().get("Patient").keySet())
                .containsExactly("https://site.example/new");
    }

    @Test
    @DisplayName("what a site drops is dropped inside other extensions too")
    void dropsNestedExtensions() throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder,
                "drop-extension https://site.example/nested",
                "keep-extension https://site.example/outer nested=https://site.example/nested nested=b",
                "keep-extension https://site.example/free",
                "keep-extension http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex");

        String nested = "\"extension\":[{\"url\":\"https://site.example/nested\"},{\"url\":\"b\"}]";
        for (String url : List.of("https://site.example/outer", "https://site.example/free")) {
            assertThat(site.inside("Patient", "\"extension\":[{\"url\":\"" + url + "\"," + nested + "}]"))
                    .isEqualTo("\"extension\":[{\"url\":\"" + url + "\",\"extension\":[{\"url\":\"b\"}]}]");
        }
        assertThat(
                        site.inside(
                                "Patient",
                                "\"extension\":[{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex\",\"extension\":[{\"url\":\"site's\"}]}]"))
                .contains("site's");
        assertThat(site.report().extensions().dropped()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("what a site says of one extension on two lines must agree")
    @CsvSource({
        "keep-extension, drop-extension",
        "drop-extension, keep-extension",
        "ignore-extension, drop-extension",
        "keep-extension, ignore-extension",
        "modifier-extension, drop-extension",
        "drop-extension, modifier-extension"
    })
    void refusesContradictoryExtensions(String first, String second) throws Exception {
        String url = " https://site.example/x";
        Path file = Files.write(folder.resolve("site.txt"), List.of("# ours", first + url, second + url));

        InvalidRules invalid = catchThrowableOfType(
                InvalidRules.class, () -> ScrubRules.builtIn().extendedBy(file));

        assertThat(invalid.kind()).isEqualTo(Kind.CONTRADICTION);
        assertThat(invalid.values()).containsExactly(second + url, "2", first);
        assertThat(invalid.line()).isEqualTo(3);
        Files.write(file, List.of("keep-extension" + url, "modifier-extension" + url));
        assertThat(ScrubRules.builtIn().extendedBy(file)).isNotNull();
    }

    @Test
    @DisplayName("a site that keeps what names a person, or leads to one, can be told so; the built-in rules keep none")
    void directIdentifiers() throws Exception {
        Path file = Files.write(
                folder.resolve("site.txt"),
                List.of(
                        "Patient.name HumanName",
                        "HumanName.family keep",
                        "HumanName.use keep",
                        "HumanName.given mask",
                        "Patient.identifier Identifier system=urn:mrn",
                        "Encounter.identifier Identifier",
                        "Practitioner.identifier Identifier",
                        "Organization.telecom ContactPoint",
                        "RelatedPerson.telecom ContactPoint",
                        "ContactPoint.value keep",
                        "Address.city free-text",
                        "Patient.birthDate keep",
                        "Patient.photo Attachment",
                        "Attachment.data keep",
                        "Reference.display keep",
                        "Patient.active drop"));

        assertThat(ScrubRules.builtIn().directIdentifiers()).isEmpty();
        assertThat(ScrubRules.builtIn().extendedBy(file).directIdentifiers())
                .containsExactly(
                        "Attachment.data",
                        "Encounter.identifier.value",
                        "Extension.valueAddress.city",
                        "Patient.address.city",
                        "Patient.birthDate",
                        "Patient.contact.address.city",
                        "Patient.identifier.value of urn:mrn",
                        "Patient.name.family",
                        "Practitioner.address.city",
                        "Practitioner.identifier.value",
                        "Reference.display",
                        "RelatedPerson.telecom.value");
        Path harmless = Files.write(
                folder.resolve("harmless.txt"),
                List.of("Patient.birthDate mask", "Coverage.status keep", "Patient.address drop"));
        assertThat(ScrubRules.builtIn().extendedBy(harmless).directIdentifiers())
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName(
            "a site that keeps what is otherwise hashed, masked or made less exact, or a whole note, can be told so")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Reference.reference keep                            | Reference.reference
            Extension.valueId keep                              | Extension.valueId
            Extension.valueId free-text                         | Extension.valueId
            Attachment.data keep                                | Attachment.data
            Attachment.url keep                                 | Attachment.url
            Observation.valueString keep                        | Observation.valueString
            Address.postalCode keep                             | Address.postalCode
            Practitioner.birthDate free-text                    | Practitioner.birthDate
            Annotation.text keep; Observation.note Annotation   | Annotation.text
            DiagnosticReport.conclusion keep                    | DiagnosticReport.conclusion
            Binary.data keep                                    | Binary.data
            Communication.payload.contentString keep            | Communication.payload.contentString
            keep-extension http://open.epic.com/FHIR/StructureDefinition/extension/historical-fhir-id | \
            Extension.value of http://open.epic.com/FHIR/StructureDefinition/extension/historical-fhir-id
            Extension.valueString hash-id; Attachment.url drop; Patient.birthDate mask |
            Reference.reference keep; Reference.reference drop  |
            keep-extension http://open.epic.com/FHIR/StructureDefinition/extension/historical-fhir-id simple hash-id |
            """)
    void keptThoughHashedOrMasked(String rules, String found) throws Exception {
        Path file = Files.write(folder.resolve("site.txt"), List.of(rules.split("; ")));

        assertThat(ScrubRules.builtIn().extendedBy(file).directIdentifiers())
                .isEqualTo(found == null ? List.of() : List.of(found));
    }

    @Test
    @DisplayName("a site's file can keep more elements, of types without rules too")
    void keepsMore() throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder,
                "Patient.name     HumanName",
                "HumanName.use    keep",
                "Patient.contact.telecom ContactPoint system=phone system=email",
                "ContactPoint.system keep",
                "Coverage.status  keep",
                "Observation.referenceRange.text  mask");

        assertThat(site.inside("Patient", "\"name\":[{\"use\":\"old\",\"family\":\"X\"}]"))
                .isEqualTo("\"name\":[{\"use\":\"old\"}]");
        assertThat(
                        site.inside(
                                "Patient",
                                "\"contact\":[{\"telecom\":[{\"system\":\"fax\",\"value\":\"1\"},{\"system\":\"email\",\"value\":\"1\"}]}]"))
                .isEqualTo("\"contact\":[{\"telecom\":[{\"system\":\"email\"}]}]");
        assertThat(site.inside("Coverage", "\"status\":\"active\",\"subscriberId\":\"1\""))
                .isEqualTo("\"status\":\"active\"");
        assertThat(site.inside("Observation", "\"referenceRange\":[{\"text\":\"by Joe\"}]"))
                .isEqualTo("\"referenceRange\":[{\"_text\":{\"extension\":[" + ABSENT + "]}}]");
    }

    @Test
    @DisplayName("a site's file can change an action, for one type too, and drop; dropping wins over all else")
    void changesAndDrops() throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder,
                "Patient.birthDate  mask",
                "Patient.gender     drop",
                "Patient.gender     keep",
                "Patient.contact    drop",
                "Patient.contact.gender keep",
                "Device.language    drop",
                "Attachment.data    keep",
                "CodeableConcept.text drop");

        assertThat(site.inside(
                        "Patient",
                        "\"birthDate\":\"1980-01-02\",\"gender\":\"other\",\"contact\":[{\"gender\":\"male\"}]"))
                .isEqualTo("\"_birthDate\":{\"extension\":[" + ABSENT + "]}");
        assertThat(site.inside("Patient", "\"language\":\"de\"")).isEqualTo("\"language\":\"de\"");
        assertThat(site.inside("Device", "\"language\":\"de\"")).isEmpty();
        assertThat(site.inside("DiagnosticReport", "\"presentedForm\":[{\"data\":\"AAAA\"}],\"code\":{\"text\":\"x\"}"))
                .isEqualTo("\"presentedForm\":[{\"data\":\"AAAA\"}]");
    }

    @Test
    @DisplayName("a site's file can drop an element of a data type at one place, and nowhere else")
    void dropsInsideDataTypes() throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder,
                "Condition.code.text drop",
                "Condition.code.coding.display drop",
                "Condition.onsetAge.value drop",
                "Observation.component.code.coding drop",
                "MedicationRequest.dosageInstruction.doseAndRate.type drop",
                "Patient.extension.valueString drop",
                "Resource.meta.tag.code drop");

        String code = "{\"coding\":[{\"code\":\"1\",\"display\":\"d\"}],\"text\":\"t\"}";
        assertThat(site.inside(
                        "Condition",
                        "\"meta\":{\"tag\":[{\"code\":\"c\",\"display\":\"d\"}],\"security\":[{\"code\":\"c\"}]},\"severity\":"
                                + code + ",\"code\":" + code
                                + ",\"onsetAge\":{\"value\":1,\"unit\":\"a\"},\"abatementAge\":{\"value\":1}"))
                .isEqualTo(
                        "\"meta\":{\"tag\":[{\"display\":\"d\"}],\"security\":[{\"code\":\"c\"}]},\"severity\":" + code
                                + ",\"code\":{\"coding\":[{\"code\":\"1\"}]},\"onsetAge\":{\"unit\":\"a\"},\"abatementAge\":{\"value\":1}");
        assertThat(site.inside("Observation", "\"code\":" + code + ",\"component\":[{\"code\":" + code + "}]"))
                .isEqualTo("\"code\":" + code + ",\"component\":[{\"code\":{\"text\":\"t\"}}]");
        String dosage = "{\"doseAndRate\":[{\"type\":" + code + ",\"doseQuantity\":{\"value\":1}}]}";
        assertThat(site.inside("MedicationRequest", "\"dosageInstruction\":[" + dosage + "]"))
                .isEqualTo("\"dosageInstruction\":[{\"doseAndRate\":[{\"doseQuantity\":{\"value\":1}}]}]");
        assertThat(site.inside("MedicationDispense", "\"dosageInstruction\":[" + dosage + "]"))
                .contains("\"text\":\"t\"");
        String sex = "{\"url\":\"http://hl7.org/fhir/us/core/StructureDefinition/us-core-sex\",\"valueString\":\"x\",";
        assertThat(site.inside("Patient", "\"extension\":[" + sex + "\"valueCode\":\"c\"}]"))
                .isEqualTo("\"extension\":[" + sex.replace("\"valueString\":\"x\",", "") + "\"valueCode\":\"c\"}]");
        assertThat(site.report().elements().get("CodeableConcept.text"))
                .isEqualTo(new ScrubReport.ElementCounts(4, 1, 0, 0));
    }

    @Test
    @DisplayName("what is dropped inside a type that holds itself is dropped at any depth")
    void dropsInsideRecursiveTypes() throws Exception {
        Scrubbing site = Scrubbing.withRules(
                folder, "Element.extension.valueString drop", "Extension.extension.extension.valueCode drop");

        assertThat(
                        site.inside(
                                "Patient",
                                """
                        "extension":[{"url":"http://open.epic.com/FHIR/StructureDefinition/extension/smartdata",\
                        "valueString":"0","valueCode":"0","extension":[{"url":"a","valueString":"1","valueCode":"1",\
                        "extension":[{"url":"b","valueString":"2","valueCode":"2","valueBoolean":true}]}]}]"""))
                .isEqualTo(
                        """
                        "extension":[{"url":"http://open.epic.com/FHIR/StructureDefinition/extension/smartdata",\
                        "valueString":"0","valueCode":"0","extension":[{"url":"a","valueCode":"1",\
                        "extension":[{"url":"b","valueBoolean":true}]}]}]""");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("a line that cannot be followed is named, with what is wrong")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Patient.gendre keep                     | UNKNOWN_ELEMENT
            Patiens.gender keep                     | UNKNOWN_ELEMENT
            Patient.contact.wealth keep             | UNKNOWN_ELEMENT
            Patient.gender.x keep                   | UNKNOWN_ELEMENT
            Patient.gender                          | NO_ACTION
            Patient.gender kepe                     | UNKNOWN_ACTION
            Patient.gender keep always              | MORE_THAN_ACTION
            Patient.gender year                     | NOT_A_DATE
            Patient.gender Coding                   | PRIMITIVE
            Patient.maritalStatus mask              | NOT_PRIMITIVE
            Patient.maritalStatus Coding            | OTHER_TYPE
            Patient.contact keep                    | NOT_PRIMITIVE_BUT_GROUP
            Patient.contact BackboneElement         | GROUP
            Patient.name HumanName                  | NOTHING_OF_TYPE
            Patient.name drop                       | NOT_KEPT
            Patient.name.family drop                | NOT_KEPT
            Patient.address.line drop               | NOT_KEPT
            Condition.code.txt drop                 | UNKNOWN_ELEMENT
            Condition.code.text.x drop              | UNKNOWN_ELEMENT
            Condition.code.text mask                | INSIDE_TYPE
            Patient.contained.name drop             | OF_ANY_RESOURCE
            Patient.gender keep-unless-local-code   | NO_SYSTEM_BESIDE
            Patient.gender hash-reference           | NOT_A_REFERENCE
            Patient.id keep                         | FIXED
            Resource.resourceType drop              | FIXED
            Patient.address Address system=x        | TYPE_WITHOUT_SYSTEM
            Patient.identifier Identifier use=usual | MORE_THAN_ACTION
            keep-extension                          | NO_URL
            keep-extension http://a/b always        | UNKNOWN_CONTENT
            keep-extension http://a/b nested=       | UNKNOWN_CONTENT
            keep-extension http://a/b simple nested=c | SIMPLE_AND_NESTED
            drop-extension http://a/b simple        | NO_URL
            keep-extension bed                      | NO_URL
            keep-extensions http://a/b              | UNKNOWN_STATEMENT
            gender keep                             | UNKNOWN_STATEMENT
            local-system                            | NO_PREFIX
            local-system Joe                        | NO_PREFIX
            local-system urn:a urn:b                | NO_PREFIX
            Patient.gender keep system=http://a     | SYSTEM_OF_ACTION
            Patient.gender drop system=http://a     | SYSTEM_OF_ACTION
            Patient.gender kepe system=http://a     | UNKNOWN_ACTION
            Patient.identifier Identifier system=a use=b | MORE_THAN_TYPE
            """)
    void namesTheLine(String line, Kind kind) throws Exception {
        Path file = Files.write(folder.resolve("site.txt"), List.of("# ours", "", "Patient.active drop", line));

        InvalidRules invalid = catchThrowableOfType(
                InvalidRules.class, () -> ScrubRules.builtIn().extendedBy(file));

        assertThat(invalid.kind()).isEqualTo(kind);
        assertThat(invalid.file()).isEqualTo(file.toString());
        assertThat(invalid.line()).isEqualTo(4);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            http://site.example/codes/ | http://site.example/codes/7
            http://site.example/codes/ | HTTP://SITE.example/Codes/
            http://site.example/codes/ | \\u0068ttp://site.example/codes/7
            Site:                      | site:x
            Site:                      | SITE:
            Site:                      | ſite:1
            """)
    @DisplayName("a site names the beginning of code systems to which it adds codes: they are treated as Epic's own")
    void localSystems(String prefix, String ours) throws Exception {
        String epic = "urn:oid:1.2.840.114350.1.13.0.1";
        Scrubbing builtIn = Scrubbing.in(folder);
        Scrubbing site = Scrubbing.withRules(folder, "local-system " + prefix + "  # our own");
        for (String given : List.of("\"code\":\"per Joe\",\"display\":\"Joe\"", "\"code\":\"12\",\"display\":\"d\"")) {
            String coding = "\"class\":{\"system\":\"SYSTEM\"," + given + "}";
            String kept = builtIn.inside("Encounter", coding.replace("SYSTEM", epic));
            assertThat(site.inside("Encounter", coding.replace("SYSTEM", ours))).isEqualTo(kept.replace(epic, ours));
            assertThat(site.inside("Encounter", coding.replace("SYSTEM", epic))).isEqualTo(kept);
            for (String other :
                    List.of("http://site.example/code", "http://loinc.org", "sit", "urn:oid:1.2.840.11435")) {
                assertThat(site.inside("Encounter", coding.replace("SYSTEM", other)))
                        .isEqualTo(coding.replace("SYSTEM", other));
            }
        }
        assertThat(builtIn.inside("Encounter", "\"class\":{\"system\":\"" + ours + "\",\"code\":\"per Joe\"}"))
                .contains("per Joe");
    }

    @Test
    @DisplayName("other local systems make other rules, as a fingerprint of them shows")
    void fingerprintOfLocalSystems() throws Exception {
        ScrubRules one =
                ScrubRules.builtIn().extendedBy("local-system urn:oid:1").orElseThrow();
        ScrubRules other =
                ScrubRules.builtIn().extendedBy("local-system urn:oid:2").orElseThrow();

        assertThat(one.sha256OfSite()).isNotEmpty().isNotEqualTo(other.sha256OfSite());
    }

    @Test
    @DisplayName("what is said twice is said wrongly once")
    void refusesContradictions() throws Exception {
        Path file =
                Files.write(folder.resolve("site.txt"), List.of("Patient.birthDate mask", "Patient.birthDate keep"));

        InvalidRules invalid = catchThrowableOfType(
                InvalidRules.class, () -> ScrubRules.builtIn().extendedBy(file));

        assertThat(invalid.kind()).isEqualTo(Kind.TWICE);
        assertThat(invalid.values()).containsExactly("Patient.birthDate", "1");
        assertThat(invalid.line()).isEqualTo(2);
    }

    @Test
    void needsTheFile() {
        assertThat(catchThrowableOfType(
                        NoSuchFileException.class, () -> ScrubRules.builtIn().extendedBy(folder.resolve("none"))))
                .isNotNull();
    }
}
