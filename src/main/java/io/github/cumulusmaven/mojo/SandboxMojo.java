package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.sandbox.SandboxConfig;
import io.github.cumulusmaven.sandbox.SandboxData;
import io.github.cumulusmaven.sandbox.SandboxServer;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs a small SMART bulk data server on this machine, until it is stopped (Ctrl-C): over synthetic patients, or over a
 * folder of NDJSON. Only this machine can reach it, but everyone on it.
 *
 * @since 0.1.0
 */
@Mojo(name = "sandbox", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class SandboxMojo extends AbstractCumulusMojo {
    private static final int HIGHEST_PORT = 65_535;

    /**
     * The port to listen on; a free one, if 0.
     *
     * <pre>{@code
     * <port>9090</port>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.port", defaultValue = "0")
    int port;

    /**
     * A folder of NDJSON files to serve ({@code *.ndjson}, also {@code .gz}), for instance an earlier export; the
     * synthetic patients, if not said. It is read, never changed.
     *
     * <pre>{@code
     * <data>/data/synthetic/export</data>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.data")
    @Nullable
    File data;

    /**
     * Whether the server wants SMART authorization. It registers a client with a key of its own, and tells its id and
     * where the key is. Without a {@code clientDirectory}, both are gone when the server stops.
     *
     * <pre>{@code
     * <secure>false</secure>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.secure", defaultValue = "true")
    boolean secure;

    /**
     * A folder that holds the key of the server's client ({@code sandbox.jwks}, for its owner only), so that settings
     * that name the key and the client id go on working when the server is started again. What is missing is made.
     * Name a {@code port} as well, and the URL stays the same, too.
     *
     * <pre>{@code
     * <clientDirectory>/home/me/.cumulus/sandbox</clientDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.clientDirectory")
    @Nullable
    File clientDirectory;

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        try (SandboxServer server = start()) {
            CommandLine export = new CommandLine(version, "export").with("fhirUrl", server.fhirBase());
            if (!secure) {
                serve(server, export);
            } else if (clientDirectory != null) {
                serveKnownClient(
                        server,
                        export,
                        clientDirectory.toPath().toAbsolutePath().normalize());
            } else {
                try (TemporaryKey key = TemporaryKey.make()) {
                    String clientId = server.register(key.publicJwks());
                    serve(server, export.with("smartClientId", clientId).with("smartJwks", key.file()));
                }
            }
        }
        return new Outcome.Done();
    }

    /** Serves the client of a folder, whose id is made of that of its key. */
    private void serveKnownClient(SandboxServer server, CommandLine export, Path folder)
            throws IOException, InterruptedException {
        Path file = folder.resolve("sandbox.jwks");
        if (Files.notExists(file)) {
            JwksFile.write(file, SigningKey.generate(KeyAlgorithm.ES384, Optional.empty()));
        }
        SigningKey key = JwksFile.read(file, Optional.empty());
        String clientId = "sandbox-" + key.keyId();
        server.register(clientId, key.publicJwks());
        serve(server, export.with("smartClientId", clientId).with("smartJwks", file));
    }

    private SandboxServer start() throws InvalidSetting, IOException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw SettingMessages.refused(
                    "port", String.valueOf(port), "must be from 0, for any that is free, to 65535");
        }
        if (data != null && !data.isDirectory()) {
            throw SettingMessages.refused("data", data.getPath(), "must be a folder that exists");
        }
        if (clientDirectory != null && clientDirectory.exists() && !clientDirectory.isDirectory()) {
            throw SettingMessages.refused("clientDirectory", clientDirectory.getPath(), "must be a folder");
        }
        SandboxData served = data == null ? SandboxData.sample() : SandboxData.folder(data.toPath());
        try {
            return SandboxServer.start(
                    new SandboxConfig(port, served, secure),
                    Clock.systemUTC(),
                    new RequestLog(getLog()::info, getLog()));
        } catch (BindException taken) {
            throw SettingMessages.refused(
                    "port",
                    String.valueOf(port),
                    "cannot be had: " + taken.getMessage() + "; name another, or 0 for any that is free");
        } catch (IOException unusable) {
            if (data == null) {
                throw unusable;
            }
            throw SettingMessages.refused("data", data.getPath(), "cannot be served: " + Failures.reason(unusable));
        }
    }

    private void serve(SandboxServer server, CommandLine export) throws InterruptedException {
        getLog().info("Serving " + (data == null ? "synthetic patients" : data) + " at " + server.fhirBase());
        getLog().info("  (also " + server.fhirBase() + "/Patient and " + server.fhirBase() + "/Group/cohort)");
        getLog().info("In another terminal:");
        tell("  " + export);
        if (secure && clientDirectory != null && port == 0) {
            getLog().info("For the same client and the same URL, start it again with "
                    + new CommandLine(version, "sandbox")
                            .with("data", data)
                            .with("clientDirectory", clientDirectory.getAbsoluteFile())
                            .with("port", server.fhirBase().getPort()));
        }
        getLog().info("Stop with Ctrl-C.");
        awaitStop();
    }

    /** Also under -q: a server that nobody can find serves nobody. */
    private void tell(String line) {
        if (getLog().isInfoEnabled()) {
            getLog().info(line);
        } else {
            System.out.println(line.strip());
        }
    }

    /** Until the JVM ends; a test has other ideas. */
    void awaitStop() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
