package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.progress.ProgressMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What the goals that talk to a bulk export server have in common. */
abstract class AbstractServerMojo extends AbstractCumulusMojo {
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
     * {@code smartClientId}, the server is asked without authorization; but an export that has begun is gone on with as
     * the client that began it.
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
    private ProgressMode progressMode = ProgressMode.AUTO;

    /** Tests do not wait. */
    Sleeper sleeper = Sleeper.REAL;

    /** Nor do they measure. */
    InstantSource clock = Clock.systemUTC();

    AbstractServerMojo(SettingsDecrypter decrypter) {
        this.decrypter = decrypter;
    }

    /** What no later step checks is checked before anything is made. */
    @Override
    void run() throws Exception {
        progressMode = ProgressMode.parse(progress);
        work();
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

    final MavenSession session() {
        if (session == null) {
            throw new IllegalStateException("Maven gave no session");
        }
        return session;
    }

    /** The client that settings.xml, the parameters or the environment describe, if any does. */
    final Optional<ServerAccess.Client> client() throws InvalidSetting, IOException {
        return client(namedClient());
    }

    /** The client that is named so. */
    final Optional<ServerAccess.Client> client(Map<String, String> named) throws InvalidSetting, IOException {
        return new ServerCredentials(session().getSettings(), decrypter, System.getenv(), secrets)
                .client(
                        named.getOrDefault("serverId", ""),
                        named.getOrDefault("smartClientId", ""),
                        named.getOrDefault("smartJwks", ""));
    }

    /** The parameters that name the client, as another run from another folder can use them. */
    final Map<String, String> namedClient() {
        Map<String, String> named = new TreeMap<>();
        named.put("serverId", text(serverId));
        named.put("smartClientId", ServerCredentials.lasting(text(smartClientId)));
        named.put("smartJwks", smartJwks == null ? "" : smartJwks.getAbsolutePath());
        named.values().removeIf(String::isEmpty);
        return named;
    }

    /** Where they name none, those of the export's kick-off. */
    final Map<String, String> namedClient(ExportRequest export) {
        Map<String, String> named = namedClient();
        return named.isEmpty() ? export.client() : named;
    }

    /** What is done with a server. */
    @FunctionalInterface
    interface ServerWork {
        void with(String fhirUrl, Optional<ServerAccess.Client> client) throws Exception;
    }

    static boolean isSandbox(String fhirUrl) {
        return fhirUrl.startsWith(SandboxSession.SCHEME);
    }

    /** With the server that the user named, or with one of our own for as long as the work takes. */
    final void withServer(String fhirUrl, Map<String, String> named, ServerWork work) throws Exception {
        if (isSandbox(fhirUrl)) {
            try (SandboxSession sandbox = SandboxSession.start(clock(), getLog())) {
                getLog().info("Sandbox: synthetic patients at " + sandbox.url("") + ", until this goal ends");
                work.with(
                        sandbox.url(fhirUrl.substring(SandboxSession.SCHEME.length())), Optional.of(sandbox.client()));
            }
        } else {
            work.with(fhirUrl, client(named));
        }
    }

    static String text(@Nullable String parameter) {
        return parameter == null ? "" : parameter.trim();
    }

    final ExportRun exportRun(Progress shown) {
        return new ExportRun(
                getLog(),
                shown,
                userAgent(),
                clock,
                sleeper,
                secrets,
                new ExportConsole.Commands(resumeCommand(), withClient(command("cancel"), namedClient())));
    }

    final String userAgent() {
        return "cumulus-maven-plugin/" + version;
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
        CommandLine resume = command("resume").with("exportDirectory", folder.getAbsoluteFile());
        return withClient(resume, clientToRepeat()).toString();
    }

    private static CommandLine withClient(CommandLine command, Map<String, String> named) {
        CommandLine whole = command;
        for (Map.Entry<String, String> name : named.entrySet()) {
            whole = whole.with(name.getKey(), name.getValue());
        }
        return whole;
    }

    /** What the folder does not know of the client. */
    Map<String, String> clientToRepeat() {
        return namedClient();
    }
}
