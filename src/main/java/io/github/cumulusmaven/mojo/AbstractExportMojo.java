package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.StillRunning;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.progress.ProgressMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What the goals that talk to a bulk export server have in common. */
abstract class AbstractExportMojo extends AbstractCumulusMojo {
    /**
     * The folder of the export: {@code Patient.000.ndjson} and so on, {@code log.ndjson}, {@code export.json},
     * {@code deleted/} and {@code error/}. It will hold patients' data: it is made for its owner only, and a
     * {@code .gitignore} in it keeps it out of commits. Best kept out of {@code target}, which {@code mvn clean} deletes.
     *
     * <pre>{@code
     * <exportDirectory>/data/phi/export-2026-11</exportDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportDirectory", defaultValue = "${basedir}/cumulus/export", required = true)
    @Nullable
    File exportDirectory;

    /**
     * The {@code <id>} of the {@code <server>} in settings.xml that holds the SMART client: its {@code <username>} is the
     * client id (or a file that holds it), its {@code <privateKey>} the path of the private JWKS. Without it, and without
     * {@code smartClientId}, the server is asked without authorization.
     *
     * <pre>{@code
     * <serverId>ehr</serverId>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.serverId")
    @Nullable
    String serverId;

    /**
     * The SMART client id, or the path of a file that holds it. Wins over the {@code <server>}'s.
     *
     * <pre>{@code
     * <smartClientId>4f0c6a52-cumulus</smartClientId>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.smartClientId")
    @Nullable
    String smartClientId;

    /**
     * The path of the private JWKS or JWK whose public part the server knows; {@code cumulus:jwks} makes one. Wins over
     * the {@code <server>}'s. The key itself never belongs into a pom.
     *
     * <pre>{@code
     * <smartJwks>/secure/cumulus.jwks</smartJwks>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.smartJwks")
    @Nullable
    File smartJwks;

    /**
     * How many files are downloaded at the same time, from 1 to 64.
     *
     * <pre>{@code
     * <parallelDownloads>3</parallelDownloads>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.parallelDownloads", defaultValue = "5")
    int parallelDownloads;

    /**
     * How closely a file is looked at before it gets its name, beyond its length, checksum and announced count, which are
     * always checked: {@code lines} (its last line is complete), {@code json} (each line is a JSON object of the file's
     * resource type) or {@code none}.
     *
     * <pre>{@code
     * <validate>json</validate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.validate", defaultValue = "lines")
    String validate = "lines";

    /**
     * The longest wait between two status requests, as an ISO 8601 duration, also where the server asks for more.
     *
     * <pre>{@code
     * <maxPollInterval>PT2M</maxPollInterval>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxPollInterval", defaultValue = "PT5M")
    String maxPollInterval = "PT5M";

    /**
     * How long an export may take in all, from its kick-off on, as an ISO 8601 duration. When it is over, the build fails;
     * the job stays on the server, and a run with a longer time goes on.
     *
     * <pre>{@code
     * <maxWait>P14D</maxWait>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxWait", defaultValue = "P30D")
    String maxWait = "P30D";

    /**
     * How long this run may take, as an ISO 8601 duration: for builds with a time limit of their own. When it is over, the
     * export pauses, and the build ends well (see {@code failOnTimeout}); the next run goes on where this one stopped.
     * Without it, a run lasts as long as the export.
     *
     * <pre>{@code
     * <waitUpTo>PT50M</waitUpTo>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.waitUpTo")
    @Nullable
    String waitUpTo;

    /**
     * Whether the build fails when {@code waitUpTo} is over and the export is not done.
     *
     * <pre>{@code
     * <failOnTimeout>true</failOnTimeout>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.failOnTimeout", defaultValue = "false")
    boolean failOnTimeout;

    /**
     * Asks anew when the server has forgotten the job before all was fetched: only for the types that are not whole, where
     * it is known which these are. The others stay, and the whole counts as of the earlier time.
     *
     * <pre>{@code
     * <restartExpired>true</restartExpired>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.restartExpired", defaultValue = "false")
    boolean restartExpired;

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

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    @Nullable
    MavenSession session;

    private final SettingsDecrypter decrypter;
    private final InstantSource clock = Clock.systemUTC();
    private ProgressMode progressMode = ProgressMode.AUTO;
    private boolean atWork;

    /** Tests do not wait. */
    Sleeper sleeper = Sleeper.REAL;

    AbstractExportMojo(SettingsDecrypter decrypter) {
        this.decrypter = decrypter;
    }

    /** What no later step checks is checked before anything is made. */
    @Override
    final void run() throws Exception {
        progressMode = ProgressMode.parse(progress);
        try {
            work();
        } catch (StillRunning paused) {
            if (failOnTimeout) {
                throw paused;
            }
            getLog().warn("The export is not done yet, " + Amounts.duration(paused.since())
                    + " after its kick-off, and waitUpTo is over. " + afterFailure());
        }
    }

    /** The goal's work, with its configuration. */
    abstract void work() throws Exception;

    final InstantSource clock() {
        return clock;
    }

    final Path directory() throws InvalidSetting {
        if (exportDirectory == null) {
            throw new InvalidSetting("exportDirectory", "", "must name a folder");
        }
        return exportDirectory.toPath().toAbsolutePath().normalize();
    }

    final Patience patience(Duration kickoffRetryWindow) throws InvalidSetting {
        return new Patience(
                duration("maxPollInterval", maxPollInterval),
                kickoffRetryWindow,
                duration("maxWait", maxWait),
                text(waitUpTo).isEmpty() ? Optional.empty() : Optional.of(duration("waitUpTo", text(waitUpTo))));
    }

    final Validation validation() throws InvalidSetting {
        return Validation.parse(validate);
    }

    static Duration duration(String setting, String given) throws InvalidSetting {
        try {
            return Duration.parse(given.trim());
        } catch (DateTimeParseException malformed) {
            throw new InvalidSetting(setting, given, "must be an ISO 8601 duration, for example PT5M or P2D");
        }
    }

    /** The configuration of an export that has begun: what was asked for is not to be changed any more. */
    final ExportConfig configOf(ExportRequest request, Path folder) throws InvalidSetting {
        return new ExportConfig(
                        ExportTarget.parse(request.fhirUrl()),
                        new ExportParameters(request.parameters()),
                        folder,
                        parallelDownloads,
                        request.compress(),
                        patience(Duration.ZERO),
                        validation(),
                        restartExpired)
                .validated();
    }

    final MavenSession session() {
        if (session == null) {
            throw new IllegalStateException("Maven gave no session");
        }
        return session;
    }

    /** The client that settings.xml, the parameters or the environment describe, if any does. */
    final Optional<ServerAccess.Client> client() throws InvalidSetting, IOException {
        return new ServerCredentials(session().getSettings(), decrypter, System.getenv())
                .client(text(serverId), text(smartClientId), smartJwks == null ? "" : smartJwks.getPath());
    }

    static String text(@Nullable String parameter) {
        return parameter == null ? "" : parameter.trim();
    }

    final void export(
            ExportConfig config,
            ExportFolder folder,
            Optional<ServerAccess.Client> client,
            ExportRun.Work<ExportSummary> work)
            throws ExportFailure, StillRunning, IOException, InterruptedException, ServerReportedErrors {
        atWork = true;
        OrderlyEnd end = OrderlyEnd.begin(() -> getLog().warn("Stopping. " + afterFailure()));
        try (Progress shown = shownProgress()) {
            exportRun(shown).run(config, folder, client, work);
        } finally {
            end.close();
        }
    }

    final ExportRun exportRun(Progress shown) {
        return new ExportRun(getLog(), shown, "cumulus-maven-plugin/" + version, clock, sleeper, resumeCommand());
    }

    final Progress shownProgress() {
        return Consoles.progress(progressMode, getLog(), session());
    }

    /** Whether the server is the goal's own, so that nothing can be asked of it any more. */
    boolean serverEndsWithGoal() {
        return false;
    }

    /** The folder that is there when the goal has failed. */
    Optional<File> lastingFolder() {
        return Optional.ofNullable(exportDirectory);
    }

    @Override
    final String resumeCommand() {
        return serverEndsWithGoal()
                ? ""
                : lastingFolder().map(this::resumeCommand).orElse("");
    }

    private String resumeCommand(File folder) {
        return command("resume")
                .with("exportDirectory", folder.getAbsoluteFile())
                .with("serverId", serverId)
                .with("smartClientId", smartClientId)
                .with("smartJwks", smartJwks)
                .toString();
    }

    @Override
    String afterFailure() {
        Optional<File> begun = lastingFolder().filter(folder -> atWork && ExportFolder.hasBegun(folder.toPath()));
        if (begun.isEmpty()) {
            return "";
        }
        return serverEndsWithGoal()
                ? "The sandbox server has ended, and its export with it: to begin anew, delete " + begun.get() + "."
                : "What came whole is kept, and so is the job on the server; go on with\n  " + resumeCommand();
    }
}
