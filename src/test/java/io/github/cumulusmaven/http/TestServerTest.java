package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.http.TestServer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TestServerTest {
    private static final String GET = "GET /x HTTP/1.1\r\n\r\n";

    private final TestServer server = new TestServer(new HandClock("2026-11-23T04:00:00Z"));

    private static Socket sent(TestServer server, String text) throws IOException {
        Socket client =
                new Socket(InetAddress.getLoopbackAddress(), server.url("/").getPort());
        client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return client;
    }

    private String all(Answer... inTurn) throws IOException {
        server.on("/x", inTurn);
        try (server;
                Socket client = sent(server, GET + GET)) {
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @DisplayName("answers in turn on one connection, dated by the clock")
    void keptAlive() throws Exception {
        assertThat(all(Answer.of(200, "{}"), Answer.of(200, "[]").chunked()))
                .isEqualTo("HTTP/1.1 200 \r\nContent-Length: 2\r\nDate: Mon, 23 Nov 2026 04:00:00 GMT\r\n\r\n{}"
                        + "HTTP/1.1 200 \r\nDate: Mon, 23 Nov 2026 04:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\n[]\r\n0\r\n\r\n");
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    @DisplayName("hangs up where an answer is cut, as if it had meant to send it all")
    void cut() throws Exception {
        assertThat(all(Answer.of(200, "abcdef").cut(4)))
                .contains("Content-Length: 6\r\n")
                .endsWith("\r\n\r\nabcd");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    @DisplayName("gives the rest of a file that is still the same, and else all of it")
    void ranges() {
        Answer file = Answer.of(200, "abcdef").with("ETag", "\"v1\"");

        Answer rest = file.ranged(asking("\"v1\"", "bytes=4-"));

        assertThat(rest.status()).isEqualTo(206);
        assertThat(rest.body()).asString().isEqualTo("ef");
        assertThat(rest.headers()).containsEntry("Content-Range", "bytes 4-5/6");
        assertThat(file.ranged(asking("\"v0\"", "bytes=4-"))).isSameAs(file);
        assertThat(file.ranged(asking("\"v1\"", "bytes=6-")).status()).isEqualTo(416);
        server.close();
    }

    private static Request asking(String ifRange, String range) {
        return new Request(Instant.EPOCH, "GET", "/f", Map.of("If-Range", ifRange, "Range", range), "");
    }

    @Test
    @DisplayName("ends its connections, and leaves its port, also while it stalls")
    void leavesNothing() throws Exception {
        server.on("/x", Answer.raw("a").stalling());
        try (Socket client = sent(server, GET)) {
            assertThat(client.getInputStream().read()).isEqualTo('a');

            server.close();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> sent(server, GET)).isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("does not hide that a script has failed")
    void failedScript() throws Exception {
        server.on("/x", request -> {
            throw new IllegalStateException("no more answers");
        });
        try (Socket client = sent(server, GET)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }

        assertThatThrownBy(server::close).hasRootCauseMessage("no more answers");
    }
}
