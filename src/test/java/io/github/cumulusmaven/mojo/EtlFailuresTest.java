package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.FinishedExport;
import io.github.cumulusmaven.deid.InvalidRules;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import io.github.cumulusmaven.etl.Difference;
import io.github.cumulusmaven.etl.Difference.Amount;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.etl.canary.PhiFinding;
import io.github.cumulusmaven.etl.canary.PhiKind;
import io.github.cumulusmaven.etl.canary.PhiPlace;
import io.github.cumulusmaven.etl.canary.RulesChange;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Attacks;
import io.github.cumulusmaven.run.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message that the ETL can end with; where only their makers can make them, real ones. */
class EtlFailuresTest {
    private static final String IN = "/data/export";
    private static final String OUT = "/data/tables";
    private static final String SETTINGS =
            "<exportGroup> (-Dcumulus.exportGroup=…; empty for an export of no group) and"
                    + " <exportTimestamp> (-Dcumulus.exportTimestamp=2026-01-31T12:00:00Z).";
    private static final String KICK_OFF =
            "{\"exportId\":\"1\",\"eventId\":\"kickoff\",\"eventDetail\":{\"exportUrl\":\"https://ehr.example/fhir/$export\"}}\n";

    private static final Class<MojoFailureException> FAILURE = MojoFailureException.class;
    private static final Class<MojoExecutionException> EXECUTION = MojoExecutionException.class;

    @TempDir
    static Path temp;

    private static AbstractMojoExecutionException translated(Object ending) {
        Failures failures =
                new Failures(goal -> new CommandLine("mvn " + goal, false), Failures.Terms.OF_EXPORT, "", "");
        try {
            if (ending instanceof Outcome outcome) {
                String message = failures.refusal(outcome).orElseThrow();
                MessageCatalogue.add("Outcomes: " + outcome.getClass().getSimpleName(), message);
                return new MojoFailureException(message);
            }
            failures.rethrow((Exception) ending);
        } catch (MojoExecutionException | MojoFailureException thrown) {
            MessageCatalogue.add("Failures: " + ending.getClass().getSimpleName(), thrown.getMessage());
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }

    /** One line of the table; TEMP stands for the test's folder. */
    record Case(Object failure, Class<? extends AbstractMojoExecutionException> type, String message) {
        @Override
        public String toString() {
            return failure.getClass().getSimpleName() + ": " + message;
        }
    }

    static Stream<Case> etl() {
        return Stream.of(
                new Case(
                        new EtlFailure(Kind.NO_INPUT, IN),
                        FAILURE,
                        "Cannot read /data/export: there is no such folder. Name the folder of an export as <input>."),
                new Case(
                        new EtlFailure(Kind.NOTHING_TO_DO, IN),
                        FAILURE,
                        "There is nothing to do with /data/export: it has no file of a type that becomes a table. Is it"
                                + " the folder of an export? File names should hold a resource type, as in"
                                + " Patient.000.ndjson."),
                new Case(
                        new EtlFailure(Kind.MISSING_RESOURCES, IN, "Condition, Device"),
                        FAILURE,
                        "There are no files of Condition, Device in /data/export, though <tasks> names them. Leave them"
                                + " out, or set <allowMissingResources> to make empty tables and call them complete."),
                new Case(
                        new EtlFailure(Kind.OUTPUT_NOT_EMPTY, OUT),
                        FAILURE,
                        "Not writing into /data/tables: it is not empty. Name another <outputDirectory>, or empty this"
                                + " one."),
                new Case(
                        new EtlFailure(Kind.RECORD_DAMAGED, OUT, "JobConfig/1/job_config.json"),
                        FAILURE,
                        "Not writing into /data/tables: JobConfig/1/job_config.json in it is damaged, so that it cannot"
                                + " tell its codebook. Name another <outputDirectory>, or empty this one."),
                new Case(
                        new EtlFailure(
                                Kind.OTHER_TABLES,
                                OUT,
                                List.of(
                                        differs(Difference.Kind.VERSION, "1.2.3"),
                                        differs(Difference.Kind.CODEBOOK, ""),
                                        differs(Difference.Kind.PARAMETERS, "batchSize, tasks"),
                                        differs(Difference.Kind.FOLDER_GONE, "/a"),
                                        differs(Difference.Kind.FOLDER_ADDED, "/b"),
                                        differs(Difference.Kind.FOLDER_CHANGED, "/c"),
                                        differs(Difference.Kind.ORDER, ""),
                                        differs(Difference.Kind.TABLE, "patient"),
                                        new Difference(
                                                Difference.Kind.UNFETCHED, "", new Amount(1, 0), new Amount(0, 0)),
                                        differs(Difference.Kind.LOST, ""))),
                        FAILURE,
                        "Not writing into /data/tables: it is not empty, and its tables are not those of this run: they"
                                + " are of version 1.2.3 of this plugin; they were made with another codebook; they were"
                                + " made with another batchSize, tasks; they were made of /a, too; they were made without"
                                + " /b; /c is not as it was then; their order in <input> was another; patient is not as it"
                                + " was written; 1 Medication could not be fetched; resources were lost when they were"
                                + " made. Name another <outputDirectory>, or empty this one."),
                new Case(
                        new EtlFailure(Kind.OTHER_CODEBOOK, OUT),
                        FAILURE,
                        "The tables in /data/tables were made with the secrets of another folder. With others, no id would"
                                + " match: name that folder as <phiDirectory>, or another <outputDirectory>."),
                new Case(
                        new EtlFailure(
                                Kind.INPUT_CHANGED,
                                OUT,
                                List.of(new Difference(
                                        Difference.Kind.FOLDER_RESIZED,
                                        "/data/in",
                                        new Amount(2, 9),
                                        new Amount(1, 5)))),
                        FAILURE,
                        "Not writing into /data/tables: it is not empty, and its tables are not those of this run:"
                                + " /data/in then held 2 files of 9 B, now 1 file of 5 B. If the input is not meant to have changed, bring its files back as they were. Else name another"
                                + " <outputDirectory>, or empty this one."),
                new Case(
                        new EtlFailure(Kind.OUTPUT_IN_USE, OUT),
                        FAILURE,
                        "Another run writes into /data/tables. Wait for it, or name another <outputDirectory>."),
                new Case(
                        new EtlFailure(Kind.OTHER_CODEBOOK, OUT, "/secure/phi"),
                        FAILURE,
                        "The tables in /data/tables were made with the secrets of /secure/phi. With others, no id would"
                                + " match: name that folder as <phiDirectory>, or another <outputDirectory>."),
                new Case(
                        new EtlFailure(Kind.ERRORS_NOT_EMPTY, "/secure/errors"),
                        FAILURE,
                        "Not writing into /secure/errors: it is not empty. Name another <errorsTo>."),
                new Case(
                        new EtlFailure(Kind.DISK, OUT, new IOException("No space left on device")),
                        EXECUTION,
                        "Cannot read or write /data/tables: No space left on device. Nothing was published: mend that,"
                                + " and run it again."),
                new Case(
                        new EtlFailure(Kind.AFTER_PUBLICATION, OUT, new IOException("No space left on device")),
                        EXECUTION,
                        "The tables are published in /data/tables, and whole. Only afterwards, something failed: Cannot"
                                + " read or write /data/tables: No space left on device. Mend that; the tables need not be"
                                + " made again."));
    }

    private static Difference differs(Difference.Kind kind, String what) {
        return new Difference(kind, what, new Amount(0, 0), new Amount(0, 0));
    }

    static Stream<Case> unknown() throws IOException {
        return Stream.of(
                new Case(
                        origin("several", "log.a.ndjson", KICK_OFF, "log.b.ndjson", KICK_OFF),
                        FAILURE,
                        "There are several export logs in TEMP/several (log.a.ndjson, log.b.ndjson and none named"
                                + " log.ndjson). Leave the right one there. Or say whose data these are, and as of when: "
                                + SETTINGS + " Of several folders, that counts for those without a log."),
                new Case(
                        origin("incomplete", "log.ndjson", KICK_OFF),
                        FAILURE,
                        "The export log TEMP/incomplete/log.ndjson tells of no export that came to its end: no"
                                + " status_complete event with a transactionTime for the last kickoff. Or say whose data"
                                + " these are, and as of when: " + SETTINGS
                                + " Of several folders, that counts for those without a log."),
                new Case(
                        origin("unbegun", "log.ndjson", KICK_OFF.replace("kickoff", "status_complete")),
                        FAILURE,
                        "The export log TEMP/unbegun/log.ndjson tells of no export that came to its end: no kickoff event."
                                + " Or say whose data these are, and as of when: " + SETTINGS
                                + " Of several folders, that counts for those without a log."),
                new Case(
                        origin(
                                "lacking",
                                "log.ndjson",
                                KICK_OFF
                                        + "{\"exportId\":\"1\",\"eventId\":\"status_complete\",\"eventDetail\":{\"transactionTime\":\"2026-01-02T03:04:05Z\"}}\n"
                                        + "{\"exportId\":\"1\",\"eventId\":\"download_request\",\"eventDetail\":{\"fileUrl\":\"https://ehr.example/f\"}}\n"),
                        FAILURE,
                        "The export log TEMP/lacking/log.ndjson tells of no export that came to its end: 1 of its files were"
                                + " asked for and did not come. Or say whose data these are, and as of when: "
                                + SETTINGS
                                + " Of several folders, that counts for those without a log."),
                new Case(
                        origin("unfinished", "export.json", state("downloading")),
                        FAILURE,
                        "The export is not finished (TEMP/unfinished/export.json: downloading). Go on with the resume"
                                + " goal first."),
                new Case(
                        origin("cancelled", "export.json", state("cancelled")),
                        FAILURE,
                        "The export is not finished (TEMP/cancelled/export.json: cancelled). Export again into another"
                                + " folder."),
                new Case(
                        origin("damaged", "export.json", "{\"version\":1,\"state\":\"done\",\"job\":{\"requ"),
                        FAILURE,
                        "TEMP/damaged/export.json is damaged: it is not whole, or was changed. It knows which files came,"
                                + " and whether they are still as they were. Bring it back from a copy, or export again"
                                + " into another folder; or, to read the files as those of another tool, move it away,"
                                + " and say whose data these are, and as of when: " + SETTINGS),
                new Case(
                        origin("nobody", "Patient.ndjson", ""),
                        FAILURE,
                        "It is not known whose data TEMP/nobody holds, and as of when: there is no log.ndjson."
                                + " Completion tracking needs both: give " + SETTINGS),
                new Case(
                        origin(Optional.of("cohort"), "never", "Patient.ndjson", ""),
                        FAILURE,
                        "It is not known whose data TEMP/never holds, and as of when: there is no log.ndjson."
                                + " Completion tracking needs both: give " + SETTINGS));
    }

    static Stream<Case> codebook() throws IOException, CodebookFailure {
        Files.createDirectories(temp.resolve("folder/codebook.json"));
        Case inUse;
        try (PhiFolder other = PhiFolder.open(temp.resolve("used"))) {
            assertThat(other.codebook()).isNotNull();
            inUse = new Case(
                    phi("used"),
                    FAILURE,
                    "Another run (process " + ProcessHandle.current().pid() + ") works with TEMP/used. Wait for it.");
        }
        return Stream.of(
                inUse,
                new Case(
                        phi("damaged", "codebook.json", "[]"),
                        FAILURE,
                        "TEMP/damaged/codebook.json is not what it should be: it is not a JSON object. Bring it back"
                                + " from a backup; a new one would give every patient another id."),
                new Case(
                        phi("lost", "codebook-cached-mappings.json", "{}"),
                        FAILURE,
                        "TEMP/lost is not what it should be: codebook.json is missing, though there are ids that were made"
                                + " with it. Bring it back from a backup; a new one would give every patient another id."),
                new Case(
                        phi("untold", "codebook.json", "{}"),
                        FAILURE,
                        "TEMP/untold/codebook.json is not what it should be: it has neither a version nor the patients that"
                                + " version 0 has. Bring it back from a backup; a new one would give every patient another"
                                + " id."),
                new Case(
                        phi("entry", "codebook.json", "{\"mrn\":{\"p\":{}}}"),
                        FAILURE,
                        "TEMP/entry/codebook.json is not what it should be: an entry of version 0 has no anonymous id."
                                + " Bring it back from a backup; a new one would give every patient another id."),
                new Case(
                        phi("salt", "codebook.json", "{\"version\":1}", "codebook-cached-mappings.json", "{}"),
                        FAILURE,
                        "TEMP/salt/codebook.json is not what it should be: id_salt is missing, though there are ids that"
                                + " were made with it. Bring it back from a backup; a new one would give every patient"
                                + " another id."),
                new Case(
                        phi("short", "codebook.json", "{\"version\":1,\"id_salt\":\"00ff\"}"),
                        FAILURE,
                        "TEMP/short/codebook.json is not what it should be: id_salt is not made of 64 hex digits. Bring it"
                                + " back from a backup; a new one would give every patient another id."),
                new Case(
                        phi(
                                "mappings",
                                "codebook.json",
                                "{\"version\":1,\"codebook_id\":\"c\",\"id_salt\":\"5c1f9e0a7b3d24c68810ef45d2a96b370c7e51f84a9d3b26e1c80f5a42d7963b\"}",
                                "codebook-cached-mappings.json",
                                "[]"),
                        FAILURE,
                        "TEMP/mappings/codebook-cached-mappings.json is not what it should be: it is not a JSON object"
                                + " of mappings. Bring it back from a backup. Without one, move it away, as ids can be"
                                + " computed again from the codebook; but keep it with the backups: what re-identifies"
                                + " older patients is in it."),
                new Case(
                        phi("weak", "codebook.json", "{\"version\":1,\"id_salt\":\"" + "00".repeat(32) + "\"}"),
                        FAILURE,
                        "TEMP/weak/codebook.json is not used: id_salt is a pattern, which can be guessed, so that anybody"
                                + " could compute which row is whose. Name a <phiDirectory> with a codebook that this"
                                + " plugin or Cumulus ETL has made; with it, every patient gets a new id."),
                new Case(
                        shared(),
                        FAILURE,
                        "TEMP/shared is not used: other users may write it. Run:\n  chmod go-w TEMP/shared\nif it is this"
                                + " site's own. Where a group shares it on purpose, or its file system knows no owners,"
                                + " set <trustPhiDirectory>true</trustPhiDirectory> (-Dcumulus.trustPhiDirectory=true)."),
                new Case(
                        phi("newer", "codebook.json", "{\"version\":2}"),
                        FAILURE,
                        "TEMP/newer/codebook.json is of a version that this plugin does not know (version 2). Use a"
                                + " newer plugin."),
                new Case(
                        phi("folder"),
                        EXECUTION,
                        "Cannot read or write TEMP/folder/codebook.json: it is not a regular file. Check the <phiDirectory>: its"
                                + " rights, and the space on the disk."));
    }

    static Stream<Case> others() throws IOException {
        return Stream.of(
                new Case(
                        rules("Patient.gender\n"),
                        FAILURE,
                        "<deidRules> TEMP/rules.txt, line 1: Patient.gender: what to do with it is missing."),
                new Case(
                        new Outcome.ResourcesLost(new Outcome.Built(EtlConsoleTest.unreadable(1234), Path.of(OUT))),
                        FAILURE,
                        "1,234 resources or files could not become rows (see above). All the others are in the tables in"
                                + " /data/tables. Mend the input, and run it again into another <outputDirectory>; or"
                                + " allow a fraction with <maxErrorRate>. <errorsTo> keeps copies of such lines."));
    }

    static Stream<Case> found() {
        List<PhiFinding> many = IntStream.range(0, 22)
                .mapToObj(number -> new PhiFinding(
                        place("Encounter", "e" + number, PhiKind.NAME), 1, List.of("abc"), Optional.empty()))
                .toList();
        return Stream.of(
                new Case(
                        new Outcome.PhiFound(
                                List.of(
                                        new PhiFinding(
                                                place("Encounter", "subject.display", PhiKind.NAME),
                                                1234,
                                                List.of("abc", "def"),
                                                Optional.of(new RulesChange(
                                                        List.of(),
                                                        Optional.of("Encounter.subject.display drop"),
                                                        Optional.empty()))),
                                        new PhiFinding(
                                                place("Patient", "id", PhiKind.ID), 1, List.of(), Optional.empty())),
                                OUT),
                        FAILURE,
                        """
                        The tables hold what identifies patients, so nothing was published in /data/tables. Values of \
                        source Patients are in:
                          encounter: subject.display (name), in at least 1,234 rows, first id abc, def
                          patient: id (id), in a row (ids not shown, as they may be real)
                        To drop these elements, put lines into the file of <deidRules>:
                          Encounter.subject.display drop
                        To look at the rows, write them where only you can read, with -Dcumulus.phiCanary=off. For \
                        what turns out to be harmless, put lines into the file of <acknowledgedFindings> \
                        (-Dcumulus.acknowledgedFindings=…), each with its reason behind the #:
                          Encounter.subject.display name  # …
                          Patient.id id  # …"""),
                new Case(
                        new Outcome.PhiFound(
                                List.of(
                                        new PhiFinding(
                                                place("Observation", "valueInteger", PhiKind.IDENTIFIER),
                                                1,
                                                List.of("abc"),
                                                Optional.of(new RulesChange(
                                                        List.of(),
                                                        Optional.of("Observation.valueInteger drop"),
                                                        Optional.of("valueInteger")))),
                                        new PhiFinding(
                                                new PhiPlace(
                                                        "Patient",
                                                        "extension.valueString",
                                                        PhiKind.IDENTIFIER,
                                                        Optional.of("http://ehr/x"),
                                                        Optional.empty()),
                                                1,
                                                List.of("abc"),
                                                Optional.of(new RulesChange(
                                                        List.of("keep-extension http://ehr/x"),
                                                        Optional.empty(),
                                                        Optional.empty())))),
                                OUT),
                        FAILURE,
                        """
                        The tables hold what identifies patients, so nothing was published in /data/tables. Values of \
                        source Patients are in:
                          observation: valueInteger (identifier), in a row, first id abc
                          patient: extension(http://ehr/x).valueString (identifier), in a row, first id abc
                        To look at the rows, write them where only you can read, with -Dcumulus.phiCanary=off. For \
                        what turns out to be harmless, put lines into the file of <acknowledgedFindings> \
                        (-Dcumulus.acknowledgedFindings=…), each with its reason behind the #:
                          Observation.valueInteger identifier  # …
                          Patient.extension(http://ehr/x).valueString identifier  # …
                        To drop these extensions, take lines out of the file of <deidRules>:
                          keep-extension http://ehr/x
                        To drop these elements, put lines into the file of <deidRules>:
                          Observation.valueInteger drop  # removes all of this table's valueInteger"""),
                new Case(
                        new Outcome.PhiFound(many, OUT),
                        FAILURE,
                        "The tables hold what identifies patients, so nothing was published in /data/tables. Values of"
                                + " source Patients are in:\n"
                                + IntStream.range(0, 20)
                                        .mapToObj(number ->
                                                "  encounter: e" + number + " (name), in a row, first id abc\n")
                                        .collect(Collectors.joining())
                                + "  and 2 elements more\n"
                                + "To look at the rows, write them where only you can read, with"
                                + " -Dcumulus.phiCanary=off. For what turns out to be harmless, put lines into the file of"
                                + " <acknowledgedFindings> (-Dcumulus.acknowledgedFindings=…), each with its reason behind"
                                + " the #:\n"
                                + IntStream.range(0, 20)
                                        .mapToObj(number -> "  Encounter.e" + number + " name  # …")
                                        .collect(Collectors.joining("\n"))));
    }

    private static void write(Path folder, String... namesAndContents) {
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < namesAndContents.length; i += 2) {
                Files.writeString(folder.resolve(namesAndContents[i]), namesAndContents[i + 1]);
            }
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
    }

    /** Writes what an export leaves in this state. */
    private static String state(String name) throws IOException {
        Path folder = Files.createTempDirectory(temp, "state");
        new FinishedExport().write(folder);
        return Files.readString(folder.resolve("export.json"))
                .replace("\"done\"", "\"" + name + "\"")
                .replace("\"finished\"", "\"cancelled\"");
    }

    private static EtlFailure origin(String folder, String... namesAndContents) {
        return origin(Optional.empty(), folder, namesAndContents);
    }

    private static EtlFailure origin(Optional<String> group, String folder, String... namesAndContents) {
        write(temp.resolve(folder), namesAndContents);
        try {
            ExportOrigin known = ExportOrigin.of(temp.resolve(folder), group, Optional.<ExportTime>empty());
            throw new AssertionError("known: " + known);
        } catch (EtlFailure unknown) {
            return unknown;
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
    }

    private static CodebookFailure shared() throws IOException {
        Attacks.rights(Files.createDirectories(temp.resolve("shared")), "rwxrwxrwx");
        return phi("shared");
    }

    private static CodebookFailure phi(String folder, String... namesAndContents) {
        write(temp.resolve(folder), namesAndContents);
        try (PhiFolder opened = PhiFolder.open(temp.resolve(folder))) {
            throw new AssertionError("opened: " + opened);
        } catch (CodebookFailure unusable) {
            return unusable;
        }
    }

    private static InvalidRules rules(String content) throws IOException {
        write(temp, "rules.txt", content);
        try {
            throw new AssertionError("understood: " + ScrubRules.builtIn().extendedBy(temp.resolve("rules.txt")));
        } catch (InvalidRules invalid) {
            return invalid;
        }
    }

    @ParameterizedTest
    @MethodSource({"etl", "unknown", "codebook", "found", "others"})
    @DisplayName("what happened, where, and the next act; no cause, for Maven would append its message")
    void table(Case line) {
        assertThat(translated(line.failure()))
                .isExactlyInstanceOf(line.type())
                .hasMessage(line.message().replace("TEMP", temp.toString()))
                .hasNoCause();
    }

    @Test
    @DisplayName("the table has every kind there is")
    void complete() throws Exception {
        assertThat(Stream.concat(etl(), unknown())
                        .map(line -> ((EtlFailure) line.failure()).kind())
                        .distinct())
                .containsExactlyInAnyOrder(Kind.values());
        assertThat(codebook().map(line -> ((CodebookFailure) line.failure()).kind()))
                .containsExactlyInAnyOrder(CodebookFailure.Kind.values());
    }

    @Test
    @DisplayName("what the disk refuses: the file itself, and the reason, which Java leaves out of its messages")
    void disk() {
        assertThat(translated(new EtlFailure(Kind.DISK, OUT, new AccessDeniedException("/data/export/Patient.ndjson"))))
                .hasMessage(
                        "Cannot read or write /data/export/Patient.ndjson: permission denied. Nothing was published:"
                                + " mend that, and run it again.");
        assertThat(translated(new EtlFailure(Kind.DISK, OUT, new NoSuchFileException("/data/tables/.staging"))))
                .hasMessageStartingWith("Cannot read or write /data/tables/.staging: it does not exist. ");
    }

    @Test
    @DisplayName("words of others' exceptions, which may quote what they read, are left out")
    void foreignWords() {
        IOException parser =
                catchThrowableOfType(IOException.class, () -> FhirJson.mapper().readTree("Zebedee"));

        assertThat(parser).hasMessageContaining("Zebedee");
        assertThat(translated(new EtlFailure(Kind.DISK, OUT, parser)).getMessage())
                .startsWith("Cannot read or write /data/tables: ")
                .doesNotContain("Zebedee");
    }

    private static PhiPlace place(String type, String element, PhiKind kind) {
        return new PhiPlace(type, element, kind, Optional.empty(), Optional.empty());
    }
}
