package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.deid.ExtensionReport;
import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.etl.CompletionReport;
import io.github.cumulusmaven.etl.CompletionReport.Gap;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.EtlWarning;
import io.github.cumulusmaven.etl.Incomplete;
import io.github.cumulusmaven.etl.LineProblem;
import io.github.cumulusmaven.etl.TableSummary;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.etl.completion.TypeFilters;
import io.github.cumulusmaven.progress.LineProgress;
import io.github.cumulusmaven.progress.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtlConsoleTest {
    private static final Path OUTPUT = Path.of("/data/tables");
    private static final ExtensionReport NO_EXTENSIONS = new ExtensionReport(Map.of(), Map.of());

    private static final CanaryReport CANARY = report(CanaryMode.SAMPLED, 1234);

    private final RecordingLog log = new RecordingLog();
    private Instant now = Instant.parse("2026-03-04T05:06:07Z");
    private Runnable tick = () -> {};
    private final Progress progress = new LineProgress(log::info, Duration.ofSeconds(30), (interval, task) -> {
        tick = task;
        return () -> {};
    });
    private final EtlConsole console = new EtlConsole(log, progress, () -> now);

    private static ExportOrigin origin(String group) {
        ExportTime time = ExportTime.parse("2026-01-02T03:04:05-05:00").orElseThrow();
        return new ExportOrigin(
                group,
                time,
                Optional.empty(),
                TypeFilters.of(List.of()),
                Set.of(),
                Map.of("Encounter", 1_000_001L),
                Map.of(),
                Optional.empty(),
                Set.of());
    }

    private static EtlSummary summary(List<TableSummary> tables, ExtensionReport extensions) {
        return summary(tables, extensions, CANARY);
    }

    private static CanaryReport report(CanaryMode mode, long patients) {
        return new CanaryReport(
                mode, new CanaryReport.Counts(patients, 12_345, 67, 8, 0, 0), 1_001_214, 56_789, List.of(), List.of());
    }

    private static EtlSummary summary(List<TableSummary> tables, ExtensionReport extensions, CanaryReport canary) {
        return summary(tables, extensions, completion(0, 0, Map.of()), canary);
    }

    private static EtlSummary summary(
            List<TableSummary> tables, ExtensionReport extensions, CompletionReport completion, CanaryReport canary) {
        ScrubReport scrubbed = new ScrubReport(Map.of(), 0, extensions, Map.of());
        return new EtlSummary(
                tables, 0, 0, Duration.ofSeconds(3725), scrubbed, List.of(), completion, canary, Optional.empty());
    }

    /** A run that could not read so many files. */
    static EtlSummary unreadable(long files) {
        EtlSummary read = summary(List.of(), NO_EXTENSIONS);
        return new EtlSummary(
                read.tables(),
                files,
                0,
                read.duration(),
                read.scrubbed(),
                List.of(),
                read.completion(),
                read.canary(),
                Optional.empty());
    }

    private static CompletionReport completion(long encounters, long shown, Map<String, Gap> gaps) {
        return new CompletionReport(origin("").time(), encounters, shown, gaps, List.of(), List.of(), true);
    }

    private void summary(CompletionReport completion) {
        console.summary(summary(List.of(), NO_EXTENSIONS, completion, CANARY), OUTPUT);
    }

    private static TableSummary patients() {
        return new TableSummary(EtlTask.PATIENT, 1234, 1234, 0, 0, 0, Map.of(), Set.of(), 0, Optional.empty());
    }

    private void told(String lines) {
        assertThat(String.join("\n", log.lines()))
                .isEqualTo(lines.stripTrailing().replace("NOTCOMPARED", String.join(", ", CanaryReport.NOT_COMPARED)));
    }

    @Test
    @DisplayName("a run as a user sees it, in a log")
    void typical() {
        console.began(origin("cohort"), List.of(EtlTask.ENCOUNTER, EtlTask.PATIENT));
        console.planned(400_000_000);
        console.tableBegan(EtlTask.ENCOUNTER, 2);
        now = now.plusSeconds(30);
        console.readOnDisk(300_000_000);
        console.read(1_000_000, 1_500_000_000);
        tick.run();
        console.lineSkipped(EtlTask.ENCOUNTER, "deep/Encounter.001.ndjson", 17, LineProblem.CUT_OFF, "");
        console.fileUnreadable("Encounter.002.ndjson.gz", "Unexpected end of ZLIB input stream");
        console.tableBegan(EtlTask.PATIENT, 1);
        now = now.plusSeconds(30);
        console.readOnDisk(100_000_000);
        console.read(1234, 3_000_000);
        tick.run();
        Incomplete lost = new Incomplete(Incomplete.Reason.RESOURCES_LOST);
        console.warned(new EtlWarning.NotComplete(EtlTask.ENCOUNTER, lost));
        TableSummary encounters = new TableSummary(
                EtlTask.ENCOUNTER,
                1_000_000,
                999_980,
                7,
                3,
                1200,
                Map.of(LineProblem.CUT_OFF, 1L, LineProblem.MODIFIER_EXTENSION, 9L),
                Set.of(),
                1,
                Optional.of(lost));
        console.summary(summary(List.of(encounters, patients()), NO_EXTENSIONS), OUTPUT);

        told(
                """
                INFO ETL of group cohort, data as of 2026-01-02T03:04:05-05:00, into 2 tables
                INFO ETL 75 %, 10 s left, encounter 1,000,000 of 1,000,001 resources, after 30 s, 1.5 GB, 50.0 MB/s
                WARN deep/Encounter.001.ndjson, line 17 is the last and cut off; left out
                WARN Encounter.002.ndjson.gz cannot be read to its end: Unexpected end of ZLIB input stream
                INFO ETL 100 %, 0 s left, patient 1,234 resources, after 1 min 00 s, 1.5 GB, 25.1 MB/s
                WARN encounter is not called complete: resources were lost.
                INFO\s
                INFO Table                        Read      Written   Dropped   Deleted  Complete
                INFO encounter               1,000,000      999,980        17     1,200        no
                INFO patient                     1,234        1,234         0         0       yes
                INFO\s
                INFO encounter: 7 replaced by a later resource with the same id
                WARN encounter: 1 left out; each is the last and cut off
                WARN encounter: 9 left out; each has a modifier extension that the rules do not know
                INFO PHI canary (sampled): nothing found in 56,789 of 1,001,214 rows of 12,345 values that identify 1,234 patients. Not compared: 67 values that are too common; NOTCOMPARED
                INFO In /data/tables, after 1 h 02 min, 1.5 GB, 403.5 kB/s
                """);
    }

    @Test
    @DisplayName("ETL-completion: how many Encounters Cumulus Library will show, before the last line")
    void shownEncounters() {
        summary(completion(12_345, 12_345, Map.of()));
        summary(completion(12_345, 12_340, Map.of()));

        assertThat(log.lines())
                .contains(
                        "INFO Encounters that Cumulus Library will show: 12,345 of 12,345",
                        "WARN Encounters that Cumulus Library will show: 12,340 of 12,345. The others are entered in"
                                + " error, or their Patient is not in the tables.");
    }

    @Test
    @DisplayName("ETL-completion: the tables that keep Encounters from being shown, and what helps with each kind")
    void hiddenEncounters() {
        Map<String, Gap> gaps = new TreeMap<>(Map.of(
                "condition", Gap.FILTERED,
                "specimen", Gap.NO_FILES,
                "episodeofcare", Gap.NO_FILES,
                "procedure", Gap.NOT_ASKED_FOR,
                "documentreference", Gap.EXCLUDED,
                "observation", Gap.LOST,
                "servicerequest", Gap.NOT_SELECTED));
        summary(completion(1, 0, gaps));

        assertThat(String.join("\n", log.warnings()))
                .isEqualTo(
                        """
                        WARN Cumulus Library (6.3.7) will show none of these Encounters until all 11 tables that it needs are complete as of 2026-01-02T03:04:05-05:00 or later. Not complete: condition, documentreference, episodeofcare, observation, procedure, servicerequest, specimen.
                        WARN   episodeofcare, specimen: no files. If the export was asked for this and none came, set <allowMissingResources>: that makes an empty table and calls it complete.
                        WARN   procedure: the export was not asked for this. Export it, too, and build its table; if there will never be any, name it in <completeResources>.
                        WARN   condition: a _typeFilter limited the export. Export without it, or vouch for what came in <completeResources>.
                        WARN   servicerequest: not among <tasks>. Build it from the same export or a later one.
                        WARN   documentreference: in <excludeResources>, which is only a record that Cumulus Library does not read. Take it out there, and set <allowMissingResources> if there will never be any.
                        WARN   observation: something is lost, as said above. Repair that, and run it again.
                        WARN Encounters that Cumulus Library will show: 0 of 1""");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("ETL-completion: tables that are complete without a resource, or on somebody's word, are named")
    void completeOnTrust(boolean named) {
        summary(new CompletionReport(
                origin("").time(), 0, 0, Map.of(), List.of("condition"), List.of("episodeofcare", "specimen"), named));

        assertThat(log.lines())
                .contains("INFO Called complete because <completeResources> vouches for them: condition")
                .contains(
                        named
                                ? "INFO The export asked for these types and none came, so their tables are empty and"
                                        + " complete: episodeofcare, specimen"
                                : "WARN The export asked for all types and none of these came, so their tables are empty"
                                        + " and complete: episodeofcare, specimen. If the server does not export them, or"
                                        + " the client's scopes leave them out, name them in <excludeResources> to take"
                                        + " that back.");
    }

    @Test
    @DisplayName("an export of all patients has no group; one table is no tables")
    void withoutGroup() {
        console.began(origin(""), List.of(EtlTask.PATIENT));

        told("INFO ETL of an export of no group, data as of 2026-01-02T03:04:05-05:00, into 1 table");
    }

    @Test
    @DisplayName("extensions that the rules do not know: how many of which, and the lines that would keep them")
    void extensions() {
        ExtensionReport extensions = new ExtensionReport(
                Map.of(
                        "Patient",
                        Map.of("https://b.example/b", 1L, "https://a.example/a", 12_345L, ExtensionReport.NO_URL, 2L),
                        "Encounter",
                        Map.of("https://a.example/a", 3L)),
                Map.of("Patient", Map.of("https://c.example/not", 4L)));
        console.summary(summary(List.of(patients()), extensions), OUTPUT);

        told(
                """
                INFO\s
                INFO Table                        Read      Written   Dropped   Deleted  Complete
                INFO patient                     1,234        1,234         0         0       yes
                INFO\s
                INFO Extensions that the rules do not know, and that were dropped:
                INFO   Encounter: https://a.example/a (3)
                INFO   Patient: (no URL) (2), https://a.example/a (12,345), https://b.example/b (1)
                INFO Resources left out for a modifier extension that the rules do not know:
                INFO   Patient: https://c.example/not (4)
                INFO To keep them, look at what they hold, and put these lines into a file for <deidRules>:
                INFO   keep-extension https://a.example/a
                INFO   keep-extension https://b.example/b
                INFO   modifier-extension https://c.example/not
                INFO PHI canary (sampled): nothing found in 56,789 of 1,001,214 rows of 12,345 values that identify 1,234 patients. Not compared: 67 values that are too common; NOTCOMPARED
                INFO In /data/tables, after 1 h 02 min, 0 B, 0 B/s
                """);
    }

    @Test
    @DisplayName("the PHI canary: a warning where it compared nothing, and how far it is")
    void canary() {
        CanaryReport off = report(CanaryMode.OFF, 0);
        CanaryReport nobody = new CanaryReport(
                CanaryMode.FULL, new CanaryReport.Counts(0, 0, 0, 0, 1, 1_002), 7, 7, List.of(), List.of());
        console.canaryBegan();
        console.canaryRead(3_000_000);
        now = now.plusSeconds(2);
        tick.run();
        console.summary(summary(List.of(), NO_EXTENSIONS, off), OUTPUT);
        console.summary(summary(List.of(), NO_EXTENSIONS, nobody), OUTPUT);

        assertThat(log.lines()).contains("INFO PHI canary: 3.0 MB read, 1.5 MB/s, after 2 s");
        assertThat(log.warnings())
                .containsExactly(
                        "WARN PHI canary: off. Nothing was compared with what identifies patients.",
                        "WARN PHI canary: the input has no Patient to compare the rows with. Where another folder has them, name it in <canaryPatients>.",
                        "WARN PHI canary: of Patients, files that could not be read to their end: 1, lines: 1,002. Nobody"
                                + " looked for what is in them. A run with patient among <tasks> names them: mend the"
                                + " input, and run it again.");
    }

    @Test
    @DisplayName("what several exports announce is added up, and where none announces anything, nothing is said of it")
    void announced() {
        console.began(origin("a"), List.of(EtlTask.ENCOUNTER));
        console.began(origin("b"), List.of(EtlTask.ENCOUNTER));
        console.tableBegan(EtlTask.ENCOUNTER, 2);
        tick.run();
        console.tableBegan(EtlTask.PATIENT, 1);
        tick.run();
        assertThat(String.join("\n", log.lines()))
                .contains("encounter 0 of 2,000,002 resources, ")
                .contains("patient 0 resources, ");
    }

    @Test
    @DisplayName("a damaged file does not fill the log, and does not hide the next table's first problems")
    void manyWarnings() {
        for (EtlTask task : List.of(EtlTask.ENCOUNTER, EtlTask.PATIENT)) {
            console.tableBegan(task, 1);
            for (int line = 1; line <= 1000; line++) {
                console.lineSkipped(task, task.type() + ".ndjson", line, LineProblem.NOT_JSON, "");
            }
        }

        assertThat(log.warnings())
                .hasSize(22)
                .startsWith("WARN Encounter.ndjson, line 1 is not JSON; left out")
                .contains(
                        "WARN More lines of Encounter are left out; the table at the end counts them",
                        "WARN Patient.ndjson, line 10 is not JSON; left out")
                .endsWith("WARN More lines of Patient are left out; the table at the end counts them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "\r", "\n", "\u0000", "\u009b", "\u202e", "\u2028"})
    @DisplayName("ST-05 an extension's URL and a file's name move no cursor and begin no line")
    void controlCharacters(String control) {
        ExtensionReport extensions =
                new ExtensionReport(Map.of("Patient", Map.of("https://a.example/" + control, 1L)), Map.of());
        console.fileUnreadable("Patient" + control + ".ndjson", "it ends early");
        console.summary(summary(List.of(patients()), extensions), OUTPUT);

        assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains(control));
    }
}
