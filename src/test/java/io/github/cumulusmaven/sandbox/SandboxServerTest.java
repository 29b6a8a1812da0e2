package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.files.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxServerTest {
    @TempDir
    Path folder;

    @TempDir
    Path parent;

    private final TestClock clock = new TestClock();
    private final Log log = new Log();
    private Path work;
    private SandboxData data;
    private SandboxServer server;
    private TestClient client;

    @BeforeEach
    void serve() throws IOException {
        data = SmallData.threePatients(folder)
                .file("Binary.ndjson", "{\"resourceType\":\"Binary\",\"id\":\"broken\",\"data\":\"A\"}")
                .data();
        server = SandboxServer.startIn(
                TemporaryFolder.in(parent, "work-"), new SandboxConfig(0, data, true), clock, log);
        work = server.workFolder();
        client = TestClient.of(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** What a request log would hold. */
    private static final class Log implements SandboxListener {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final BlockingQueue<Exception> faults = new LinkedBlockingQueue<>();

        @Override
        public void answered(String method, String path, int status, long bytes) {
            lines.add(method + " " + path + " " + status + " " + bytes);
        }

        @Override
        public void failed(String method, String path, Exception fault) {
            faults.add(fault);
        }

        /** The client has its answer a moment before the log has its line. */
        String next() throws InterruptedException {
            return String.valueOf(lines.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("It answers on 127.0.0.1 at the URLs it names")
    void urls() {
        assertThat(server.fhirBase().toString()).matches("http://127\\.0\\.0\\.1:\\d+/fhir");
        assertThat(server.tokenUrl()).isEqualTo(server.fhirBase().resolve("/auth/token"));
        assertThat(client.get("/metadata").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("It cannot be reached from elsewhere")
    void loopbackOnly() throws IOException {
        int port = server.fhirBase().getPort();
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        for (InetAddress address : others) {
            assertThatThrownBy(() -> new Socket(address, port).close()).isInstanceOf(ConnectException.class);
        }
        try (Socket loopback = new Socket("127.0.0.1", port)) {
            assertThat(loopback.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example.org, 421",
        "evil.example.org:80, 421",
        "'', 421",
        "a b, 421",
        "localhost:1, 200",
        "127.0.0.1, 200"
    })
    @DisplayName("A name that was rebound to 127.0.0.1 gets nothing")
    void host(String host, int status) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.fhirBase().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /fhir/metadata HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/fhir",
                "/fhir/",
                "/fhir/Patient",
                "/fhir/a/b/c/d",
                "/auth",
                "/auth/",
                "/auth/token/x",
                "/fhir/../etc/passwd",
                "/metadata"
            })
    @DisplayName("Where nothing is, there is a 404")
    void unknownPaths(String path) {
        HttpResponse<String> answer =
                client.get(URI.create("http://127.0.0.1:" + server.fhirBase().getPort() + path));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestClient.words(answer)).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /fhir/metadata, GET",
        "DELETE, /fhir/.well-known/smart-configuration, GET",
        "PUT, /fhir/$export, 'GET, POST'",
        "POST, /fhir/bulkstatus/x, 'GET, DELETE'",
        "OPTIONS, /fhir/bulkfiles/x/y, GET",
        "POST, /fhir/Patient/p1, GET",
        "GET, /auth/register, POST",
    })
    @DisplayName("A wrong method is a 405 that names the right ones")
    void wrongMethod(String method, String path, String allowed) {
        HttpResponse<String> answer = client.send(
                client.request(server.fhirBase().resolve(path)).method(method, BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
        assertThat(TestClient.words(answer)).isEqualTo("Only " + allowed + " is possible here");
    }

    @Test
    @DisplayName("A body of more than a mebibyte is refused, and the connection lives on")
    void largeBody() throws InterruptedException {
        HttpResponse<String> answer = client.send(
                client.request(server.tokenUrl()).POST(BodyPublishers.ofString("x".repeat(1024 * 1024 + 1))));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(TestClient.words(answer)).isEqualTo("A request body may have 1048576 bytes");
        assertThat(client.get("/metadata").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("A fault of the server's own is a bare 500 for the client, and told to the listener")
    void fault() throws InterruptedException {
        TestClient reader = client.authorized("system/*.rs", clock);

        HttpResponse<String> answer =
                reader.send(reader.request(reader.url("/Binary/broken")).setHeader("Accept", "*/*"));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(TestClient.words(answer)).isEqualTo("The sandbox server has a fault");
        assertThat(log.faults.poll(10, TimeUnit.SECONDS)).isInstanceOf(IllegalArgumentException.class);
        assertThat(client.get("/metadata").statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("The listener hears of every answer, and of no secret")
    void listener() throws InterruptedException {
        HttpResponse<String> answer = client.get("/Group/cohort?access_token=secret");

        assertThat(log.next())
                .isEqualTo("GET /fhir/Group/cohort 401 " + answer.body().getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    @DisplayName("The work folder and all in it is gone when the server is closed")
    void clearsUp() throws IOException {
        TestClient exporter = client.authorized("system/*.rs", clock);
        exporter.export("/$export");
        exporter.get("/Binary/none");
        assertThat(work.resolve("exports")).isNotEmptyDirectory();

        server.close();
        server.close();

        assertThat(work).doesNotExist();
        assertThat(folder.resolve("Patient.ndjson")).exists();
        assertThatThrownBy(() -> new Socket("127.0.0.1", server.fhirBase().getPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    @DisplayName("No thread outlives the server")
    void noThreadLeft() throws IOException, InterruptedException {
        client.authorized("system/*.rs", clock).export("/$export");
        List<Thread> threads = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("cumulus-sandbox")) {
                threads.add(thread);
            }
        }
        assertThat(threads).isNotEmpty().allMatch(Thread::isDaemon);

        server.close();

        for (Thread thread : threads) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("A port that is taken is a failure that leaves nothing behind")
    void portTaken() throws IOException {
        TemporaryFolder second = TemporaryFolder.in(parent, "second-");
        SandboxConfig config = new SandboxConfig(server.fhirBase().getPort(), data, true);

        assertThatThrownBy(() -> SandboxServer.startIn(second, config, clock, log))
                .isInstanceOf(BindException.class);
        assertThat(second.path()).doesNotExist();
    }

    @Test
    @DisplayName("A folder without data is a failure that names it")
    void noData(@TempDir Path empty) {
        SandboxConfig config = new SandboxConfig(0, SandboxData.folder(empty), true);

        assertThatThrownBy(() -> SandboxServer.start(config, clock))
                .isInstanceOf(IOException.class)
                .hasMessage("No resources in *.ndjson or *.ndjson.gz in " + empty);
    }

    @Test
    @DisplayName("There are no ports below 0 or above 65535")
    void ports() {
        assertThatThrownBy(() -> new SandboxConfig(-1, data, true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SandboxConfig(65_536, data, true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("Where the system knows permissions, only the user sees the exports")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it knows no POSIX permissions")
    void permissions() throws IOException {
        try (SandboxServer other = SandboxServer.start(new SandboxConfig(0, data, false), clock)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(other.workFolder())))
                    .isEqualTo("rwx------");
        }
    }
}
