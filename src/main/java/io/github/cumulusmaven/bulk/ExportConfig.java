package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import java.nio.file.Path;
import java.util.Map;

/**
 * An export, ready to run.
 *
 * @param target which server, whose data
 * @param parameters what is asked for
 * @param directory where to
 * @param parallelDownloads how many files at a time
 * @param compress whether files are kept as gzip
 * @param patience how long it waits
 * @param validation how closely files are looked at
 * @param restartExpired whether a job that the server has forgotten is replaced by one for what is missing
 * @param client how the build names the SMART client: what another run needs to find it again, and no secret
 * @param acceptMissing whether the export ends without files that cannot be had
 */
public record ExportConfig(
        ExportTarget target,
        ExportParameters parameters,
        Path directory,
        int parallelDownloads,
        boolean compress,
        Patience patience,
        Validation validation,
        boolean restartExpired,
        Map<String, String> client,
        boolean acceptMissing) {
    private static final int MOST_PARALLEL = 64;

    public ExportConfig {
        client = Map.copyOf(client);
    }

    /** For no client in particular. */
    public ExportConfig(
            ExportTarget target,
            ExportParameters parameters,
            Path directory,
            int parallelDownloads,
            boolean compress,
            Patience patience,
            Validation validation,
            boolean restartExpired) {
        this(
                target,
                parameters,
                directory,
                parallelDownloads,
                compress,
                patience,
                validation,
                restartExpired,
                Map.of(),
                false);
    }

    /** What is asked for, under an id. */
    ExportRequest request(String exportId, String kickedOff) {
        return new ExportRequest(
                exportId, target.base() + target.level().path(), parameters.values(), compress, kickedOff, client);
    }

    /** Makes the same for other parameters. */
    ExportConfig with(ExportParameters other) {
        return changed(other, client, acceptMissing);
    }

    /** Makes the same for a client that the build names so. */
    public ExportConfig with(Map<String, String> named) {
        return changed(parameters, named, acceptMissing);
    }

    /** Makes the same, and says whether it ends without files that cannot be had. */
    public ExportConfig acceptingMissing(boolean accept) {
        return changed(parameters, client, accept);
    }

    private ExportConfig changed(ExportParameters asked, Map<String, String> named, boolean accept) {
        return new ExportConfig(
                target,
                asked,
                directory,
                parallelDownloads,
                compress,
                patience,
                validation,
                restartExpired,
                named,
                accept);
    }

    /**
     * Checks the numbers; the rest was checked when it was made.
     *
     * @throws InvalidSetting when a number is out of its range
     */
    public ExportConfig validated() throws InvalidSetting {
        if (parallelDownloads < 1 || parallelDownloads > MOST_PARALLEL) {
            throw new InvalidSetting(
                    "parallelDownloads", String.valueOf(parallelDownloads), Kind.OUT_OF_RANGE, 1, MOST_PARALLEL);
        }
        patience.validate();
        return this;
    }
}
