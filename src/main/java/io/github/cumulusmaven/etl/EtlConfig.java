package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.table.OutputFormat;
import java.util.Optional;

/**
 * A run, ready to go.
 *
 * @param folders where it reads and writes
 * @param source what the user named as the input: the input folder, or the URL that it was exported from
 * @param selection which tables are built
 * @param format how tables lie in the output folder
 * @param batchSize rows per output file
 * @param maxErrorRate how many of the resources may be lost, from 0 to 1
 * @param fhirUrl base of the server that the data come from, beside what their logs say
 * @param rewrites what that server calls itself
 * @param exportGroup instead of what the export log says
 * @param exportTime instead of what the export log says
 * @param comment for the record
 * @param threads how many lines are worked on at the same time
 * @param version of this plugin
 * @param canary whether what is written is compared with what identifies patients, and what of it is acknowledged
 */
public record EtlConfig(
        EtlFolders folders,
        String source,
        Selection selection,
        OutputFormat format,
        int batchSize,
        double maxErrorRate,
        Optional<String> fhirUrl,
        UrlRewrites rewrites,
        Optional<String> exportGroup,
        Optional<ExportTime> exportTime,
        String comment,
        int threads,
        String version,
        CanaryConfig canary) {
    /**
     * Checks the numbers; the rest was checked when it was made.
     *
     * @throws InvalidSetting when a number is out of its range
     */
    public EtlConfig validated() throws InvalidSetting {
        if (batchSize < 1) {
            throw new InvalidSetting("batchSize", String.valueOf(batchSize), Kind.TOO_SMALL, 1);
        }
        if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
            throw new InvalidSetting("maxErrorRate", String.valueOf(maxErrorRate), Kind.OUT_OF_RANGE, 0, 1);
        }
        return this;
    }
}
