package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.CanaryMode;
import io.github.cumulusmaven.etl.EtlConfig;
import io.github.cumulusmaven.etl.EtlFolders;
import io.github.cumulusmaven.etl.EtlJob;
import io.github.cumulusmaven.etl.EtlSummary;
import io.github.cumulusmaven.etl.Selection;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.progress.ProgressMode;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Makes de-identified tables of an export's folder, for Cumulus Library: names, addresses, numbers and exact birth dates
 * go, ids become hashes that only the PHI folder can trace back, and a record says which tables are complete.
 *
 * @since 0.1.0
 */
@Mojo(name = "etl", threadSafe = true, requiresProject = false)
public class EtlMojo extends AbstractCumulusMojo {
    /**
     * The folder of an export: NDJSON files at any depth, also gzipped, and the export's {@code log.ndjson}.
     *
     * <pre>{@code
     * <input>/data/phi/export-2026-11</input>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.input", defaultValue = "${basedir}/cumulus/export", required = true)
    @Nullable
    File input;

    /**
     * The folder of the tables. Others may see what is in it. It must be empty.
     *
     * <pre>{@code
     * <outputDirectory>/data/cumulus/2026-11</outputDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.outputDirectory", defaultValue = "${basedir}/cumulus/output", required = true)
    @Nullable
    File outputDirectory;

    /**
     * The folder of the secrets, which turn patients' ids into others and back: keep it private, back it up, and use the
     * same one for each run. Cumulus ETL's own can be used. It is made where it does not exist, for its owner only; it must
     * not lie in {@code outputDirectory} nor in {@code target}.
     *
     * <pre>{@code
     * <phiDirectory>/secure/cumulus-phi</phiDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.phiDirectory", required = true)
    @Nullable
    File phiDirectory;

    /**
     * How the tables are written: {@code ndjson}.
     *
     * <pre>{@code
     * <outputFormat>ndjson</outputFormat>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.outputFormat", defaultValue = "ndjson")
    String outputFormat = "ndjson";

    /**
     * How many rows a file of a table has.
     *
     * <pre>{@code
     * <batchSize>50000</batchSize>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.batchSize", defaultValue = "100000")
    int batchSize;

    /**
     * The tables to make, by their resource types; all for which there is input, if not said. Each one named must have
     * input.
     *
     * <pre>{@code
     * <tasks>
     *   <task>encounter</task>
     *   <task>patient</task>
     * </tasks>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.tasks")
    List<String> tasks = List.of();

    /**
     * Resource types that are absent on purpose: the completion tables say so, and consumers do not wait for them.
     *
     * <pre>{@code
     * <excludeResources>
     *   <type>DocumentReference</type>
     * </excludeResources>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.excludeResources")
    List<String> excludeResources = List.of();

    /**
     * Makes tables, and calls them complete, also where there is no input: for an export that was asked for all types and
     * has none of some.
     *
     * <pre>{@code
     * <allowMissingResources>true</allowMissingResources>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.allowMissingResources", defaultValue = "false")
    boolean allowMissingResources;

    /**
     * A folder for copies of the lines that could not become rows. They are patients' data as they came: the folder is
     * made for its owner only.
     *
     * <pre>{@code
     * <errorsTo>/secure/cumulus-errors</errorsTo>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.errorsTo")
    @Nullable
    File errorsTo;

    /**
     * What fraction of the resources may be unreadable before the build fails; the rest is written all the same.
     *
     * <pre>{@code
     * <maxErrorRate>0.001</maxErrorRate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxErrorRate", defaultValue = "0")
    double maxErrorRate;

    /**
     * The group whose data these are, instead of what {@code log.ndjson} says.
     *
     * <pre>{@code
     * <exportGroup>cohort-7</exportGroup>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportGroup")
    @Nullable
    String exportGroup;

    /**
     * Up to when the data are complete, instead of what {@code log.ndjson} says: a date, which means its beginning in UTC,
     * or a time with seconds and a zone.
     *
     * <pre>{@code
     * <exportTimestamp>2026-11-01T00:00:00-05:00</exportTimestamp>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportTimestamp")
    @Nullable
    String exportTimestamp;

    /**
     * A remark for the record of the run.
     *
     * <pre>{@code
     * <comment>first run after the upgrade</comment>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.comment")
    @Nullable
    String comment;

    /**
     * A file of rules for de-identification that adds to the built-in ones: extensions and elements to keep or to drop. The
     * report at the end of a run has lines for it.
     *
     * <pre>{@code
     * <deidRules>${basedir}/deid-rules.txt</deidRules>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.deidRules")
    @Nullable
    File deidRules;

    /**
     * How much of what was written is compared with what identifies the input's Patients (names, identifiers, phone
     * numbers, street lines, birth dates, ids) before anybody sees it: {@code sampled}, which costs little, {@code full},
     * or {@code off}. Where something is found, nothing is published and the build fails; it says where, not what.
     *
     * <pre>{@code
     * <phiCanary>full</phiCanary>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.phiCanary", defaultValue = "sampled")
    String phiCanary = "sampled";

    /**
     * How progress is shown: {@code auto} (a moving line on a terminal, otherwise a log line from time to time),
     * {@code plain} (log lines) or {@code none}.
     *
     * <pre>{@code
     * <progress>plain</progress>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.progress", defaultValue = "auto")
    String progress = "auto";

    /** Where {@code mvn clean} deletes. */
    @Parameter(defaultValue = "${project.build.directory}", readonly = true)
    @Nullable
    String buildDirectory;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    @Nullable
    MavenSession session;

    private final InstantSource clock = Clock.systemUTC();

    @Override
    void run() throws Exception {
        ProgressMode mode = ProgressMode.parse(progress);
        EtlConfig config = config();
        ScrubRules rules = EtlSettings.rules(Optional.ofNullable(deidRules));
        if (session == null) {
            throw new IllegalStateException("Maven gave no session");
        }
        try (Progress shown = Consoles.progress(mode, getLog(), session)) {
            EtlConsole console = new EtlConsole(getLog(), shown, clock);
            EtlSummary summary = new EtlJob(config, rules, clock, console).run();
            console.summary(summary, config.folders().output());
            if (summary.hasTooManyErrors()) {
                throw new ResourcesLost(summary.errors(), config.folders().output());
            }
        }
    }

    private EtlConfig config() throws InvalidSetting {
        EtlFolders folders = new EtlFolders(
                        EtlSettings.path("input", input),
                        EtlSettings.path("outputDirectory", outputDirectory),
                        EtlSettings.path("phiDirectory", phiDirectory),
                        errorsTo == null ? Optional.empty() : Optional.of(EtlSettings.path("errorsTo", errorsTo)))
                .validated(Optional.ofNullable(buildDirectory).map(Path::of));
        return new EtlConfig(
                        folders,
                        folders.input().toString(),
                        Selection.of(tasks, excludeResources, allowMissingResources),
                        EtlSettings.format(outputFormat),
                        batchSize,
                        maxErrorRate,
                        Optional.ofNullable(exportGroup).map(String::trim),
                        exportTimestamp == null ? Optional.empty() : Optional.of(EtlSettings.time(exportTimestamp)),
                        comment == null ? "" : comment,
                        Runtime.getRuntime().availableProcessors(),
                        version,
                        CanaryMode.parse(phiCanary))
                .validated();
    }
}
