package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.http.HttpFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HttpGatewayFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Set<Thread.State> WAITING = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    /** A byte every now and then. */
    private static final Answer DRIPPING = Answer.of(200)
            .with("Content-Length", "100000")
            .untilClose()
            .then(out -> {
                for (int drop = 0; drop < 100_000; drop++) {
                    out.write('x');
                    out.flush();
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            });

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final HttpGateway gateway = gateway(new HttpGateway.Limits(LONG, LONG, SHORT));

    private HttpGateway gateway(HttpGateway.Limits limits) {
        return gateway(limits, clock).allow(URI.create("http://127.0.0.1/"));
    }

    HttpGateway gateway(HttpGateway.Limits limits, HandClock time) {
        return new HttpGateway(limits, "test/1", time);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private String get(URI url) throws IOException, InterruptedException {
        return get(HttpCall.get(url, "*/*"));
    }

    private String get(HttpCall call) throws IOException, InterruptedException {
        try (HttpReply reply = gateway.send(call, Authorizer.NONE)) {
            return reply.text();
        }
    }

    private HttpFailure failure(TestServer server) {
        return catchThrowableOfType(HttpFailure.class, () -> get(server.url("/x")));
    }

    static Stream<Arguments> cutAnswers() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        byte[] gzip = Answer.gzip("{\"resourceType\":\"Patient\"}".getBytes());
        byte[] head = "HTTP/1.1 200 OK\r\n\r\n".getBytes();
        byte[] cutGzip = Arrays.copyOf(head, head.length + gzip.length - 9);
        System.arraycopy(gzip, 0, cutGzip, head.length, gzip.length - 9);
        return Stream.of(
                Arguments.of("no answer", Answer.raw("")),
                Arguments.of("half a status line", Answer.raw("HTTP/1.1 2")),
                Arguments.of("half a header", Answer.raw("HTTP/1.1 200 OK\r\nContent-Le")),
                Arguments.of("no HTTP", Answer.raw("SSH-2.0-OpenSSH_9.2\r\n\r\n")),
                Arguments.of(
                        "a Content-Length that is no number",
                        Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")),
                Arguments.of("a negative Content-Length", Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")),
                Arguments.of("less than Content-Length", Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")),
                Arguments.of("no body at all", Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")),
                Arguments.of("no last chunk", Answer.raw(chunked + "2\r\n{}\r\n")),
                Arguments.of("half a chunk", Answer.raw(chunked + "9\r\n{}")),
                Arguments.of("a chunk size that is no number", Answer.raw(chunked + "2\r\n{}\r\nxyz\r\n")),
                Arguments.of("gzip, cut by closing", Answer.raw(cutGzip)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cutAnswers")
    @DisplayName("FL-12 what is cut is broken, and worth another try")
    void cut(String what, Answer answer) throws Exception {
        try (TestServer server = new TestServer().otherwise(answer)) {
            HttpFailure failure = failure(server);

            assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
            assertThat(failure.isPassing()).isTrue();
            assertThat(failure.url()).isEqualTo(server.url("/x").toString());
        }
        try (TestServer good = new TestServer().otherwise(Answer.of(200, "{}"))) {
            assertThat(get(good.url("/x"))).as("the next request").isEqualTo("{}");
        }
    }

    @Test
    void whatIsWholeIsWhole() throws Exception {
        try (TestServer server = new TestServer().otherwise(Answer.of(200, "{}"))) {
            assertThat(get(server.url("/x"))).isEqualTo("{}");
        }
    }

    static Stream<Arguments> stalledAnswers() {
        return Stream.of(
                Arguments.of(
                        "at once",
                        Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
                                .stalling()),
                Arguments.of(
                        "in mid-body",
                        Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")
                                .stalling()),
                Arguments.of(
                        "between chunks",
                        Answer.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
                                .stalling()),
                Arguments.of(
                        "before the end by closing",
                        Answer.raw("HTTP/1.1 200 OK\r\n\r\n{}").stalling()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stalledAnswers")
    @DisplayName("FL-12 a body that stops coming ends as stalled, never as whole")
    void stalled(String what, Answer answer) throws Exception {
        try (TestServer server = new TestServer().otherwise(answer)) {
            HttpFailure failure = failure(server);

            assertThat(failure.kind()).isEqualTo(Kind.STALLED);
            assertThat(failure.isPassing()).isTrue();
        }
    }

    @Test
    @DisplayName("FL-12 only waiting for the server counts as stalling, not what we do meanwhile")
    void slowReader() throws Exception {
        // Long enough that a busy machine's own pauses do not count as the server's.
        Duration limit = Duration.ofSeconds(1);
        try (TestServer server = new TestServer(clock);
                HttpGateway strict = gateway(new HttpGateway.Limits(LONG, LONG, limit))) {
            server.on("/x", Answer.of(200, "text/plain", "x".repeat(5_000_000)));
            try (HttpReply reply = strict.send(HttpCall.get(server.url("/x"), "*/*"), Authorizer.NONE);
                    InputStream body = reply.body()) {
                body.readNBytes(1000);
                TimeUnit.MILLISECONDS.sleep(limit.toMillis() * 3 / 2);
                assertThat(body.readAllBytes()).hasSize(4_999_000);
            }
        }
    }

    @Test
    @DisplayName("no answer within the call's own limit")
    void noAnswer() throws Exception {
        try (TestServer server = new TestServer().otherwise(Answer.raw("").stalling())) {
            HttpCall call = HttpCall.get(server.url("/x"), "*/*").within(SHORT);

            assertThatThrownBy(() -> get(call))
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.NO_ANSWER));
        }
    }

    @Test
    @DisplayName("a call's own limit is one for the whole body, too: drops that keep coming do not hold it up")
    void drops() throws Exception {
        try (TestServer server = new TestServer().otherwise(DRIPPING)) {
            HttpCall call = HttpCall.get(server.url("/"), "*/*").within(Duration.ofMillis(600));

            assertThatThrownBy(() -> get(call))
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.STALLED));
        }
    }

    @Test
    @DisplayName("a small body has a total time: drops that keep coming do not hold up discovery, tokens or errors")
    void dropsOfSmallBody() throws Exception {
        HttpGateway.Limits limits = new HttpGateway.Limits(LONG, Duration.ofMillis(600), Duration.ofSeconds(2));
        try (TestServer server = new TestServer().otherwise(DRIPPING);
                HttpGateway strict = gateway(limits)) {
            assertThatThrownBy(() -> {
                        try (HttpReply reply = strict.send(HttpCall.get(server.url("/"), "*/*"), Authorizer.NONE)) {
                            reply.text();
                        }
                    })
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.STALLED));
        }
    }

    @Test
    @DisplayName("the end of a run's time ends a body in progress, and what is asked for afterwards; for good")
    void timeOfRun() throws Exception {
        HttpGateway.Limits limits = new HttpGateway.Limits(LONG, LONG, Duration.ofSeconds(2));
        try (TestServer server = new TestServer().otherwise(DRIPPING);
                HttpGateway hurried = gateway(limits)) {
            hurried.endAfter(Duration.ofMillis(600));

            for (int request = 0; request < 2; request++) {
                assertThatThrownBy(() -> {
                            try (HttpReply reply =
                                    hurried.send(HttpCall.get(server.url("/"), "*/*"), Authorizer.NONE)) {
                                reply.body().readAllBytes();
                            }
                        })
                        .isInstanceOfSatisfying(HttpFailure.class, failure -> {
                            assertThat(failure.kind()).isEqualTo(Kind.TIME_IS_UP);
                            assertThat(failure.isPassing()).isFalse();
                        });
            }
        }
    }

    @Test
    @DisplayName("what is no URL of the web is not asked")
    void notWeb() {
        assertThatThrownBy(() -> get(HttpCall.get(URI.create("ftp://ehr.example/token"), "*/*")))
                .isInstanceOfSatisfying(
                        HttpFailure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.NOT_WEB));
    }

    @Test
    @DisplayName("FL-12 a body that another thread closes is cut, not whole")
    void closedByAnother() throws Exception {
        try (TestServer server = new TestServer()
                        .otherwise(Answer.raw("HTTP/1.1 200 OK\r\n\r\n{}\n").stalling());
                HttpGateway patient = gateway(new HttpGateway.Limits(LONG, LONG, LONG));
                HttpReply reply = patient.send(HttpCall.get(server.url("/x"), "*/*"), Authorizer.NONE)) {
            assertThat(reply.body().readNBytes(3)).hasSize(3);
            Thread reader = Thread.currentThread();
            Thread closer = new Thread(() -> {
                while (!WAITING.contains(reader.getState())) {
                    Thread.onSpinWait();
                }
                try {
                    reply.close();
                } catch (IOException unexpected) {
                    throw new UncheckedIOException(unexpected);
                }
            });
            closer.start();

            assertThatThrownBy(() -> reply.body().read())
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.BROKEN));
            closer.join();
        }
    }

    @Test
    void unknownHost() {
        assertThatThrownBy(() -> get(URI.create("https://ehr.invalid/fhir")))
                .isInstanceOfSatisfying(HttpFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_HOST);
                    assertThat(failure).hasMessageStartingWith("GET https://ehr.invalid/fhir: host not found");
                    assertThat(failure.isPassing()).isFalse();
                });
    }

    @Test
    void refusedConnection() throws Exception {
        TestServer gone = new TestServer();
        gone.close();

        assertThatThrownBy(() -> get(gone.url("/fhir"))).isInstanceOfSatisfying(HttpFailure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(Kind.NO_CONNECTION);
            assertThat(failure).hasMessageContaining(gone.url("").getAuthority());
            assertThat(failure.isPassing()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 400 Bad Request',TLS,false",
        "'',NO_CONNECTION,true",
    })
    @DisplayName("SM-01 a server without TLS fails for good; one that hangs up in the handshake may only be starting")
    void tls(String greeting, Kind kind, boolean passing) throws Exception {
        try (TestServer server = new TestServer().otherwise(Answer.raw(greeting))) {
            URI url = URI.create(server.url("/").toString().replace("http:", "https:"));

            assertThatThrownBy(() -> get(url)).isInstanceOfSatisfying(HttpFailure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(kind);
                assertThat(failure.isPassing()).isEqualTo(passing);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"John Doe\"}\r\n\r\n", "HTTP/1.1 200 OK\r\nSet-Cookie: John Doe"})
    @DisplayName("SM-17 nothing that the server sent gets into a failure, not even in its causes")
    void nothingIsQuoted(String sent) throws Exception {
        try (TestServer server = new TestServer().otherwise(Answer.raw(sent))) {
            StringWriter trace = new StringWriter();

            failure(server).printStackTrace(new PrintWriter(trace));

            assertThat(trace.toString()).doesNotContain("John Doe");
        }
    }

    @Test
    @DisplayName("LG-04 a failure does not show a signed query")
    void signedUrlInFailure() throws Exception {
        try (TestServer server = new TestServer().otherwise(Answer.raw(""))) {
            assertThatThrownBy(() -> get(server.url("/x?sig=s3cret")))
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> {
                        assertThat(failure).hasMessageContaining("sig=REDACTED");
                        assertThat(failure.url()).doesNotContain("s3cret");
                    })
                    .hasMessageNotContaining("s3cret");
        }
    }
}
