package io.github.cumulusmaven.bulk;

import java.nio.file.Path;
import java.time.Duration;

/**
 * An export, ready to run.
 *
 * @param target which server, whose data
 * @param parameters what is asked for
 * @param directory where to
 * @param parallelDownloads how many files at a time
 * @param compress whether files are kept as gzip
 * @param maxPollInterval the longest wait between two status requests, whatever the server wishes
 * @param validation how closely files are looked at
 */
public record ExportConfig(
        ExportTarget target,
        ExportParameters parameters,
        Path directory,
        int parallelDownloads,
        boolean compress,
        Duration maxPollInterval,
        Validation validation) {
    private static final int MOST_PARALLEL = 64;

    /** Looks at files as closely as is usual. */
    public ExportConfig(
            ExportTarget target,
            ExportParameters parameters,
            Path directory,
            int parallelDownloads,
            boolean compress,
            Duration maxPollInterval) {
        this(target, parameters, directory, parallelDownloads, compress, maxPollInterval, Validation.LINES);
    }

    /**
     * Checks the numbers; the rest was checked when it was made.
     *
     * @throws InvalidSetting when a number is out of its range
     */
    public ExportConfig validated() throws InvalidSetting {
        if (parallelDownloads < 1 || parallelDownloads > MOST_PARALLEL) {
            throw new InvalidSetting(
                    "parallelDownloads", String.valueOf(parallelDownloads), "must be from 1 to " + MOST_PARALLEL);
        }
        if (maxPollInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidSetting("maxPollInterval", maxPollInterval.toString(), "must be a second (PT1S) or more");
        }
        return this;
    }
}
