package io.github.cumulusmaven.run;

import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.EtlConfig;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.etl.EtlJob;
import io.github.cumulusmaven.etl.EtlListener;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.EtlTask;
import io.github.cumulusmaven.etl.Supplement;
import io.github.cumulusmaven.etl.canary.PhiFound;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.files.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes de-identified tables of an export.
 *
 * @param context of the program
 * @param config of the run
 * @param rules for what stays of a resource
 */
public record EtlRun(RunContext context, EtlConfig config, ScrubRules rules) {
    private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(30);
    private static final EtlListener NOBODY = new EtlListener() {};

    /** Hears what the ETL does, and what it finds in the folder of the secrets. */
    public interface Listener extends EtlListener {
        /** A folder that a killed run had left was deleted. */
        default void deletedLeftOver(Path folder) {}

        /** A folder may be what a killed run has left. */
        default void foundLeftOver(Path folder) {}

        /** It cannot be told whether killed runs have left anything. */
        default void leftOverUnknown(Path phi, IOException reason) {}

        /** Another run works with the same secrets; this one waits for it. */
        default void waitsForOther(CodebookFailure inUse) {}
    }

    /** Lists the types of the tables that the user named; none where all are wanted. */
    public List<String> namedTypes() {
        return config.selection().named()
                ? config.selection().tasks().stream().map(EtlTask::type).toList()
                : List.of();
    }

    /**
     * Refuses what would be refused after the export.
     *
     * @param exported the types that are asked for; none for all
     */
    public void check(List<String> exported) throws InvalidSetting, EtlFailure, CodebookFailure {
        List<String> missing = namedTypes().stream()
                .filter(type -> !exported.isEmpty() && !exported.contains(type))
                .filter(type -> config.selection().vouched().stream()
                        .noneMatch(task -> task.type().equals(type)))
                .toList();
        if (!missing.isEmpty() && !config.selection().allowMissing()) {
            throw new InvalidSetting(
                    "tasks", String.join(",", missing).toLowerCase(Locale.ROOT), InvalidSetting.Kind.NOT_EXPORTED);
        }
        job(NOBODY).check();
    }

    /**
     * Looks whether the tables are there already.
     *
     * @param wants whether this run is to fetch Medications
     * @param fetches whether it can ask a server for them now
     */
    public Optional<Outcome.BuiltBefore> upToDate(boolean wants, boolean fetches) throws EtlFailure, CodebookFailure {
        return job(NOBODY)
                .upToDate(wants, fetches)
                .map(tables -> new Outcome.BuiltBefore(tables, config.folders().output()));
    }

    private EtlJob job(EtlListener listener) {
        return new EtlJob(config, rules, context.clock(), listener);
    }

    /** Deletes patients' data that killed runs have left: they do not lie there any longer than must be. */
    public void tidy(Listener listener) {
        Path phi = config.folders().phi();
        try {
            TemporaryFolder.LeftOver found = TemporaryFolder.deleteLeftOver(phi);
            found.deleted().forEach(listener::deletedLeftOver);
            found.undeleted().forEach(listener::foundLeftOver);
        } catch (IOException unreadable) {
            listener.leftOverUnknown(phi, unreadable);
        }
    }

    /**
     * Makes the tables.
     *
     * @param medications brings those that the input lacks, if that is wanted
     */
    public Outcome build(Listener listener, Optional<Supplement> medications)
            throws EtlFailure, CodebookFailure, InterruptedException {
        EtlJob job = job(listener);
        job.with(context.secrets());
        medications.ifPresent(job::with);
        try {
            EtlSummary summary = job.run();
            Outcome.Built built = new Outcome.Built(summary, config.folders().output());
            return summary.hasTooManyErrors() ? new Outcome.ResourcesLost(built) : built;
        } catch (PhiFound found) {
            return new Outcome.PhiFound(found.findings(), found.output());
        }
    }

    /** Makes the tables when no other run works with the same secrets: an export of days is not lost to it. */
    public Outcome buildWhenFree(Listener listener, Optional<Supplement> medications)
            throws EtlFailure, CodebookFailure, InterruptedException {
        for (boolean first = true; ; first = false) {
            try {
                return build(listener, medications);
            } catch (CodebookFailure busy) {
                if (busy.kind() != CodebookFailure.Kind.IN_USE) {
                    throw busy;
                }
                if (first) {
                    listener.waitsForOther(busy);
                }
                context.sleeper().sleep(UNTIL_ASKED_AGAIN);
            }
        }
    }
}
