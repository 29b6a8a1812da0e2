package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.deid.InvalidRules;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.EtlWarning;
import io.github.cumulusmaven.etl.Incomplete;
import io.github.cumulusmaven.etl.Incomplete.Reason;
import io.github.cumulusmaven.etl.LineProblem;
import io.github.cumulusmaven.etl.completion.ExportTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The sentences about what happens in a run of the ETL. */
class EtlMessagesTest {
    private static final ExportTime TIME =
            ExportTime.parse("2026-02-01T00:00:00Z").orElseThrow();

    /** A warning, and the sentence that a user reads. */
    record Case(EtlWarning warning, String sentence) {}

    static Stream<Case> warnings() {
        List<String> files =
                IntStream.range(10, 22).mapToObj(number -> number + ".json").toList();
        return Stream.of(
                new Case(
                        new EtlWarning.OwnOrigin(Path.of("/in"), "g", TIME),
                        "/in tells its own group and time (g, 2026-02-01T00:00:00+00:00): <exportGroup> and"
                                + " <exportTimestamp> count for the folders of <input> that do not."),
                new Case(
                        new EtlWarning.OwnOrigin(Path.of("/in"), "", TIME),
                        "/in tells its own group and time (no group, 2026-02-01T00:00:00+00:00): <exportGroup> and"
                                + " <exportTimestamp> count for the folders of <input> that do not."),
                new Case(
                        new EtlWarning.NewCodebook(Path.of("/phi")),
                        "There is no codebook in /phi yet: a new one is made, and with it, every patient gets a new id."
                                + " If there are older tables of these patients, stop, and name their phiDirectory."),
                new Case(
                        new EtlWarning.IdentifiersKept(List.of("Patient.name.family", "Patient.birthDate")),
                        "The rules of deidRules keep what can identify persons: Patient.name.family, Patient.birthDate."
                                + " The tables are not de-identified: treat them like the input."),
                new Case(
                        new EtlWarning.NoResources("statistics.ndjson"),
                        "statistics.ndjson holds no FHIR resource. It is left out."),
                new Case(
                        new EtlWarning.Unread(List.of("a.json"), List.of()),
                        "Not read, as they do not end in .ndjson, .jsonl or one of these and .gz: a.json. If they are"
                                + " data, bring them into that form."),
                new Case(
                        new EtlWarning.Unread(files, List.of(EtlTask.PATIENT, EtlTask.SPECIMEN)),
                        "Not read, as they do not end in .ndjson, .jsonl or one of these and .gz: 10.json, 11.json,"
                                + " 12.json, 13.json, 14.json, 15.json, 16.json, 17.json, 18.json, 19.json and 2 more. If"
                                + " they are data, bring them into that form, or else move them away: until then, what"
                                + " their names tell is not called complete (patient, specimen)."),
                new Case(
                        new EtlWarning.NoTables(
                                Map.of("Coverage", 1L, "Account", 2L),
                                Map.of("CarePlan", 2L, "OperationOutcome", 1L, "", 1L)),
                        "Left out, as Cumulus has no tables for them: Account (2 files), Coverage (1 file), CarePlan (2"
                                + " resources), OperationOutcome (1 resource), types that FHIR does not have (1"
                                + " resource)."),
                new Case(
                        new EtlWarning.FilesGone(List.of("Device", "Medication")),
                        "The export brought Device, Medication, of which there are no files any more. Bring them back."),
                new Case(
                        new EtlWarning.NoFiles(List.of("Device", "Medication")),
                        "No files of Device, Medication: no tables for them, and they are not called complete."),
                new Case(
                        new EtlWarning.UntoldFile("cut.ndjson.gz"),
                        "cut.ndjson.gz cannot be read to its end: what it holds cannot be told from its name"),
                new Case(
                        new EtlWarning.NotBundles("deleted/a.ndjson"),
                        "deleted/a.ndjson cannot be read to its end: it is not made of Bundles of type transaction in"
                                + " JSON"),
                new Case(
                        new EtlWarning.UnclearDeletions("deleted/a.ndjson", 2),
                        "deleted/a.ndjson cannot be read to its end: 2 of its deletions name no resource of the server,"
                                + " but something like a search"),
                new Case(
                        new EtlWarning.NotComplete(
                                EtlTask.CONDITION, new Incomplete(Reason.FILTERED, "Condition?code=100%")),
                        "condition is not called complete: the export was limited by a _typeFilter"
                                + " (Condition?code=100%)."),
                new Case(
                        new EtlWarning.NotComplete(EtlTask.PATIENT, new Incomplete(Reason.FEWER_THAN_BROUGHT, "1")),
                        "patient is not called complete: the export brought 1 more than the folder holds."),
                new Case(
                        new EtlWarning.NotComplete(EtlTask.CONDITION, new Incomplete(Reason.ENDED_WITHOUT)),
                        "condition is not called complete: the export ended without some of it, as export.json says."),
                new Case(
                        new EtlWarning.ServerErrors(1),
                        "The server has reported 1 error with this export (the input's folder error): the tables lack"
                                + " what it could not export, and are called complete all the same. Read them before a"
                                + " study counts on these tables."),
                new Case(
                        new EtlWarning.ServerErrors(2),
                        "The server has reported 2 errors with this export (the input's folder error): the tables lack"
                                + " what it could not export, and are called complete all the same. Read them before a"
                                + " study counts on these tables."));
    }

    @Test
    @DisplayName("what is wrong with a line, for each kind of problem")
    void problems() {
        assertThat(Stream.of(LineProblem.values()).map(EtlMessages::of))
                .containsExactly(
                        "is not JSON",
                        "is not UTF-8",
                        "is the last and cut off",
                        "is not a FHIR resource",
                        "is a resource of another type than its file",
                        "is an OperationOutcome, in which the server says something of the export",
                        "is nested too deeply, of too many parts, or has too long a number or name",
                        "is longer than 128 MB, more than can be held in memory",
                        "has no id",
                        "has an object or list where FHIR has a primitive value, or the reverse",
                        "has a modifier extension that the rules do not know");
    }

    @ParameterizedTest
    @MethodSource
    @DisplayName("what a person should know is a sentence, with the next act")
    void warnings(Case expected) {
        assertThat(EtlMessages.of(expected.warning())).isEqualTo(expected.sentence());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Patient.gendre keep                     | FHIR R4 has no Patient.gendre; did you mean Patient.gender?
            Patiens.gender keep                     | FHIR R4 has no Patiens; did you mean Patient?
            Patient.contact.wealth keep             | FHIR R4 has no Patient.contact.wealth
            Patient.gender.x keep                   | FHIR R4 has no Patient.gender.x
            Patient.gender                          | Patient.gender: what to do with it is missing
            Patient.gender kepe                     | "kepe" is no action; there are keep, hash-id, hash-reference, year, zip3, mask, mask-note, free-text, keep-unless-local-code, free-text-unless-local-code, drop
            Patient.gender keep always              | Patient.gender: there is something behind "keep"
            Patient.gender year                     | Patient.gender is no date: year cannot be taken of it
            Patient.gender Coding                   | Patient.gender is a primitive: it takes an action, for instance keep
            Patient.maritalStatus mask              | Patient.maritalStatus is no primitive: name CodeableConcept
            Patient.maritalStatus Coding            | Patient.maritalStatus is CodeableConcept, not Coding
            Patient.contact keep                    | Patient.contact is no primitive: name its elements
            Patient.contact BackboneElement         | Patient.contact has elements of its own: name those
            Patient.name HumanName                  | no element of HumanName is kept: say which, for instance HumanName.family …
            Patient.name drop                       | Patient.name is not kept anyway
            Patient.name.family drop                | Patient.name.family is not kept anyway
            Patient.address.line drop               | Patient.address.line is not kept anyway
            Condition.code.txt drop                 | FHIR R4 has no Condition.code.txt; did you mean Condition.code.text?
            Condition.code.text.x drop              | FHIR R4 has no Condition.code.text.x
            Condition.code.text mask                | Condition.code.text is inside a data type, where one place can only have: drop
            Patient.contained.name drop             | Patient.contained holds resources of any type: name the type, as in Patient.name
            Patient.gender keep-unless-local-code   | keep-unless-local-code needs a "system" beside Patient.gender
            Patient.gender hash-reference           | hash-reference is only for Reference.reference
            Patient.id keep                         | Patient.id cannot be changed: each row needs it
            Resource.resourceType drop              | Resource.resourceType cannot be changed: each row needs it
            Patient.address Address system=x        | Address has no "system"
            Patient.identifier Identifier use=usual | Patient.identifier: there is something behind "Identifier"
            keep-extension                          | keep-extension takes one absolute URL
            keep-extension http://a/b always        | behind the URL there can only be simple, nested=URL …, or hash-id
            keep-extension http://a/b nested=       | behind the URL there can only be simple, nested=URL …, or hash-id
            keep-extension http://a/b simple nested=c | an extension is either simple or has nested ones
            drop-extension http://a/b simple        | drop-extension takes one absolute URL
            keep-extension bed                      | keep-extension takes one absolute URL
            keep-extensions http://a/b              | "keep-extensions" is neither an element (such as Patient.gender) nor one of keep-extension, ignore-extension, modifier-extension, drop-extension, local-system
            gender keep                             | "gender" is neither an element (such as Patient.gender) nor one of keep-extension, ignore-extension, modifier-extension, drop-extension, local-system
            local-system Joe                        | local-system takes one beginning of a code system, such as urn:oid:1.2.840.114350.
            local-system "urn:oid:2.16."            | local-system takes one beginning of a code system, such as urn:oid:1.2.840.114350.
            local-system urn:a urn:b                | local-system takes one beginning of a code system, such as urn:oid:1.2.840.114350.
            local-system urn:oid:9                  | local-system urn:oid:9: line 3 has said so already, or otherwise
            Patient.gender keep system=http://a     | Patient.gender: system=URL can only stand behind a type, such as Identifier, and "keep" is an action
            Patient.identifier Identifier system=a use=b | Patient.identifier: behind the type there can only be system=URL
            Patient.active keep                     | Patient.active: line 1 has said so already, or otherwise
            drop-extension http://a/x               | drop-extension http://a/x: line 2 says keep-extension
            """)
    @DisplayName("what is wrong with a line of a site's rules")
    void rules(String line, String sentence, @TempDir Path folder) throws Exception {
        Path file = Files.write(
                folder.resolve("site.txt"),
                List.of("Patient.active keep", "keep-extension http://a/x", "local-system urn:oid:9", line));

        InvalidRules invalid = catchThrowableOfType(
                InvalidRules.class, () -> ScrubRules.builtIn().extendedBy(file));

        assertThat(EtlMessages.of(invalid)).isEqualTo(sentence);
        assertThat(invalid.line()).isEqualTo(4);
    }

    @Test
    @DisplayName("no warning is without a sentence")
    void allWarnings() {
        assertThat(EtlWarning.class.getPermittedSubclasses())
                .allMatch(kind -> warnings().anyMatch(known -> kind.isInstance(known.warning())));
    }
}
