package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.http.HttpFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpGatewayTest {
    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer home = new TestServer(clock);
    private final TestServer elsewhere = new TestServer(clock);
    private final HttpGateway gateway =
            gateway(HttpGateway.Limits.DEFAULT, clock).allow(URI.create("http://127.0.0.1/"));

    HttpGateway gateway(HttpGateway.Limits limits, HandClock time) {
        return new HttpGateway(limits, "test/1", time);
    }

    @AfterEach
    void close() {
        gateway.close();
        home.close();
        elsewhere.close();
    }

    /** Hands out numbered tokens. */
    private static final class Tokens implements Authorizer {
        private final List<String> refused = new ArrayList<>();
        private final boolean renewable;

        Tokens(boolean renewable) {
            this.renewable = renewable;
        }

        @Override
        public Optional<String> authorization(URI target) {
            return Optional.of("Bearer token-" + refused.size());
        }

        @Override
        public boolean renew(String header) {
            refused.add(header);
            return renewable;
        }
    }

    private int get(URI url, Authorizer authorizer) throws IOException, InterruptedException {
        try (HttpReply reply = gateway.send(HttpCall.get(url, "application/json"), authorizer)) {
            return reply.status();
        }
    }

    private static List<String> authorizations(TestServer server) {
        return server.requests().stream()
                .map(request -> request.header("Authorization").orElse("none"))
                .toList();
    }

    @Test
    @DisplayName("SM-15 sends credential, media type and user agent; nothing without a credential")
    void headers() throws Exception {
        home.on("/x", Answer.of(200));

        get(home.url("/x"), new Tokens(true));
        get(home.url("/x"), Authorizer.NONE);

        TestServer.Request first = home.requests().get(0);
        assertThat(first.header("Authorization")).contains("Bearer token-0");
        assertThat(first.header("Accept")).contains("application/json");
        assertThat(first.header("User-Agent")).contains("test/1");
        assertThat(first.header("Connection").orElse("")).doesNotContain("Upgrade");
        assertThat(home.requests().get(1).header("Authorization")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    @DisplayName("FL-03 the token does not cross to another origin")
    void redirectElsewhere(int status) throws Exception {
        home.on(
                "/file",
                Answer.of(status).with("Location", elsewhere.url("/real").toString()));
        elsewhere.on("/real", Answer.of(200));

        assertThat(get(home.url("/file"), new Tokens(true))).isEqualTo(200);

        assertThat(authorizations(home)).containsExactly("Bearer token-0");
        assertThat(authorizations(elsewhere)).containsExactly("none");
    }

    @Test
    @DisplayName("FL-03 nor does it come back by another origin's redirect")
    void redirectThereAndBack() throws Exception {
        home.on("/file", Answer.of(307).with("Location", elsewhere.url("/hop").toString()));
        elsewhere.on(
                "/hop",
                Answer.of(307).with("Location", home.url("/chosen-by-another").toString()));
        home.on("/chosen-by-another", Answer.of(200));

        get(home.url("/file"), new Tokens(true));

        assertThat(authorizations(home)).containsExactly("Bearer token-0", "none");
    }

    @Test
    @DisplayName("FL-03 it stays with redirects at home, also relative ones")
    void redirectAtHome() throws Exception {
        home.on("/a/file", Answer.of(302).with("Location", "../b/file?x=1"));
        home.on("/b/file", Answer.of(302).with("Location", home.url("/c").toString()));
        home.on("/c", Answer.of(200));

        assertThat(get(home.url("/a/file"), new Tokens(true))).isEqualTo(200);

        assertThat(home.requests())
                .extracting(TestServer.Request::path)
                .containsExactly("/a/file", "/b/file?x=1", "/c");
        assertThat(authorizations(home)).containsOnly("Bearer token-0");
    }

    @Test
    @DisplayName("FL-03 a signed URL gets no token, not even at home")
    void redirectToSigned() throws Exception {
        home.on("/file", Answer.of(302).with("Location", "/signed?X-Amz-Signature=abc"));
        home.on("/signed", Answer.of(200));

        get(home.url("/file"), new Tokens(true));

        assertThat(authorizations(home)).containsExactly("Bearer token-0", "none");
    }

    @Test
    void theReplyNamesTheUrlThatAnswered() throws Exception {
        home.on("/a", Answer.of(302).with("Location", "/b")).on("/b", Answer.of(200));

        try (HttpReply reply = gateway.send(HttpCall.get(home.url("/a"), "*/*"), Authorizer.NONE)) {
            assertThat(reply.url()).isEqualTo(home.url("/b"));
        }
    }

    @Test
    void aRedirectLoopEnds() {
        home.on("/a", Answer.of(302).with("Location", "/a"));

        assertThatThrownBy(() -> get(home.url("/a"), Authorizer.NONE))
                .asInstanceOf(InstanceOfAssertFactories.type(HttpFailure.class))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.REDIRECT_LOOP))
                .satisfies(failure -> assertThat(failure.isPassing()).isFalse());
        assertThat(home.requests()).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://ehr.example/x   | EXPOSED",
                "ftp://127.0.0.1/x      | BAD_REDIRECT",
                "file:///etc/passwd     | BAD_REDIRECT",
                "http:///x              | BAD_REDIRECT",
                "http://bad host/       | BAD_REDIRECT",
                "mailto:a@b             | BAD_REDIRECT",
            })
    @DisplayName("KO-01 redirects lead to nothing unsafe, and to nothing else than the web")
    void badRedirects(String location, Kind kind) {
        home.on("/a", Answer.of(302).with("Location", location));

        assertThatThrownBy(() -> get(home.url("/a"), Authorizer.NONE))
                .asInstanceOf(InstanceOfAssertFactories.type(HttpFailure.class))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    @DisplayName("KO-01 plain http to another machine is not even tried")
    void exposed() {
        assertThatThrownBy(() -> get(URI.create("http://ehr.example/fhir"), new Tokens(true)))
                .hasMessage("GET http://ehr.example/fhir: plain http to another machine");
    }

    @Test
    void aRedirectWithoutLocationAndOneOfADeleteAreAnswers() throws Exception {
        home.on("/a", Answer.of(302)).on("DELETE /b", Answer.of(302).with("Location", "/c"));

        assertThat(get(home.url("/a"), Authorizer.NONE)).isEqualTo(302);
        try (HttpReply reply = gateway.send(HttpCall.delete(home.url("/b")), Authorizer.NONE)) {
            assertThat(reply.status()).isEqualTo(302);
        }
        assertThat(home.requests("/c")).isEmpty();
    }

    @Test
    @DisplayName("SM-15 a refused token is renewed once")
    void renewed() throws Exception {
        home.on("/x", Answer.of(401), Answer.of(200));
        Tokens tokens = new Tokens(true);

        assertThat(get(home.url("/x"), tokens)).isEqualTo(200);

        assertThat(tokens.refused).containsExactly("Bearer token-0");
        assertThat(authorizations(home)).containsExactly("Bearer token-0", "Bearer token-1");
    }

    @Test
    @DisplayName("SM-15 and only once")
    void renewedOnce() throws Exception {
        home.on("/x", Answer.of(401));
        Tokens tokens = new Tokens(true);

        assertThat(get(home.url("/x"), tokens)).isEqualTo(401);

        assertThat(tokens.refused).hasSize(1);
        assertThat(home.requests()).hasSize(2);
    }

    @Test
    void aTokenThatCannotBeRenewedIsNotSentAgain() throws Exception {
        home.on("/x", Answer.of(401));

        assertThat(get(home.url("/x"), new Tokens(false))).isEqualTo(401);

        assertThat(home.requests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-15 another site's 401 says nothing of our token")
    void anothersRefusal() throws Exception {
        home.on("/x", Answer.of(302).with("Location", elsewhere.url("/y").toString()));
        elsewhere.on("/y", Answer.of(401));
        Tokens tokens = new Tokens(true);

        assertThat(get(home.url("/x"), tokens)).isEqualTo(401);

        assertThat(tokens.refused).isEmpty();
    }

    @Test
    void a401WithoutACredentialIsJustAnAnswer() throws Exception {
        home.on("/x", Answer.of(401));

        assertThat(get(home.url("/x"), Authorizer.NONE)).isEqualTo(401);
        assertThat(home.requests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-17 a token that no header can hold is not quoted")
    void unusableToken() {
        Authorizer broken = TrustedOrigins.of(
                new Authorizer() {
                    @Override
                    public Optional<String> authorization(URI target) {
                        return Optional.of("Bearer s3cret\ns3cret");
                    }

                    @Override
                    public boolean renew(String refused) {
                        return false;
                    }
                },
                home.url("/"));

        assertThatThrownBy(() -> get(home.url("/x"), broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContaining("s3cret");
    }

    @Test
    @DisplayName("FL-06 text is decoded, a byte order mark is no text")
    void text() throws Exception {
        home.on("/plain", Answer.of(200, "text/plain", "gemäß"));
        home.on("/gzip", Answer.of(200, "text/plain", "gemäß").gzipped());
        home.on("/mark", Answer.of(200, "text/plain", "\uFEFFgemäß"));

        for (String path : List.of("/plain", "/gzip", "/mark")) {
            try (HttpReply reply = gateway.send(HttpCall.get(home.url(path), "*/*"), Authorizer.NONE)) {
                assertThat(reply.text()).isEqualTo("gemäß");
            }
        }
    }

    @Test
    @DisplayName("ST-04 KO-21 a refusal carries what the server says and wants")
    void refusal() throws Exception {
        home.on("/x", Answer.outcome(429, "error", "throttled", "too often").with("Retry-After", "7"));

        try (HttpReply reply = gateway.send(HttpCall.get(home.url("/x?sig=abc"), "*/*"), Authorizer.NONE)) {
            HttpRefusal refusal = reply.refusal();

            assertThat(refusal)
                    .hasMessage("GET " + home.url("/x") + "?sig=REDACTED: HTTP 429 (error throttled: too often)");
            assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(7));
            assertThat(refusal.isPassing()).isTrue();
            assertThat(refusal.url()).doesNotContain("abc");
            assertThat(refusal.outcome()).isPresent();
        }
    }

    @Test
    @DisplayName("ST-07 a body in another format is not quoted")
    void refusalWithHtml() throws Exception {
        home.on("/x", Answer.of(500, "text/html", "<h1>John Doe</h1>"));

        try (HttpReply reply = gateway.send(HttpCall.get(home.url("/x"), "*/*"), Authorizer.NONE)) {
            assertThat(reply.refusal()).hasMessage("GET " + home.url("/x") + ": HTTP 500");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,false",
        "401,false",
        "403,false",
        "404,false",
        "410,false",
        "422,false",
        "501,false",
        "408,true",
        "425,true",
        "429,true",
        "500,true",
        "502,true",
        "503,true",
        "504,true"
    })
    void passingStatuses(int status, boolean passing) {
        assertThat(Refusals.of("GET", home.url("/"), status).isPassing()).isEqualTo(passing);
    }

    @Test
    void anEndlessErrorIsReadOnlyToItsBeginning() throws Exception {
        home.on("/x", Answer.of(500, "text/html", "x".repeat(3_000_000)));

        try (HttpReply reply = gateway.send(HttpCall.get(home.url("/x"), "*/*"), Authorizer.NONE)) {
            assertThat(reply.errorText()).hasSize(1024 * 1024);
        }
    }

    @Test
    void aCallSaysWhereItGoesAndNothingElse() {
        HttpCall call = HttpCall.form(URI.create("https://h/token?code=c0de"), "client_assertion=s3cret")
                .with("X-Key", "s3cret");

        assertThat(call).hasToString("POST https://h/token?code=REDACTED");
    }

    @Test
    void theBufferOfOtherPluginsClientsIsTheirs() {
        assertThat(System.getProperty("jdk.httpclient.bufsize")).isNull();

        System.setProperty("jdk.httpclient.bufsize", "4096");
        try (HttpGateway later =
                new HttpGateway(HttpGateway.Limits.DEFAULT, "test/1", clock).allow(URI.create("http://127.0.0.1/"))) {
            assertThat(System.getProperty("jdk.httpclient.bufsize")).isEqualTo("4096");
        } finally {
            System.clearProperty("jdk.httpclient.bufsize");
        }
    }
}
