package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.deid.ExtensionReport;
import io.github.cumulusmaven.etl.EtlListener;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.LineProblem;
import io.github.cumulusmaven.etl.TableSummary;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/** What a user sees of an ETL run; never what is in a resource. */
final class EtlConsole implements EtlListener {
    /** Lines of a damaged file are all alike. */
    private static final int MOST_WARNINGS_A_TABLE = 10;

    private final Log log;
    private final Progress progress;
    private final InstantSource clock;
    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();
    private int warnings;

    EtlConsole(Log log, Progress progress, InstantSource clock) {
        this.log = log;
        this.progress = progress;
        this.clock = clock;
    }

    private void info(String line) {
        progress.message(() -> log.info(Consoles.printable(line)));
    }

    private void warn(String line) {
        progress.message(() -> log.warn(Consoles.printable(line)));
    }

    @Override
    public void began(ExportOrigin origin, List<EtlTask> tasks) {
        info("ETL of " + (origin.group().isEmpty() ? "an export of no group" : "group " + origin.group())
                + ", data as of " + origin.time() + ", into " + Amounts.count(tasks.size())
                + (tasks.size() == 1 ? " table" : " tables"));
    }

    @Override
    public void tableBegan(EtlTask task, int files) {
        warnings = 0;
        Instant began = clock.instant();
        long linesBefore = lines.get();
        long bytesBefore = bytes.get();
        progress.show(() -> task.table() + ": " + Amounts.count(lines.get() - linesBefore) + " resources, "
                + Amounts.bytes(bytes.get() - bytesBefore) + ", "
                + Amounts.rate(bytes.get() - bytesBefore, Duration.between(began, clock.instant())));
    }

    @Override
    public void read(long resources, long read) {
        lines.addAndGet(resources);
        bytes.addAndGet(read);
    }

    @Override
    public void lineSkipped(EtlTask task, String file, long line, LineProblem problem) {
        warnings++;
        if (warnings <= MOST_WARNINGS_A_TABLE) {
            warn(file + ", line " + line + " " + problem.words() + "; left out");
        } else if (warnings == MOST_WARNINGS_A_TABLE + 1) {
            warn("More lines of " + task.type() + " are left out; the table at the end counts them");
        }
    }

    @Override
    public void fileUnreadable(String file, String reason) {
        warn(file + " cannot be read to its end: " + reason);
    }

    @Override
    public void canaryBegan() {
        Instant began = clock.instant();
        progress.show(() -> "PHI canary: " + Amounts.bytes(compared.get()) + " read, "
                + Amounts.rate(compared.get(), Duration.between(began, clock.instant())));
    }

    @Override
    public void canaryRead(long read) {
        compared.addAndGet(read);
    }

    @Override
    public void warned(String warning) {
        warn(warning);
    }

    /** The table at the end. */
    void summary(EtlSummary summary, Path output) {
        progress.show(() -> "");
        info("");
        info(row("Table", "Read", "Written", "Dropped", "Deleted", "Complete"));
        summary.tables().forEach(table -> info(row(table)));
        info("");
        summary.tables().forEach(this::dropped);
        summary.medications().ifPresent(result -> HydrationConsole.summary(result, this::info, this::warn));
        extensions(summary.scrubbed().extensions());
        canary(summary.canary());
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
                .forEach((problem, count) -> warn(
                        table.task().table() + ": " + Amounts.count(count) + " left out; each " + problem.words()));
    }

    private void canary(CanaryReport canary) {
        if (canary.mode() == CanaryMode.OFF) {
            warn("PHI canary: off. Nothing was compared with what identifies patients.");
        } else if (canary.counts().patients() == 0) {
            warn("PHI canary: the input has no Patient to compare the rows with.");
        } else {
            info("PHI canary (" + canary.mode().word() + "): "
                    + (canary.acknowledged().isEmpty() ? "nothing" : "nothing else") + " found in "
                    + Amounts.count(canary.rowsChecked()) + " of " + Amounts.count(canary.rows()) + " rows of "
                    + Amounts.count(canary.counts().values()) + " values that identify "
                    + Amounts.count(canary.counts().patients()) + " patients. Not compared: "
                    + Amounts.count(canary.counts().tooCommon()) + " values that are too common; "
                    + String.join(", ", CanaryReport.NOT_COMPARED));
        }
        canary.acknowledged()
                .forEach(finding -> warn("PHI canary: " + finding.place().acknowledgement() + ", found in "
                        + (finding.rows() == 1 ? "a row" : "at least " + Amounts.count(finding.rows()) + " rows")
                        + ", is acknowledged"));
        canary.unused()
                .forEach(line -> warn("PHI canary: nothing was found that \"" + line
                        + "\" in <acknowledgedFindings> stands for. Delete the line, if it is of no use any more."));
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
