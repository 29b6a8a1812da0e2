package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.deid.ExtensionReport;
import io.github.cumulusmaven.deid.ScrubReport;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.CompletionReport;
import io.github.cumulusmaven.etl.CompletionReport.Gap;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.EtlWarning;
import io.github.cumulusmaven.etl.LineProblem;
import io.github.cumulusmaven.etl.TableSummary;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.EtlRun;
import io.github.cumulusmaven.run.OnTheFly;
import io.github.cumulusmaven.run.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/** What a user sees of an ETL run; never what is in a resource. */
final class EtlConsole extends Console implements EtlRun.Listener, OnTheFly.Listener {
    /** Lines of a damaged file are all alike. */
    private static final int MOST_WARNINGS_A_TABLE = 10;

    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();
    private final AtomicLong readOnDisk = new AtomicLong();
    private final List<ExportOrigin> origins = new ArrayList<>();
    private Instant began;
    private long planned;
    private int warnings;

    EtlConsole(Log log, Progress progress, InstantSource clock) {
        super(log, progress, clock);
        this.began = now();
    }

    @Override
    public void began(ExportOrigin from, List<EtlTask> tasks) {
        origins.add(from);
        info("ETL of " + (from.group().isEmpty() ? "an export of no group" : "group " + from.group()) + ", data as of "
                + from.time() + ", into " + counted(tasks.size(), "table"));
    }

    @Override
    public void planned(long onDisk) {
        planned = onDisk;
        began = now();
    }

    @Override
    public void tableBegan(EtlTask task, int files) {
        warnings = 0;
        long before = lines.get();
        long total = planned;
        Instant start = began;
        long announced =
                origins.stream().mapToLong(from -> from.brought(task.type())).sum();
        show(() -> {
            Duration elapsed = since(start);
            long done = readOnDisk.get();
            long resources = lines.get() - before;
            return "ETL " + (total == 0 ? "" : Amounts.percent(done, total) + ", ")
                    + Amounts.timeLeft(elapsed, total == 0 ? 0 : (double) done / total)
                            .map(left -> left + ", ")
                            .orElse("")
                    + task.table() + " " + Amounts.count(resources)
                    + (announced == 0 || announced < resources
                            ? " resources, "
                            : " of " + Amounts.count(announced) + " resources, ")
                    + "after " + Amounts.duration(elapsed) + ", " + Amounts.bytes(bytes.get()) + ", "
                    + Amounts.rate(bytes.get(), elapsed);
        });
    }

    @Override
    public void readOnDisk(long read) {
        readOnDisk.addAndGet(read);
    }

    @Override
    public void read(long resources, long read) {
        lines.addAndGet(resources);
        bytes.addAndGet(read);
    }

    @Override
    public void lineSkipped(EtlTask task, String file, long line, LineProblem problem, String element) {
        warnings++;
        if (warnings <= MOST_WARNINGS_A_TABLE) {
            boolean tells = !element.isEmpty() && problem != LineProblem.OPERATION_OUTCOME;
            warn(file + ", line " + line + " " + EtlMessages.of(problem) + (tells ? " (" + element + ")" : "")
                    + "; left out");
        } else if (warnings == MOST_WARNINGS_A_TABLE + 1) {
            warn("More lines of " + task.type() + " are left out; the table at the end counts them");
        }
    }

    @Override
    public void fileUnreadable(String file, String reason) {
        warn(EtlMessages.unreadable(file, reason));
    }

    @Override
    public void canaryBegan() {
        Instant start = now();
        show(() -> "PHI canary: " + Amounts.bytes(compared.get()) + " read, "
                + Amounts.rate(compared.get(), since(start)) + ", after " + Amounts.duration(since(start)));
    }

    @Override
    public void canaryRead(long read) {
        compared.addAndGet(read);
    }

    @Override
    public void warned(EtlWarning warning) {
        warn(EtlMessages.of(warning));
    }

    @Override
    public void deletedLeftOver(Path folder) {
        info("Deleted " + folder + ", which a run that was killed had left");
    }

    @Override
    public void foundLeftOver(Path folder) {
        warn(folder + " may be patients' data that a run that was killed has left. If no run uses it, delete it.");
    }

    @Override
    public void leftOverUnknown(Path phi, IOException reason) {
        warn("Cannot look for what killed runs have left in " + phi + ": " + Failures.reason(reason));
    }

    @Override
    public void waitsForOther(CodebookFailure inUse) {
        info("Another run (process " + inUse.what() + ") works with " + inUse.where() + "; waiting for it");
    }

    @Override
    public void exportsInto(Path folder, boolean stays) {
        info("Exporting into " + folder
                + (stays ? ", where it stays" : ", which is deleted when this goal ends (exportTo would keep it)"));
    }

    @Override
    public void exportStays(Path folder) {
        info("The export stays in " + folder);
    }

    @Override
    public void deletesExport(Path folder) {
        info("Deleting " + folder);
    }

    @Override
    public void exportNotDeleted(Path folder, IOException reason) {
        warn("Could not delete all of " + folder + ": " + Failures.reason(reason)
                + ". It holds patients' data: delete it.");
    }

    /** Says what there is to see of the tables, whoever made them. */
    void ended(Outcome outcome) {
        if (outcome instanceof Outcome.Built built) {
            summary(built.summary(), built.output());
        } else if (outcome instanceof Outcome.ResourcesLost lost) {
            summary(lost.tables().summary(), lost.tables().output());
        } else if (outcome instanceof Outcome.BuiltBefore before) {
            info("Up to date: made in " + before.output() + " by "
                    + before.tables().finished() + ", "
                    + counted(before.tables().tables(), "table") + ", "
                    + counted(before.tables().rows(), "row"));
        }
    }

    /** The table at the end. */
    void summary(EtlSummary summary, Path output) {
        hide();
        info("");
        info(row("Table", "Read", "Written", "Dropped", "Deleted", "Complete"));
        summary.tables().forEach(table -> info(row(table)));
        info("");
        summary.tables().forEach(this::dropped);
        summary.medications().ifPresent(result -> HydrationConsole.summary(result, this::info, this::warn));
        otherVersions(summary.scrubbed());
        notFhir(summary.scrubbed());
        references(summary.scrubbed());
        extensions(summary.scrubbed().extensions());
        canary(summary.canary());
        completion(summary.completion());
        info("In " + output + ", after " + Amounts.duration(summary.duration()) + ", " + Amounts.bytes(bytes.get())
                + ", " + Amounts.rate(bytes.get(), summary.duration()));
    }

    private static String row(TableSummary table) {
        long dropped = table.read() - table.written() - table.deleted();
        return row(
                table.task().table(),
                Amounts.count(table.read()),
                Amounts.count(table.written()),
                Amounts.count(dropped),
                Amounts.count(table.deletedIds()),
                table.incomplete().isEmpty() ? "yes" : "no");
    }

    private static String row(String table, String read, String written, String dropped, String deleted, String claim) {
        return String.format(Locale.ROOT, "%-20s %12s %12s %9s %9s %9s", table, read, written, dropped, deleted, claim);
    }

    private void dropped(TableSummary table) {
        if (table.superseded() > 0) {
            info(table.task().table() + ": " + Amounts.count(table.superseded())
                    + " replaced by a later resource with the same id");
        }
        table.problems()
                .forEach((problem, count) -> warn(table.task().table() + ": " + Amounts.count(count)
                        + " left out; each " + EtlMessages.of(problem)));
    }

    private void completion(CompletionReport completion) {
        if (!completion.vouched().isEmpty()) {
            info("Called complete because <completeResources> vouches for them: "
                    + String.join(", ", completion.vouched()));
        }
        if (!completion.noneCame().isEmpty()) {
            String tables = String.join(", ", completion.noneCame());
            if (completion.namedInExport()) {
                info("The export asked for these types and none came, so their tables are empty and complete: "
                        + tables);
            } else {
                warn("The export asked for all types and none of these came, so their tables are empty and complete: "
                        + tables + ". If the server does not export them, or the client's scopes leave them out, name"
                        + " them in <excludeResources> to take that back.");
            }
        }
        encounters(completion);
    }

    private void encounters(CompletionReport completion) {
        if (completion.encounters() == 0) {
            return;
        }
        if (!completion.gaps().isEmpty()) {
            warn("Cumulus Library (" + CumulusLibrary.VERSION + ") will show none of these Encounters until all "
                    + CumulusLibrary.TYPES.size() + " tables that it needs are complete as of " + completion.time()
                    + " or later. Not complete: "
                    + String.join(", ", completion.gaps().keySet()) + ".");
            for (Gap gap : Gap.values()) {
                List<String> tables = completion.gaps().entrySet().stream()
                        .filter(entry -> entry.getValue() == gap)
                        .map(Map.Entry::getKey)
                        .toList();
                if (!tables.isEmpty()) {
                    warn("  " + String.join(", ", tables) + ": " + remedy(gap));
                }
            }
        }
        String shown = "Encounters that Cumulus Library will show: " + Amounts.count(completion.encountersShown())
                + " of " + Amounts.count(completion.encounters());
        if (completion.encountersShown() == completion.encounters()) {
            info(shown);
        } else if (completion.gaps().isEmpty()) {
            warn(shown + ". The others are entered in error, or their Patient is not in the tables.");
        } else {
            warn(shown);
        }
    }

    private static String remedy(Gap gap) {
        return switch (gap) {
            case NO_FILES ->
                "no files. If the export was asked for this and none came, set <allowMissingResources>: that makes an"
                        + " empty table and calls it complete.";
            case NOT_ASKED_FOR ->
                "the export was not asked for this. Export it, too, and build its table; if there will never be any,"
                        + " name it in <completeResources>.";
            case FILTERED ->
                "a _typeFilter limited the export. Export without it, or vouch for what came in <completeResources>.";
            case NOT_SELECTED -> "not among <tasks>. Build it from the same export or a later one.";
            case EXCLUDED ->
                "in <excludeResources>, which is only a record that Cumulus Library does not read. Take it out there,"
                        + " and set <allowMissingResources> if there will never be any.";
            case OTHER_EXPORT ->
                "complete only for another group than the Encounters', or as of an earlier time. Export it for the same"
                        + " group, at the same time or later.";
            case LOST -> "something is lost, as said above. Repair that, and run it again.";
        };
    }

    private void canary(CanaryReport canary) {
        if (canary.mode() == CanaryMode.OFF) {
            warn("PHI canary: off. Nothing was compared with what identifies patients.");
        } else if (canary.counts().patients() == 0) {
            warn("PHI canary: the input has no Patient to compare the rows with. Where another folder has them, name it"
                    + " in <canaryPatients>.");
        } else {
            info("PHI canary (" + canary.mode().word() + "): "
                    + (canary.acknowledged().isEmpty() ? "nothing" : "nothing else") + " found in "
                    + Amounts.count(canary.rowsChecked()) + " of " + Amounts.count(canary.rows()) + " rows of "
                    + Amounts.count(canary.counts().values()) + " values that identify "
                    + Amounts.count(canary.counts().patients()) + " patients. Not compared: "
                    + Amounts.count(canary.counts().tooCommon()) + " values that are too common; "
                    + String.join(", ", CanaryReport.NOT_COMPARED));
        }
        unreadPatients(canary.counts());
        canary.acknowledged()
                .forEach(finding -> warn("PHI canary: " + finding.place().acknowledgement() + ", found in "
                        + (finding.rows() == 1 ? "a row" : "at least " + Amounts.count(finding.rows()) + " rows")
                        + ", is acknowledged"));
        canary.unused()
                .forEach(line -> warn("PHI canary: nothing was found that \"" + line
                        + "\" in <acknowledgedFindings> stands for. Delete the line, if it is of no use any more."));
    }

    private void unreadPatients(CanaryReport.Counts counts) {
        if (counts.unreadFiles() + counts.unreadLines() > 0) {
            warn("PHI canary: of Patients, files that could not be read to their end: "
                    + Amounts.count(counts.unreadFiles()) + ", lines: " + Amounts.count(counts.unreadLines())
                    + ". Nobody looked for what is in them. A run with patient among <tasks> names them: mend the"
                    + " input, and run it again.");
        }
    }

    private void notFhir(ScrubReport report) {
        String elements = report.elements().entrySet().stream()
                .filter(element -> element.getValue().ofWrongType() > 0)
                .map(element -> element.getKey() + " ("
                        + Amounts.count(element.getValue().ofWrongType()) + ")")
                .collect(Collectors.joining(", "));
        if (!elements.isEmpty()) {
            warn("Values that are not of their element's type in FHIR R4, or none of its codes, were dropped: "
                    + elements
                    + ". To keep them as they are, put lines like \"Patient.gender free-text\" into the file of"
                    + " <deidRules>.");
        }
        if (report.repairedStrings() > 0) {
            warn("Half characters (lone surrogates) were replaced by U+FFFD in "
                    + Amounts.count(report.repairedStrings()) + " strings.");
        }
    }

    private void otherVersions(ScrubReport report) {
        Map<String, Long> counts = report.ofOtherVersions();
        if (!counts.isEmpty()) {
            Map<String, List<String>> byType = counts.keySet().stream()
                    .map(path -> path.split("\\."))
                    .collect(Collectors.groupingBy(
                            path -> path[0], TreeMap::new, Collectors.mapping(path -> path[1], Collectors.toList())));
            warn("Is this FHIR " + String.join(" or ", report.otherVersions())
                    + "? The tables are made of FHIR R4, which does not know these elements, so that they were dropped: "
                    + byType.entrySet().stream()
                            .map(type -> type.getKey() + " (" + String.join(", ", type.getValue()) + ")")
                            .collect(Collectors.joining(", "))
                    + ". Ask the server for R4.");
        }
    }

    private void references(ScrubReport report) {
        if (!report.joiningNothing().isEmpty()) {
            warn("References that join no row: "
                    + report.joiningNothing().entrySet().stream()
                            .map(form -> words(form.getKey()) + " (" + Amounts.count(form.getValue()) + ")")
                            .collect(Collectors.joining(", "))
                    + "."
                    + (report.joiningNothing().containsKey(Form.OTHER_URL)
                            ? " If these URLs are the server's own, name its FHIR base in <fhirUrl>."
                            : ""));
        }
    }

    private static String words(Form form) {
        return switch (form) {
            case SEARCH -> "searches instead of ids";
            case OTHER_URL -> "URLs of other servers";
            case URN -> "URNs of an unknown resource type";
            case UNTYPED -> "ids without a resource type";
            case MALFORMED -> "texts that are no references";
            case RESOURCE, CONTAINED -> throw new IllegalArgumentException(form.code());
        };
    }

    private void extensions(ExtensionReport report) {
        counts("Extensions that the rules do not know, and that were dropped:", report.dropped());
        counts("Resources left out for a modifier extension that the rules do not know:", report.skipped());
        if (!report.rules().isEmpty()) {
            info("To keep them, look at what they hold, and put these lines into a file for <deidRules>:");
            report.rules().forEach(line -> info("  " + line));
        }
    }

    private void counts(String title, Map<String, Map<String, Long>> byType) {
        if (!byType.isEmpty()) {
            info(title);
            byType.forEach((type, urls) -> info("  " + type + ": "
                    + urls.entrySet().stream()
                            .map(url -> url.getKey() + " (" + Amounts.count(url.getValue()) + ")")
                            .collect(Collectors.joining(", "))));
        }
    }
}
