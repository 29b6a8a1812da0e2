package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.progress.ProgressMode;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;
import org.jspecify.annotations.Nullable;

/** Gives a goal its server, the client that asks it, and the commands that go on with its work. */
final class ServerGoal {
    private static final String PAUSED = "cumulus.paused";

    private final AbstractServerMojo parameters;
    private final GoalFrame frame;
    private final Role role;
    private final MavenSession session;
    private final ProgressMode progressMode;
    private boolean ownServer;
    private @Nullable FolderSeal seal;
    private String serverToRepeat = "";

    /**
     * Describes what a goal is to an export, for its messages and the commands in them.
     *
     * @param terms what messages call its parameters
     * @param folder the one that is there when the goal has failed
     * @param folderKnowsClient whether a folder with this user's seal knows the client of this goal
     * @param fhirUrl the server, as the build names it; empty where only a folder does
     */
    record Role(Failures.Terms terms, @Nullable File folder, boolean folderKnowsClient, String fhirUrl) {}

    /** Begins a goal: what no later step checks is checked before anything is made. */
    ServerGoal(AbstractServerMojo parameters, GoalFrame frame, Role role) throws InvalidSetting {
        this.parameters = parameters;
        this.frame = frame;
        this.role = role;
        this.session = Objects.requireNonNull(parameters.session, "Maven gave no session");
        this.ownServer = SandboxSession.isNamed(role.fhirUrl());
        frame.tellBuild(session);
        this.progressMode = ProgressMode.parse(parameters.progress)
                .orElseThrow(() -> SettingMessages.refused(
                        "progress", parameters.progress, "must be one of " + String.join(", ", ProgressMode.words())));
        frame.describe(role.terms(), this::resumeCommand);
    }

    GoalFrame frame() {
        return frame;
    }

    Role role() {
        return role;
    }

    /** Whether the server ends with the goal, so that nothing can be asked of it any more. */
    boolean ownServer() {
        return ownServer;
    }

    boolean isOffline() {
        return session.isOffline();
    }

    /** Begins the command line of a goal. */
    CommandLine command(String goal) {
        return new CommandLine(parameters.version, goal);
    }

    /** Names the {@code exportDirectory}. */
    Path directory() throws InvalidSetting {
        if (parameters.exportDirectory == null) {
            throw SettingMessages.refused("exportDirectory", "", "must name a folder");
        }
        return parameters.exportDirectory.toPath().toAbsolutePath().normalize();
    }

    /** The folders in which an export was paused in this build, and not finished since. */
    Set<Path> paused() {
        return GivenParameters.ofBuild(session, PAUSED);
    }

    /** Leaves a folder alone that waits for its export: what comes is not all, and no failure. */
    boolean skipsPaused(Path folder) {
        boolean waits = paused().contains(folder);
        if (waits) {
            parameters
                    .getLog()
                    .info("Skipped: the export into " + folder
                            + " is paused, as waitUpTo was over. Run the build again to go on with it.");
        }
        return waits;
    }

    /** What seals the folders of this user's exports; one of a sandbox has nothing that is worth it. */
    FolderSeal seal() {
        if (ownServer || parameters.userDirectory == null) {
            return FolderSeal.NONE;
        }
        if (seal == null) {
            seal = FolderSeal.in(Path.of(parameters.userDirectory));
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
    KnownServer server(URI base, Optional<ExportState> folder, String configured)
            throws InvalidSetting, UnsealedFolder, IOException {
        if (isOffline()) {
            throw SettingMessages.refused("fhirUrl", RedactedUrl.of(base), "cannot be asked: Maven is offline");
        }
        KnownServer server = vouching().server(base, folder, configured);
        if (server.vouched() && folder.isPresent() && !seal().covers(folder.get())) {
            repeatServer(base);
        }
        return server;
    }

    Vouching vouching() {
        return new Vouching(namedClient(), parameters.urlRewrites, seal(), this::client);
    }

    /** Has the commands of messages name the server and the client, for which the folder cannot vouch. */
    void repeatServer(URI base) {
        serverToRepeat = base.toString();
    }

    private Optional<ServerAccess.Client> client(Map<String, String> named) throws InvalidSetting, IOException {
        ServerCredentials credentials =
                new ServerCredentials(session.getSettings(), parameters.decrypter, System.getenv(), parameters.secrets);
        String server = named.getOrDefault("serverId", "");
        String jwks = named.getOrDefault("smartJwks", "");
        Optional<ServerAccess.Client> client =
                credentials.client(server, named.getOrDefault("smartClientId", ""), jwks);
        if (client.isPresent()) {
            credentials.exposure(server, jwks).ifPresent(command -> parameters
                    .getLog()
                    .warn("Other users can read the private key. Run: " + command));
        }
        return client;
    }

    /** The parameters that name the client, as another run from another folder can use them. */
    private Map<String, String> namedClient() {
        Map<String, String> named = new TreeMap<>();
        named.put("serverId", text(parameters.serverId));
        named.put("smartClientId", ServerCredentials.lasting(text(parameters.smartClientId)));
        named.put("smartJwks", parameters.smartJwks == null ? "" : parameters.smartJwks.getAbsolutePath());
        named.values().removeIf(String::isEmpty);
        return named;
    }

    /** A server for the time of a goal, at its real URL. */
    record OpenServer(String fhirUrl, KnownServer known, Optional<SandboxSession> sandbox) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (sandbox.isPresent()) {
                sandbox.get().close();
            }
        }
    }

    /**
     * Finds a server, or starts one of our own.
     *
     * @param folder that names the server, or whose server it is, where there is one
     * @param configured the server as the build names it; may be empty
     */
    OpenServer open(String fhirUrl, Optional<ExportState> folder, String configured)
            throws InvalidSetting, UnsealedFolder, IOException {
        if (!SandboxSession.isNamed(fhirUrl)) {
            KnownServer known = server(ExportTarget.parse(fhirUrl).base(), folder, configured);
            return new OpenServer(fhirUrl, known, Optional.empty());
        }
        ownServer = true;
        Log log = parameters.getLog();
        SandboxSession sandbox = SandboxSession.start(parameters.clock, new RequestLog(log::debug, log));
        try {
            log.info("Sandbox: synthetic patients at " + sandbox.url("") + ", until this goal ends");
            String url = sandbox.url(fhirUrl.substring(SandboxSession.SCHEME.length()));
            return new OpenServer(url, sandbox.server(url), Optional.of(sandbox));
        } catch (InvalidSetting | RuntimeException refused) {
            sandbox.close();
            throw refused;
        }
    }

    ExportRun exportRun(ExportConsole console) {
        return new ExportRun(context(), seal(), console);
    }

    ExportConsole exportConsole(Progress shown) {
        return new ExportConsole(
                parameters.getLog(),
                shown,
                parameters.clock,
                new ExportConsole.Commands(
                        resumeCommand(),
                        withClient(command("cancel"), namedClient()).with(UrlRewriting.SETTING, rewritesToRepeat())),
                String.valueOf(parameters.userDirectory));
    }

    /** Returns what all runs take from this goal. */
    RunContext context() {
        return new RunContext(
                "cumulus-maven-plugin/" + parameters.version, parameters.clock, parameters.sleeper, parameters.secrets);
    }

    Progress progress() {
        return Consoles.progress(progressMode, parameters.getLog(), session);
    }

    /** Work that is shown until this is closed; stopped from outside, it comes to an orderly end. */
    record ShownWork(Progress progress, OrderlyEnd end) implements AutoCloseable {
        @Override
        public void close() {
            end.close();
            progress.close();
        }
    }

    /** Begins to show work, which says how it goes on when it is stopped from outside. */
    ShownWork show() {
        Progress shown = progress();
        return new ShownWork(
                shown,
                OrderlyEnd.begin(
                        () -> shown.message(() -> parameters.getLog().warn("Stopping. " + frame.afterFailure()))));
    }

    /** The command line that goes on with the goal's work in another run; empty where there is none. */
    String resumeCommand() {
        File folder = role.folder();
        if (ownServer || folder == null) {
            return "";
        }
        boolean known = serverToRepeat.isEmpty() && role.folderKnowsClient();
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
        return String.join(",", parameters.urlRewrites);
    }
}
