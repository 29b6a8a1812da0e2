package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.progress.ProgressMode;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.RunContext;
import io.github.cumulusmaven.run.SandboxSession;
import io.github.cumulusmaven.run.ServerAccess;
import io.github.cumulusmaven.run.UnsealedFolder;
import io.github.cumulusmaven.run.UrlRewriting;
import io.github.cumulusmaven.run.Vouching;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoFailureException;
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
    @Parameter(property = "cumulus.exportDirectory", defaultValue = "${basedir}/cumulus/export")
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
     * Where the server is, for servers behind a proxy that call themselves otherwise: what they write at the beginning of
     * the URLs that they name (a status URL, files, a token endpoint, attachments), an equals sign, and the address by which
     * they can be asked. http and https count as one there; a path may be part of both. Several are separated by commas, and
     * the first that fits counts. The folder of an export remembers it.
     *
     * <pre>{@code
     * <urlRewrites>
     *   <urlRewrite>http://localhost:8080/fhir=https://ehr.example/r4/fhir</urlRewrite>
     * </urlRewrites>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.urlRewrites")
    List<String> urlRewrites = List.of();

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

    /** Where this user's key lies that seals the folders of exports. */
    @Parameter(defaultValue = "${user.home}/.cumulus", readonly = true)
    @Nullable
    String userDirectory;

    private static final String OUTCOME = "cumulus.outcome";

    private static final String PAUSED = "cumulus.paused";

    private final SettingsDecrypter decrypter;
    private @Nullable FolderSeal seal;
    private String serverToRepeat = "";
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
        ends(Outcome.FAILED);
        progressMode = ProgressMode.parse(progress)
                .orElseThrow(() -> SettingMessages.refused(
                        "progress", progress, "must be one of " + String.join(", ", ProgressMode.words())));
        Outcome outcome = work();
        ends(outcome.word());
        conclude(outcome);
    }

    /** Fails the build where the outcome is not what the user wants. */
    void conclude(Outcome outcome) throws MojoFailureException {
        Optional<String> refusal = failures().refusal(outcome);
        if (refusal.isPresent()) {
            throw new MojoFailureException(refusal.get());
        }
    }

    /** Tells the rest of the build how the goal ends. */
    private void ends(String outcome) {
        if (session().getProjects() != null) {
            session().getProjects().forEach(project -> project.getProperties().setProperty(OUTCOME, outcome));
        }
    }

    /** The folders in which an export was paused in this build, and not finished since. */
    final Set<Path> paused() {
        return GivenParameters.ofBuild(session(), PAUSED);
    }

    /** Leaves a folder alone that waits for its export: what comes is not all, and no failure. */
    final boolean skipsPaused(Path folder) {
        boolean waits = paused().contains(folder);
        if (waits) {
            getLog().info("Skipped: the export into " + folder
                    + " is paused, as waitUpTo was over. Run the build again to" + " go on with it.");
        }
        return waits;
    }

    /** The goal's work, with its configuration. */
    abstract Outcome work() throws Exception;

    final InstantSource clock() {
        return clock;
    }

    final Path directory() throws InvalidSetting {
        if (exportDirectory == null) {
            throw SettingMessages.refused("exportDirectory", "", "must name a folder");
        }
        return exportDirectory.toPath().toAbsolutePath().normalize();
    }

    final MavenSession session() {
        if (session == null) {
            throw new IllegalStateException("Maven gave no session");
        }
        return session;
    }

    /** What seals the folders of this user's exports; one of a sandbox has nothing that is worth it. */
    final FolderSeal seal() {
        if (role().ownServer() || userDirectory == null) {
            return FolderSeal.NONE;
        }
        if (seal == null) {
            seal = FolderSeal.in(Path.of(userDirectory));
        }
        return seal;
    }

    /**
     * Finds the client for a server that this build names, by its parameters, or that a folder names.
     *
     * @param configured the server as the build names it; may be empty
     * @throws InvalidSetting when Maven is offline, or the client's {@code <server>} is pinned to other servers
     * @throws UnsealedFolder when nobody but the folder vouches for the server, or for the client
     */
    final KnownServer server(URI base, Optional<ExportState> folder, String configured)
            throws InvalidSetting, UnsealedFolder, IOException {
        if (session().isOffline()) {
            throw SettingMessages.refused("fhirUrl", RedactedUrl.of(base), "cannot be asked: Maven is offline");
        }
        KnownServer server = vouching().server(base, folder, configured);
        if (server.vouched() && folder.isPresent() && !seal().covers(folder.get())) {
            repeatServer(base);
        }
        return server;
    }

    final Vouching vouching() {
        return new Vouching(namedClient(), urlRewrites, seal(), this::client);
    }

    /** Has the commands of messages name the server and the client, for which the folder cannot vouch. */
    final void repeatServer(URI base) {
        serverToRepeat = base.toString();
    }

    private Optional<ServerAccess.Client> client(Map<String, String> named) throws InvalidSetting, IOException {
        ServerCredentials credentials =
                new ServerCredentials(session().getSettings(), decrypter, System.getenv(), secrets);
        String server = named.getOrDefault("serverId", "");
        String jwks = named.getOrDefault("smartJwks", "");
        Optional<ServerAccess.Client> client =
                credentials.client(server, named.getOrDefault("smartClientId", ""), jwks);
        if (client.isPresent()) {
            credentials.exposure(server, jwks).ifPresent(command -> getLog().warn(
                            "Other users can read the private key. Run: " + command));
        }
        return client;
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

    /** What is done with a server. */
    @FunctionalInterface
    interface ServerWork {
        Outcome with(String fhirUrl, KnownServer server) throws Exception;
    }

    static boolean isSandbox(String fhirUrl) {
        return fhirUrl.startsWith(SandboxSession.SCHEME);
    }

    /**
     * With a server, or with one of our own for as long as the work takes.
     *
     * @param folder that names the server, or whose server it is, where there is one
     * @param configured the server as the build names it; may be empty
     */
    final Outcome withServer(String fhirUrl, Optional<ExportState> folder, String configured, ServerWork work)
            throws Exception {
        if (isSandbox(fhirUrl)) {
            try (SandboxSession sandbox = SandboxSession.start(clock(), new RequestLog(getLog()::debug, getLog()))) {
                getLog().info("Sandbox: synthetic patients at " + sandbox.url("") + ", until this goal ends");
                String url = sandbox.url(fhirUrl.substring(SandboxSession.SCHEME.length()));
                return work.with(url, sandbox.server(url));
            }
        } else {
            return work.with(fhirUrl, server(ExportTarget.parse(fhirUrl).base(), folder, configured));
        }
    }

    static String text(@Nullable String parameter) {
        return parameter == null ? "" : parameter.trim();
    }

    final ExportRun exportRun(ExportConsole console) {
        return new ExportRun(context(), seal(), console);
    }

    final ExportConsole exportConsole(Progress shown) {
        return new ExportConsole(
                getLog(),
                shown,
                clock,
                new ExportConsole.Commands(
                        resumeCommand(),
                        withClient(command("cancel"), namedClient()).with(UrlRewriting.SETTING, rewritesToRepeat())),
                String.valueOf(userDirectory));
    }

    /** Returns what all runs take from this goal. */
    final RunContext context() {
        return new RunContext("cumulus-maven-plugin/" + version, clock, sleeper, secrets);
    }

    final Progress shownProgress() {
        return Consoles.progress(progressMode, getLog(), session());
    }

    /** Has a run that is stopped from outside come to an orderly end, and say how it goes on. */
    final OrderlyEnd stopping(Progress shown) {
        return OrderlyEnd.begin(() -> shown.message(() -> getLog().warn("Stopping. " + afterFailure())));
    }

    /**
     * Describes what a goal is to an export, for its messages and the commands in them.
     *
     * @param terms what messages call its parameters
     * @param ownServer whether the server ends with the goal, so that nothing can be asked of it any more
     * @param folder the one that is there when the goal has failed
     * @param folderKnowsClient whether a folder with this user's seal knows the client of this goal
     */
    record Role(Failures.Terms terms, boolean ownServer, Optional<File> folder, boolean folderKnowsClient) {}

    /** Tells what this goal is to an export: by default, it works with that of the {@code exportDirectory}. */
    Role role() {
        return role(Failures.Terms.OF_EXPORT, false, false);
    }

    final Role role(Failures.Terms terms, boolean ownServer, boolean folderKnowsClient) {
        return new Role(terms, ownServer, Optional.ofNullable(exportDirectory), folderKnowsClient);
    }

    /** Says what became of the work, and how it goes on; nothing where none was begun. */
    String afterFailure() {
        return "";
    }

    @Override
    final Failures failures() {
        return new Failures(this::command, role().terms(), resumeCommand(), afterFailure());
    }

    /** The command line that goes on with the goal's work in another run; empty where there is none. */
    final String resumeCommand() {
        return role().ownServer()
                ? ""
                : role().folder().map(this::resumeCommand).orElse("");
    }

    private String resumeCommand(File folder) {
        boolean known = serverToRepeat.isEmpty() && role().folderKnowsClient();
        CommandLine resume = command("resume")
                .with("exportDirectory", folder.getAbsoluteFile())
                .with("fhirUrl", serverToRepeat)
                .with(UrlRewriting.SETTING, rewritesToRepeat());
        return withClient(resume, known ? Map.of() : namedClient()).toString();
    }

    private static CommandLine withClient(CommandLine command, Map<String, String> named) {
        CommandLine whole = command;
        for (Map.Entry<String, String> name : named.entrySet()) {
            whole = whole.with(name.getKey(), name.getValue());
        }
        return whole;
    }

    private String rewritesToRepeat() {
        return String.join(",", urlRewrites);
    }
}
