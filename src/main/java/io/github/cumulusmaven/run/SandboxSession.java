package io.github.cumulusmaven.run;

import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.sandbox.SandboxConfig;
import io.github.cumulusmaven.sandbox.SandboxData;
import io.github.cumulusmaven.sandbox.SandboxListener;
import io.github.cumulusmaven.sandbox.SandboxServer;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/** {@code sandbox:} as a FHIR URL: a server of sample patients, and a client registered with it, for one goal. */
public final class SandboxSession implements AutoCloseable {
    public static final String SCHEME = "sandbox:";

    private final SandboxServer server;
    private final ServerAccess.Client client;

    private SandboxSession(SandboxServer server, ServerAccess.Client client) {
        this.server = server;
        this.client = client;
    }

    /** Tells whether a FHIR URL names the sandbox. */
    public static boolean isNamed(String fhirUrl) {
        return fhirUrl.startsWith(SCHEME);
    }

    /** Starts the server, and registers a client with it. */
    public static SandboxSession start(InstantSource clock, SandboxListener listener) throws IOException {
        SandboxServer server = SandboxServer.start(new SandboxConfig(0, SandboxData.sample(), true), clock, listener);
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());
        ClientCredentials credentials = new ClientCredentials(server.register(key.publicJwks()), key);
        return new SandboxSession(server, new ServerAccess.Client(credentials));
    }

    /** The server at one of its URLs, asked as the client that it knows. */
    public KnownServer server(String url) throws InvalidSetting {
        return new KnownServer(ExportTarget.parse(url).base(), Optional.of(client), true);
    }

    /** The real URL behind what follows {@code sandbox:}. */
    public String url(String rest) {
        String path = rest.replaceFirst("^/+", "");
        boolean query = path.isEmpty() || path.startsWith("?");
        return server.fhirBase() + (query ? path : "/" + path);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
