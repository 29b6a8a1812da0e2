package io.github.cumulusmaven.run;

import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.etl.EtlJob.UpToDate;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.canary.PhiFinding;
import io.github.cumulusmaven.hydrate.Hydrated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells how a run ended; only what no run can foresee is an exception. */
public sealed interface Outcome {
    /** Stands for a run that an exception ended. */
    String FAILED = "failed";

    /** Names the outcome for the rest of a build, and in {@code export.json} for whoever comes later. */
    default String word() {
        return "done";
    }

    /** The run did its work, and what came of it is not good enough. */
    sealed interface Failed extends Outcome {
        @Override
        default String word() {
            return FAILED;
        }
    }

    /** All is done, and there is nothing more to tell of it. */
    record Done() implements Outcome {}

    /** What the run needs is not there yet. */
    record Skipped() implements Outcome {
        @Override
        public String word() {
            return "skipped";
        }
    }

    /** The time of the run is over; another one goes on. */
    record Paused(Duration sinceKickOff) implements Outcome {
        @Override
        public String word() {
            return "paused";
        }
    }

    /**
     * The export is here, but for the summary's exceptions, which could not be had.
     *
     * @param before when an earlier run finished it; empty where this one did
     */
    record Exported(ExportSummary summary, Path folder, Optional<String> before) implements Outcome {
        @Override
        public String word() {
            if (!summary.exceptions().isEmpty()) {
                return "incomplete";
            }
            return before.isPresent() ? "up-to-date" : "done";
        }
    }

    /** The export is here, and the server reports in it that what it made is not everything. */
    record ServerErrors(Exported export) implements Outcome {
        @Override
        public String word() {
            return "incomplete";
        }
    }

    /** The tables are made. */
    record Built(EtlSummary summary, Path output) implements Outcome {}

    /** The tables were there before. */
    record BuiltBefore(UpToDate tables, Path output) implements Outcome {
        @Override
        public String word() {
            return "up-to-date";
        }
    }

    /** The tables are made, and more resources than allowed are missing from them. */
    record ResourcesLost(Built tables) implements Failed {}

    /**
     * The tables would hold what identifies patients, so they were not published.
     *
     * @param output where nothing was published
     */
    record PhiFound(List<PhiFinding> findings, String output) implements Failed {}

    /** What the export left out was fetched. */
    record Fetched(List<Hydrated> results) implements Outcome {}

    /** More than allowed of what the export left out could not be fetched. */
    record NotAllFetched(List<Hydrated> results) implements Failed {}
}
