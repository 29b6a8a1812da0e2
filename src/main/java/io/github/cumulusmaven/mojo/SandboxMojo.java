package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.sandbox.SandboxConfig;
import io.github.cumulusmaven.sandbox.SandboxData;
import io.github.cumulusmaven.sandbox.SandboxListener;
import io.github.cumulusmaven.sandbox.SandboxServer;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.File;
import java.io.IOException;
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
 * folder of NDJSON. Only this machine can reach it.
 *
 * @since 0.1.0
 */
@Mojo(name = "sandbox", threadSafe = true, requiresProject = false)
public class SandboxMojo extends AbstractCumulusMojo {
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
     * <data>/data/phi/export-2026-11</data>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.data")
    @Nullable
    File data;

    /**
     * Whether the server wants SMART authorization. It makes a key of its own, registers it and tells where it is.
     *
     * <pre>{@code
     * <secure>false</secure>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.secure", defaultValue = "true")
    boolean secure;

    @Override
    void run() throws Exception {
        Path keyFolder = Files.createTempDirectory("cumulus-sandbox");
        Path keyFile = keyFolder.resolve("sandbox.jwks");
        CountDownLatch stopped = new CountDownLatch(1);
        SandboxData served = data == null ? SandboxData.sample() : SandboxData.folder(data.toPath());
        try (SandboxServer server =
                SandboxServer.start(new SandboxConfig(port, served, secure), Clock.systemUTC(), requestLog())) {
            Thread atExit = new Thread(() -> clean(server, keyFile, keyFolder), "cumulus-sandbox-exit");
            Runtime.getRuntime().addShutdownHook(atExit);
            tell(server, keyFile);
            stopped.await();
        }
    }

    private SandboxListener requestLog() {
        return (method, path, status, bytes) -> getLog().info(method + " " + path + " " + status + " " + bytes);
    }

    /** After Ctrl-C nothing is to stay behind. */
    private static void clean(SandboxServer server, Path keyFile, Path keyFolder) {
        try {
            server.close();
            Files.deleteIfExists(keyFile);
            Files.deleteIfExists(keyFolder);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private void tell(SandboxServer server, Path keyFile) throws IOException {
        String arguments = "-Dcumulus.fhirUrl=" + server.fhirBase();
        getLog().info("Serving " + (data == null ? "synthetic patients" : data) + " at " + server.fhirBase());
        getLog().info("  (also " + server.fhirBase() + "/Patient and " + server.fhirBase() + "/Group/cohort)");
        if (secure) {
            SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());
            JwksFile.write(keyFile, key);
            String clientId = server.register(key.publicJwks());
            getLog().info("  client id: " + clientId);
            getLog().info("  key file:  " + keyFile);
            arguments += " -Dcumulus.smartClientId=" + clientId + " -Dcumulus.smartJwks=" + keyFile;
        }
        getLog().info("In another terminal:");
        getLog().info("  " + command("export", arguments));
        getLog().info("Stop with Ctrl-C.");
    }
}
