package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxMojoTest {
    private static final Pattern OPTION = Pattern.compile("-Dcumulus\\.(\\w+)=(\\S+)");

    @TempDir
    Path folder;

    private final RecordingLog log = new RecordingLog();

    /** What a test does while the server runs. */
    @FunctionalInterface
    private interface Visit {
        void visit() throws Exception;
    }

    private static final class VisitedSandbox extends SandboxMojo {
        private final Visit visit;
        private Exception failure;

        VisitedSandbox(Visit visit) {
            this.visit = visit;
        }

        @Override
        void awaitStop() {
            try {
                visit.visit();
            } catch (Exception failed) {
                failure = failed;
            }
        }
    }

    private static SandboxMojo prepared(SandboxMojo sandbox, RecordingLog log) {
        sandbox.setLog(log);
        sandbox.version = "1.2.3";
        sandbox.secure = true;
        return sandbox;
    }

    private void run(VisitedSandbox sandbox) throws Exception {
        sandbox.execute();
        if (sandbox.failure != null) {
            throw sandbox.failure;
        }
    }

    /** What a user would paste, by the parameters' names. */
    private static Map<String, String> pasted(List<String> lines) {
        Map<String, String> options = new HashMap<>();
        String command = lines.stream()
                .filter(line -> line.contains("mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:export "))
                .findAny()
                .orElseThrow();
        for (Matcher option = OPTION.matcher(command); option.find(); ) {
            options.put(option.group(1), option.group(2));
        }
        return options;
    }

    private void export(Map<String, String> options, Path target) throws Exception {
        export(options, target, new RecordingLog()).execute();
    }

    private static ExportMojo export(Map<String, String> options, Path target, RecordingLog log) {
        ExportMojo export = Goals.export(log, options.get("fhirUrl"), target);
        export.smartClientId = options.get("smartClientId");
        export.smartJwks = options.containsKey("smartJwks") ? new File(options.get("smartJwks")) : null;
        return export;
    }

    @Test
    @DisplayName("the command that it shows exports what it serves, and its key goes with it")
    void commandWorks() throws Exception {
        Path target = folder.resolve("export");
        VisitedSandbox sandbox = new VisitedSandbox(() -> {
            Map<String, String> options = pasted(log.lines());
            assertThat(options).containsOnlyKeys("fhirUrl", "smartClientId", "smartJwks");
            export(options, target);
        });

        run((VisitedSandbox) prepared(sandbox, log));

        Map<String, String> options = pasted(log.lines());
        assertThat(target.resolve("Patient.000.ndjson")).isNotEmptyFile();
        assertThat(log.lines().subList(0, 5))
                .containsExactly(
                        "INFO Serving synthetic patients at " + options.get("fhirUrl"),
                        "INFO   (also " + options.get("fhirUrl") + "/Patient and " + options.get("fhirUrl")
                                + "/Group/cohort)",
                        "INFO In another terminal:",
                        "INFO   mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:export -Dcumulus.fhirUrl="
                                + options.get("fhirUrl") + " -Dcumulus.smartClientId=" + options.get("smartClientId")
                                + " -Dcumulus.smartJwks=" + options.get("smartJwks"),
                        "INFO Stop with Ctrl-C.");
        assertThat(log.lines())
                .anyMatch(line -> line.matches("INFO GET /fhir/\\$export 202 \\d+"))
                .anyMatch(line -> line.matches("INFO POST /auth/token 200 \\d+"));
        assertThat(Path.of(options.get("smartJwks"))).doesNotExist();
        assertThat(Path.of(options.get("smartJwks")).getParent()).doesNotExist();
    }

    @Test
    @DisplayName("an export from it is gone on with from the folder alone: that knows how the build names the client")
    void resumesAlone() throws Exception {
        Path target = folder.resolve("export");
        VisitedSandbox sandbox = new VisitedSandbox(() -> {
            Map<String, String> options = pasted(log.lines());
            RecordingLog exported = new RecordingLog();
            ExportMojo export = export(options, target, exported);
            export.sleeper = wait -> {
                throw new InterruptedException("stopped");
            };
            assertThatThrownBy(export::execute)
                    .hasMessageEndingWith("\n  mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:resume"
                            + " -Dcumulus.exportDirectory=" + target);
            assertThat(Thread.interrupted()).isTrue();

            Goals.status(exported, target).execute();
            Goals.resume(exported, target).execute();
        });

        run((VisitedSandbox) prepared(sandbox, log));

        assertThat(target.resolve("Patient.000.ndjson")).isNotEmptyFile();
        assertThat(log.lines()).filteredOn(line -> line.contains("$export")).hasSize(1);
        assertThat(target.resolve("export.json"))
                .content()
                .contains("\"smartJwks\" : \"/")
                .doesNotContain("\"d\"");
    }

    @Test
    @DisplayName("with a folder for it, the client and its key outlive the server, and with the port the URL does")
    void clientOutlivesTheServer() throws Exception {
        File client = folder.resolve("not-yet/client").toFile();
        VisitedSandbox first = new VisitedSandbox(() -> {});
        prepared(first, log).clientDirectory = client;
        run(first);
        Map<String, String> options = pasted(log.lines());
        int port = URI.create(options.get("fhirUrl")).getPort();
        assertThat(log.lines())
                .contains("INFO For the same client and the same URL, start it again with mvn"
                        + " io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:sandbox -Dcumulus.clientDirectory="
                        + client + " -Dcumulus.port=" + port);
        assertThat(options.get("smartJwks")).isEqualTo(new File(client, "sandbox.jwks").getPath());

        Path target = folder.resolve("export");
        RecordingLog again = new RecordingLog();
        VisitedSandbox second = new VisitedSandbox(() -> export(options, target));
        prepared(second, again).clientDirectory = client;
        second.port = port;
        run(second);

        assertThat(target.resolve("Patient.000.ndjson")).isNotEmptyFile();
        assertThat(pasted(again.lines())).isEqualTo(options);
        assertThat(again.lines()).noneMatch(line -> line.contains("start it again"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no POSIX permissions")
    @DisplayName("the key of such a client is for its owner only")
    void clientKeyIsPrivate() throws Exception {
        Path client = folder.resolve("client");
        VisitedSandbox sandbox = new VisitedSandbox(() -> {});
        prepared(sandbox, log).clientDirectory = client.toFile();

        run(sandbox);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(client)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(client.resolve("sandbox.jwks"))))
                .isEqualTo("rw-------");
    }

    @Test
    @DisplayName("a folder for the client that is a file, or whose key is damaged, stops the goal")
    void unusableClient() throws Exception {
        SandboxMojo sandbox = unvisited();
        sandbox.clientDirectory = Files.writeString(folder.resolve("file"), "").toFile();
        assertThat(failure(sandbox))
                .hasMessageStartingWith("<clientDirectory> '" + folder.resolve("file") + "' must be a folder");

        Files.writeString(folder.resolve("sandbox.jwks"), "{}");
        sandbox.clientDirectory = folder.toFile();
        assertThat(failure(sandbox))
                .hasMessageContaining(folder.resolve("sandbox.jwks").toString());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    @DisplayName(
            "a folder for the client that somebody else has filled: no key is written through a link, nor over a file")
    void plantedClient() throws Exception {
        Path client = Files.createDirectory(folder.resolve("client"));
        Path key = client.resolve("sandbox.jwks");
        Path elsewhere = folder.resolve("elsewhere.jwks");
        Files.createSymbolicLink(key, elsewhere);
        SandboxMojo sandbox = unvisited();
        sandbox.clientDirectory = client.toFile();

        assertThat(failure(sandbox)).hasMessageContaining(key.toString());
        assertThat(elsewhere).doesNotExist();

        String foreign = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        Files.writeString(elsewhere, foreign);
        assertThat(failure(sandbox)).hasMessageContaining(key.toString()).hasMessageNotContaining("c2VjcmV0");
        assertThat(elsewhere).hasContent(foreign);
        assertThat(log.lines()).noneMatch(line -> line.contains("Serving") || line.contains("c2VjcmV0"));
    }

    @Test
    @DisplayName("without authorization the URL is all there is to it")
    void open() throws Exception {
        Path target = folder.resolve("export");
        VisitedSandbox sandbox = new VisitedSandbox(() -> {
            assertThat(pasted(log.lines())).containsOnlyKeys("fhirUrl");
            export(pasted(log.lines()), target);
        });
        prepared(sandbox, log).secure = false;

        run(sandbox);

        assertThat(target.resolve("Patient.000.ndjson")).isNotEmptyFile();
    }

    @Test
    @DisplayName("a folder of the user's is served, and stays as it is")
    void ownData() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("Patient.ndjson"), "{\"resourceType\":\"Patient\",\"id\":\"mine\"}\n");
        Path target = folder.resolve("export");
        VisitedSandbox sandbox = new VisitedSandbox(() -> export(pasted(log.lines()), target));
        prepared(sandbox, log).data = data.toFile();

        run(sandbox);

        assertThat(log.lines().get(0)).startsWith("INFO Serving " + data + " at http://127.0.0.1:");
        assertThat(target.resolve("Patient.000.ndjson")).content().contains("\"mine\"");
        assertThat(data).isDirectoryContaining("glob:**/Patient.ndjson").isDirectoryNotContaining("glob:**/*.json");
    }

    @Test
    @DisplayName("under -q the command is all that is said, for a script to take")
    void quiet() throws Exception {
        RecordingLog quiet = new RecordingLog(true);
        PrintStream before = System.out;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            run((VisitedSandbox) prepared(new VisitedSandbox(() -> {}), quiet));
        } finally {
            System.setOut(before);
        }

        assertThat(quiet.lines()).isEmpty();
        assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith(
                        "mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:export -Dcumulus.fhirUrl=http://127");
    }

    private MojoFailureException failure(SandboxMojo sandbox) {
        MojoFailureException failure = catchThrowableOfType(MojoFailureException.class, sandbox::execute);
        assertThat(failure).as("started; said " + log.lines()).isNotNull();
        return failure;
    }

    private SandboxMojo unvisited() {
        return prepared(new VisitedSandbox(() -> {}), log);
    }

    @Test
    @DisplayName("a port that is taken")
    void portTaken() throws Exception {
        try (TestServer other = new TestServer()) {
            SandboxMojo sandbox = unvisited();
            sandbox.port = other.url("").getPort();

            assertThat(failure(sandbox))
                    .hasMessageMatching(
                            "<port> '" + other.url("").getPort() + "' cannot be had: Address already in use.*;"
                                    + " name another, or 0 for any that is free \\(in the pom, or -Dcumulus\\.port=…\\)\\.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    @DisplayName("a port that does not exist")
    void noPort(int port) {
        SandboxMojo sandbox = unvisited();
        sandbox.port = port;

        assertThat(failure(sandbox))
                .hasMessageStartingWith("<port> '" + port + "' must be from 0, for any that is free, to 65535");
    }

    @Test
    @DisplayName("data that are not there, are no folder, or hold nothing to serve")
    void noData() throws Exception {
        SandboxMojo sandbox = unvisited();
        sandbox.data = folder.resolve("gone").toFile();
        assertThat(failure(sandbox))
                .hasMessageStartingWith("<data> '" + folder.resolve("gone") + "' must be a folder that exists");

        sandbox.data = Files.writeString(folder.resolve("file.ndjson"), "{}").toFile();
        assertThat(failure(sandbox)).hasMessageContaining("must be a folder that exists");

        sandbox.data = Files.createDirectory(folder.resolve("empty")).toFile();
        assertThat(failure(sandbox))
                .hasMessageContaining(
                        "cannot be served: No resources in *.ndjson or *.ndjson.gz in " + folder.resolve("empty"));
    }

    @Test
    @DisplayName("a fault of the sandbox's own is told without its words")
    void fault() {
        new RequestLog(log::info, log).failed("GET", "/fhir/\u001b[2J", new IllegalStateException("Patient Smith"));

        assertThat(log.lines())
                .containsExactly("WARN The sandbox has a fault: GET /fhir/: java.lang.IllegalStateException (more"
                        + " under -X)");
        assertThat(log.failures()).singleElement().satisfies(shown -> assertThat(shown)
                .hasStackTraceContaining("SandboxMojoTest.fault")
                .hasMessage("java.lang.IllegalStateException"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there, destroy() is no Ctrl-C: no shutdown hook runs")
    @DisplayName("Ctrl-C leaves nothing behind")
    void ctrlC() throws Exception {
        Path tmp = Files.createDirectory(folder.resolve("tmp"));
        Process process = sandbox(tmp);
        try {
            assertThat(entries(tmp)).isNotEmpty();

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(entries(tmp)).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there, destroy() is no Ctrl-C: no shutdown hook runs")
    @DisplayName("what a killed one has left, key and data, goes with the next one; what is in use, or not ours, stays")
    void killed() throws Exception {
        Path tmp = Files.createDirectory(folder.resolve("tmp"));
        Path other = Files.createDirectory(tmp.resolve("cumulus-sandbox-notes"));
        Process used = sandbox(tmp);
        Process killed = sandbox(tmp);
        try {
            List<String> both = entries(tmp);
            assertThat(both).hasSize(1 + 2 * 4);
            killed.destroyForcibly();
            assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(entries(tmp)).hasSameElementsAs(both);

            Process next = sandbox(tmp);
            next.destroy();
            assertThat(next.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(entries(tmp)).hasSize(1 + 4);
        } finally {
            used.destroy();
            assertThat(used.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(entries(tmp)).containsExactly(other.toString());
    }

    private static Process sandbox(Path tmp) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + tmp,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Stopped.class.getName())
                .redirectErrorStream(true)
                .start();
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).contains("-Dcumulus.smartJwks=" + tmp);
        return process;
    }

    private static List<String> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(name -> !name.contains("hsperfdata"))
                    .toList();
        }
    }

    /** A sandbox in a JVM of its own. */
    static final class Stopped {
        private Stopped() {}

        public static void main(String[] arguments) throws Exception {
            prepared(new SandboxMojo(), new RecordingLog(true)).execute();
        }
    }
}
