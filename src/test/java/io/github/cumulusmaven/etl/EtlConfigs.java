package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.table.NdjsonFormat;
import java.util.Optional;

/** Spells out the configurations of runs for tests, which name only what they are about. */
public final class EtlConfigs {
    private EtlConfigs() {}

    /** A run that is told nothing of the export: its folder tells. */
    static EtlConfig ofFolder(EtlFolders folders, Selection selection, CanaryConfig canary) {
        return config(folders, selection, 1000, Optional.empty(), Optional.empty(), "a comment", 2, canary);
    }

    /** A run that is told group and time of the export. */
    public static EtlConfig ofCohort(EtlFolders folders, Selection selection, int threads, CanaryConfig canary) {
        Optional<ExportTime> time = ExportTime.parse("2024-01-01T00:00:00Z");
        return config(folders, selection, 500, Optional.of("cohort"), time, "", threads, canary);
    }

    private static EtlConfig config(
            EtlFolders folders,
            Selection selection,
            int batchSize,
            Optional<String> group,
            Optional<ExportTime> time,
            String comment,
            int threads,
            CanaryConfig canary) {
        return new EtlConfig(
                folders,
                folders.inputs().get(0).toString(),
                selection,
                new NdjsonFormat(),
                batchSize,
                0,
                Optional.empty(),
                UrlRewrites.NONE,
                group,
                time,
                comment,
                threads,
                "1.2.3",
                canary);
    }
}
