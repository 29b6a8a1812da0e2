package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.EtlConfig;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.etl.EtlJob;
import io.github.cumulusmaven.etl.EtlJob.UpToDate;
import io.github.cumulusmaven.etl.EtlListener;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.Supplement;
import io.github.cumulusmaven.files.TemporaryFolder;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.maven.plugin.logging.Log;

/**
 * One run of the ETL, with what it takes from the build around it.
 *
 * @param config of the run
 * @param rules for what stays of a resource
 * @param log of the build
 * @param progress shown meanwhile
 * @param clock of the JVM
 * @param sleeper waits
 * @param secrets that nobody is to be shown
 * @param medications fetches those that the input lacks, if that is wanted
 */
record EtlRun(
        EtlConfig config,
        ScrubRules rules,
        Log log,
        Supplier<Progress> progress,
        InstantSource clock,
        Sleeper sleeper,
        Secrets secrets,
        Optional<Medications> medications) {
    private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(30);

    /** Where Medications come from, told what shows how far they are. */
    @FunctionalInterface
    interface Medications {
        Supplement from(Progress shown);
    }

    /** The same with Medications. */
    EtlRun with(Medications fetched) {
        return new EtlRun(config, rules, log, progress, clock, sleeper, secrets, Optional.of(fetched));
    }

    /** Of the tables that the user named; none where all are wanted. */
    List<String> namedTypes() {
        return config.selection().named()
                ? config.selection().tasks().stream().map(EtlTask::type).toList()
                : List.of();
    }

    /**
     * Refuses what would be refused after the export.
     *
     * @param exported the types that are asked for; none for all
     */
    void check(List<String> exported) throws InvalidSetting, EtlFailure, CodebookFailure {
        List<String> missing = namedTypes().stream()
                .filter(type -> !exported.isEmpty() && !exported.contains(type))
                .filter(type -> config.selection().vouched().stream()
                        .noneMatch(task -> task.type().equals(type)))
                .toList();
        if (!missing.isEmpty() && !config.selection().allowMissing()) {
            throw new InvalidSetting(
                    "tasks",
                    String.join(",", missing).toLowerCase(Locale.ROOT),
                    "are not among the <types> to export: add them there, or leave <types> out");
        }
        new EtlJob(config, rules, clock, new EtlListener() {}).check();
    }

    /**
     * Looks whether the tables are there already, and says so.
     *
     * @param wants whether this run is to fetch Medications
     * @param fetches whether it can ask a server for them now
     */
    boolean isUpToDate(boolean wants, boolean fetches) throws EtlFailure, CodebookFailure {
        Optional<UpToDate> tables = new EtlJob(config, rules, clock, new EtlListener() {}).upToDate(wants, fetches);
        tables.ifPresent(made -> EtlConsole.upToDate(log, made, config.folders().output()));
        return tables.isPresent();
    }

    /** Patients' data that killed runs have left do not lie there any longer than must be. */
    void tidy() {
        Path phi = config.folders().phi();
        try {
            TemporaryFolder.LeftOver found = TemporaryFolder.deleteLeftOver(phi);
            found.deleted().forEach(folder -> log.info("Deleted " + folder + ", which a run that was killed had left"));
            found.undeleted()
                    .forEach(folder -> log.warn(folder + " may be patients' data that a run that was killed has left."
                            + " If no run uses it, delete it."));
        } catch (IOException unreadable) {
            log.warn("Cannot look for what killed runs have left in " + phi + ": " + Failures.reason(unreadable));
        }
    }

    void build() throws Exception {
        try (Progress shown = progress.get()) {
            EtlConsole console = new EtlConsole(log, shown, clock);
            EtlJob job = new EtlJob(config, rules, clock, console);
            job.with(secrets);
            medications.ifPresent(source -> job.with(source.from(shown)));
            EtlSummary summary = job.run();
            console.summary(summary, config.folders().output());
            if (summary.hasTooManyErrors()) {
                throw new ResourcesLost(summary.errors(), config.folders().output());
            }
        }
    }

    /** Waits for another run that works with the same secrets: an export of days is not lost to it. */
    void buildWhenFree() throws Exception {
        for (boolean first = true; ; first = false) {
            try {
                build();
                return;
            } catch (CodebookFailure busy) {
                if (busy.kind() != CodebookFailure.Kind.IN_USE) {
                    throw busy;
                }
                if (first) {
                    log.info("Another run (" + busy.getMessage() + ") works with " + busy.where() + "; waiting for it");
                }
                sleeper.sleep(UNTIL_ASKED_AGAIN);
            }
        }
    }
}
