package io.github.cumulusmaven.clients;

import static org.assertj.core.api.Assertions.assertThat;

import au.csiro.fhir.auth.AuthConfig;
import au.csiro.fhir.export.BulkExportClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.sandbox.SandboxConfig;
import io.github.cumulusmaven.sandbox.SandboxData;
import io.github.cumulusmaven.sandbox.SandboxServer;
import io.github.cumulusmaven.smart.JwksFile;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other clients, unchanged, export all of our sandbox with SMART authorization: each must have it all, once. */
class ClientsIT {
    private static final Path CLIENTS = Path.of(System.getProperty("clients.directory"));
    private static final List<String> SHARED = List.of("Location", "Organization", "Practitioner", "PractitionerRole");
    private static final String CLIENT_ID = "a-client";
    private static final Queue<String> RESULTS = new ConcurrentLinkedQueue<>();

    private static ResourceIds sample;

    @TempDir
    Path folder;

    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private Path key;
    private SandboxServer server;

    @BeforeAll
    static void readSample() throws Exception {
        // Binaries are in no bulk export, and the Bundles are those of what was deleted before.
        sample = ResourceIds.in(Path.of(System.getProperty("clients.sample"))).without(List.of("Binary", "Bundle"));
    }

    @AfterAll
    static void summarize() {
        System.out.println("Clients: " + sample.summary() + " served; " + String.join("; ", RESULTS));
    }

    @BeforeEach
    void serve() throws IOException {
        key = folder.resolve("client.jwks");
        SigningKey signingKey = SigningKey.generate(KeyAlgorithm.RS384, Optional.empty());
        JwksFile.write(key, signingKey);
        server = SandboxServer.start(
                new SandboxConfig(0, SandboxData.sample(), true), Clock.systemUTC(), (method, path, status, bytes) -> {
                    // smart-fetch looks for the roles of practitioners by a search, which the sandbox does not have.
                    if (status >= 400 && !path.equals("/fhir/PractitionerRole")) {
                        refused.add(method + " " + path + " " + status);
                    }
                });
        server.register(CLIENT_ID, signingKey.publicJwks());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** The private key, as one JWK. */
    private JsonNode jwk() throws IOException {
        return FhirJson.mapper().readTree(key.toFile()).at("/keys/0");
    }

    private static InstalledProgram program(String name) {
        return new InstalledProgram(CLIENTS.resolve(name));
    }

    private void check(String client, ResourceIds expected, ResourceIds exported) {
        RESULTS.add(client + ": " + exported.summary() + " in " + exported.files() + " files, "
                + expected.missingIn(exported) + " lost, " + refused.size() + " requests refused");
        assertThat(expected.differences(exported)).isEmpty();
        assertThat(refused).isEmpty();
    }

    @Test
    @DisplayName("smart-fetch: all that belongs to patients, with its own filters, and what it looks up by id")
    void smartFetch() throws Exception {
        String version = System.getProperty("clients.smartFetch");
        InstalledProgram python = program("smart-fetch-" + version);
        String programs = python.folder().resolve("venv/bin").toString();
        if (Files.notExists(Path.of(programs, "smart-fetch"))) {
            python.run("python3", "-m", "venv", "venv");
            python.run(programs + "/pip", "install", "--quiet", "smart-fetch==" + version);
        }
        Path target = folder.resolve("export");

        python.run(
                programs + "/smart-fetch",
                "export",
                "--fhir-url=" + server.fhirBase(),
                "--smart-client-id=" + CLIENT_ID,
                "--smart-key=" + key,
                target.toString());

        ResourceIds exported = ResourceIds.in(target);
        ResourceIds lookedUp = exported.only(SHARED);
        assertThat(lookedUp.byType()).containsOnlyKeys("Location", "Organization", "Practitioner");
        assertThat(lookedUp.missingIn(sample)).isZero();
        check(
                "smart-fetch " + version + " (beside " + lookedUp.summary() + " looked up)",
                sample.without(SHARED).without(List.of("Group")),
                exported.without(SHARED));
    }

    @Test
    @DisplayName("SMART's bulk-data-client: the whole system")
    void bulkDataClient() throws Exception {
        String source = System.getProperty("clients.bulkDataClient");
        InstalledProgram node = program("bulk-data-client-" + Integer.toHexString(source.hashCode()));
        Path installed = node.folder().resolve("node_modules/bulk-data-client");
        if (Files.notExists(installed)) {
            installBulkDataClient(node, source);
        }
        String version = FhirJson.mapper()
                .readTree(installed.resolve("package.json").toFile())
                .path("version")
                .asText();
        Path target = Files.createDirectory(folder.resolve("export"));
        ObjectNode config = FhirJson.mapper()
                .createObjectNode()
                .put("fhirUrl", server.fhirBase().toString())
                .put("tokenUrl", server.tokenUrl().toString())
                .put("clientId", CLIENT_ID)
                .put("reporter", "text")
                .put("global", true)
                .put("destination", target.toString());
        config.set("privateKey", jwk());
        config.putObject("log").put("enabled", false);
        Path configFile = Files.writeString(folder.resolve("config.js"), "module.exports = " + config);

        node.run("node", "node_modules/bulk-data-client", "--config", configFile.toString());

        check("bulk-data-client " + version, sample, ResourceIds.in(target));
    }

    private static void installBulkDataClient(InstalledProgram node, String source) throws Exception {
        File local = new File(source);
        String from = local.exists() ? local.getAbsolutePath() : source;
        try {
            // a folder is packed and installed like a tarball, with what it depends on, not linked
            node.run("npm", "install", "--install-links", "--no-fund", "--no-audit", from);
        } catch (AssertionError failed) {
            throw new AssertionError(
                    "bulk-data-client cannot be installed from " + from
                            + ". npm's registry does not have it. Where GitHub cannot be reached, bring its repository here"
                            + " by other means and name the folder, or the tarball that \"npm pack\" makes of it:"
                            + " mvn -f src/checks/clients verify -Dclients.bulkDataClient=FOLDER-OR-TARBALL\n"
                            + failed.getMessage(),
                    failed);
        }
    }

    @Test
    @DisplayName("fhir-bulk-java: the whole system")
    void fhirBulkJava() throws Exception {
        Path target = folder.resolve("export");

        BulkExportClient.systemBuilder()
                .withFhirEndpointUrl(server.fhirBase().toString())
                .withOutputDir(target.toString())
                .withAuthConfig(AuthConfig.builder()
                        .enabled(true)
                        .clientId(CLIENT_ID)
                        .privateKeyJWK(jwk().toString())
                        .scope("system/*.read")
                        .build())
                .build()
                .export();

        check("fhir-bulk-java " + System.getProperty("clients.fhirBulkJava"), sample, ResourceIds.in(target));
    }
}
