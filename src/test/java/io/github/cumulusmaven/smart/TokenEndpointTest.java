package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.http.TestServer.Request;
import io.github.cumulusmaven.smart.SmartFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEndpointTest {
    /** As in the answers' Date, by which clocks are compared. */
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final List<String> SCOPES = List.of("system/Patient.read", "system/Condition.read");

    private final List<Duration> waits = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private final Retries retries = new Retries(
            new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(5)),
            waits::add,
            (what, attempt, attempts, reason, wait) -> reasons.add(reason.getMessage()),
            () -> 0);
    private final HttpGateway gateway =
            new HttpGateway(HttpGateway.Limits.DEFAULT, "test", CLOCK).allow(URI.create("http://127.0.0.1/"));
    private TokenServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TokenServer(Keys.ES384, CLOCK);
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    static Stream<SigningKey> keys() {
        return Keys.ofEveryAlgorithm();
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("SM-06 a server that checks signatures gives a token for a key of any algorithm")
    void getsToken(SigningKey key) throws Exception {
        try (TokenServer strict = new TokenServer(key, CLOCK)) {
            AccessToken token = endpoint(strict.tokenUrl(), key, Duration.ZERO).request(SCOPES);

            assertThat(token.value()).isEqualTo("token-1");
            assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(300));
        }
    }

    @Test
    @DisplayName("SM-10 the form has four fields, and there is no other credential")
    void form() throws Exception {
        endpoint().request(SCOPES);

        assertThat(server.tokenRequests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.headers().get("Content-type")).isEqualTo("application/x-www-form-urlencoded");
            assertThat(request.headers().get("Accept")).isEqualTo("application/json");
            assertThat(request.headers()).doesNotContainKey("Authorization");
            assertThat(request.form())
                    .containsOnlyKeys("grant_type", "scope", "client_assertion_type", "client_assertion")
                    .containsEntry("grant_type", "client_credentials")
                    .containsEntry("scope", "system/Patient.read system/Condition.read")
                    .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        });
        assertThat(server.tokenRequests().get(0).body()).contains("scope=system%2FPatient.read+system%2FCondition");
    }

    @Test
    @DisplayName("SM-11 each repetition signs anew: a server that refuses replays is content")
    void freshAssertionEachTime() throws Exception {
        server.script(Answer.of(503, ""), Answer.of(500, "<html>"));

        assertThat(endpoint().request(SCOPES).value()).isEqualTo("token-1");

        assertThat(server.tokenRequests().stream().map(TokenEndpointTest::jti))
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    @DisplayName("SM-09 on a server whose clock is elsewhere, assertions are dated by that clock")
    void skewedServer() throws Exception {
        Duration ahead = Duration.ofHours(3);
        try (TokenServer skewed = new TokenServer(Keys.ES384, InstantSource.fixed(NOW.plus(ahead)))) {
            assertThatExceptionOfType(SmartFailure.class)
                    .isThrownBy(() -> endpoint(skewed.tokenUrl(), Keys.ES384, Duration.ZERO)
                            .request(SCOPES));

            AccessToken token = endpoint(skewed.tokenUrl(), Keys.ES384, ahead).request(SCOPES);

            assertThat(token.expiresAt()).as("by our clock").isEqualTo(NOW.plusSeconds(300));
        }
    }

    @ParameterizedTest(name = "expires_in {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "3600     | 3600",
                "\"3600\" | 3600",
                "\" 60 \" | 60",
                "300.0    | 300",
                "1        | 1",
                "0        | 300",
                "-5       | 300",
                "null     | 300",
                "\"soon\" | 300",
                "[1]      | 300",
                "99999999 | 300"
            })
    @DisplayName("SM-12 expires_in is a number or a string; what cannot be used counts as 300 s")
    void lifeTime(String sent, long seconds) throws Exception {
        server.script(Answer.of(200, "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":" + sent + "}"));

        assertThat(endpoint().request(SCOPES).expiresAt()).isEqualTo(NOW.plusSeconds(seconds));
    }

    @Test
    @DisplayName("SM-12 without expires_in a token lives 300 s")
    void defaultLifeTime() throws Exception {
        server.script(Answer.of(200, "{\"access_token\":\"t\",\"token_type\":\"bearer\"}"));

        assertThat(endpoint().request(SCOPES).expiresAt()).isEqualTo(NOW.plusSeconds(300));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"bearer\"", "\"Bearer\"", "\"BEARER\"", "null", "\"BearerToken\"", "\" bearer_token \"", "\"\""
            })
    @DisplayName("SM-12 token_type is bearer in any case, also as gateways call it")
    void tokenType(String type) throws Exception {
        server.script(Answer.of(200, "{\"access_token\":\"t\",\"error\":null,\"token_type\":" + type + "}"));

        assertThat(endpoint().request(SCOPES).value()).isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "{'access_token':'s3cret','token_type':'mac'} | token_type",
                "{'token_type':'bearer'} | access_token",
                "{'access_token':'','token_type':'bearer'} | access_token",
                "{'access_token':null,'token_type':'bearer'} | access_token",
                "{'access_token':'s3cret\\n','token_type':'bearer'} | access_token",
                "{'access_token':'s3cret\u00e9','token_type':'bearer'} | access_token",
                "access_token=s3cret | not JSON",
                "<html>s3cret | not JSON",
                "\"\" | not JSON"
            })
    @DisplayName("SM-12 a success without a usable bearer token is a failure that says why, and shows nothing")
    void unusableReply(String body, String told) {
        server.script(Answer.of(200, body.replace('\'', '"')));

        SmartFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.BAD_TOKEN_REPLY);
        assertThat(failure.getMessage()).contains(told).doesNotContain("s3cret");
        assertThat(server.tokenRequests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-12 the scopes granted may be others than those asked for; unsaid they are the same")
    void grantedScopes() throws Exception {
        server.script(
                Answer.of(200, "{\"access_token\":\"t\",\"scope\":\"system/Patient.rs  openid system/Patient.rs\"}"),
                Answer.of(200, "{\"access_token\":\"t\"}"),
                Answer.of(200, "{\"access_token\":\"t\",\"scope\":\"\"}"));

        assertThat(endpoint().request(SCOPES).scopes()).isEqualTo(Set.of("system/Patient.rs", "openid"));
        assertThat(endpoint().request(SCOPES).scopes()).isEqualTo(Set.copyOf(SCOPES));
        assertThat(endpoint().request(SCOPES).scopes()).isEqualTo(Set.copyOf(SCOPES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "invalid_client",
                "invalid_scope",
                "invalid_request",
                "invalid_grant",
                "unauthorized_client",
                "unsupported_grant_type"
            })
    @DisplayName("SM-14 a refusal carries error, error_description and error_uri, as values and in its message")
    void refusal(String code) {
        Answer refusal = Answer.of(
                400,
                "{\"error\":\"" + code + "\",\"error_description\":\"Not\\n you\","
                        + "\"error_uri\":\"https://ehr.example/help\"}");
        server.script(refusal, refusal);

        SmartFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.TOKEN_REFUSED);
        assertThat(failure.answer())
                .contains(new SmartFailure.Answer(
                        400, Optional.of(code), Optional.of("Not you"), Optional.of("https://ehr.example/help")));
        assertThat(failure)
                .hasMessage(server.tokenUrl() + ": no access token: HTTP 400, " + code
                        + ": Not you (see https://ehr.example/help)");
        boolean ofClient =
                Set.of("invalid_client", "invalid_request", "invalid_grant").contains(code);
        assertThat(server.tokenRequests()).as("only the client's id may help").hasSize(ofClient ? 2 : 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"invalid_client\"}",
                "{\"error\":\"invalid_request\",\"error_description\":\"client_id is missing\"}",
                ""
            })
    @DisplayName("SM-10 a server that wants client_id in the form gets it, from then on")
    void namesClient(String refusal) throws Exception {
        server.script(Answer.of(400, refusal));
        TokenEndpoint endpoint = endpoint();

        assertThat(endpoint.request(SCOPES).value()).isEqualTo("token-1");
        assertThat(endpoint.request(SCOPES).value()).isEqualTo("token-2");

        assertThat(server.tokenRequests().stream().map(request -> request.form().getOrDefault("client_id", "none")))
                .containsExactly("none", "client-1", "client-1");
    }

    @Test
    @DisplayName("SM-14 where that does not help, the first refusal counts, unless it was for the client_id")
    void firstRefusalCounts() {
        server.script(
                Answer.of(400, "{\"error\":\"invalid_client\",\"error_description\":\"first\"}"),
                Answer.of(400, "{\"error\":\"invalid_request\",\"error_description\":\"second\"}"));
        assertThat(failure()).hasMessageContaining("first");

        server.script(
                Answer.of(400, "{\"error\":\"invalid_request\",\"error_description\":\"no parameter 'client_id'\"}"),
                Answer.of(400, "{\"error\":\"invalid_scope\",\"error_description\":\"second\"}"));
        assertThat(failure()).hasMessageContaining("second");
    }

    @Test
    @DisplayName("SM-09 where no discovery has told the server's time, the refusal does, and the next assertion has it")
    void learnsTheTime() throws Exception {
        InstantSource slow = InstantSource.fixed(NOW.minus(Duration.ofHours(3)));
        SmartConfiguration given = new SmartConfiguration(server.tokenUrl(), Set.of(), Set.of(), Duration.ZERO);
        TokenEndpoint endpoint =
                new TokenEndpoint(gateway, retries, given, new ClientCredentials("client-1", Keys.ES384), slow);

        assertThat(endpoint.request(SCOPES).value()).isEqualTo("token-1");

        assertThat(endpoint.clockSkew()).isBetween(Duration.ofMinutes(179), Duration.ofMinutes(181));
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    @DisplayName("SM-09 a refusal without a Date tells nothing of the server's clock: what is known of it stays")
    void refusalWithoutDate() throws Exception {
        try (TestServer dateless = new TestServer()
                .otherwise(Answer.raw("HTTP/1.1 401 Unauthorized\r\nContent-Length: 26\r\nConnection: close\r\n\r\n"
                        + "{\"error\":\"invalid_client\"}"))) {
            TokenEndpoint endpoint = endpoint(dateless.url("/token"), Keys.ES384, Duration.ofMinutes(3));

            assertThatThrownBy(() -> endpoint.request(SCOPES))
                    .isInstanceOf(SmartFailure.class)
                    .hasMessageContaining("invalid_client");

            assertThat(endpoint.clockSkew()).isEqualTo(Duration.ofMinutes(3));
            assertThat(dateless.requests()).as("as it is, and with client_id").hasSize(2);
        }
    }

    @Test
    @DisplayName("SM-10 one whose clock is elsewhere as well gets client_id when the time was not all")
    void learnsTheTimeAndNamesClient() throws Exception {
        InstantSource slow = InstantSource.fixed(NOW.minus(Duration.ofHours(3)));
        SmartConfiguration given = new SmartConfiguration(server.tokenUrl(), Set.of(), Set.of(), Duration.ZERO);
        server.script(
                Answer.of(401, "{\"error\":\"invalid_client\"}"), Answer.of(401, "{\"error\":\"invalid_client\"}"));
        TokenEndpoint endpoint =
                new TokenEndpoint(gateway, retries, given, new ClientCredentials("client-1", Keys.ES384), slow);

        assertThat(endpoint.request(SCOPES).value()).isEqualTo("token-1");

        assertThat(server.tokenRequests().stream().map(request -> request.form().getOrDefault("client_id", "none")))
                .containsExactly("none", "none", "client-1");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "{'error':{'code':'x','message':'no such app'}} | no such app",
                "{'fault':{'faultstring':'Invalid ApiKey'}} | Invalid ApiKey",
                "<html><body><h1>Blocked</h1>Support ID 17</body></html> | Blocked Support ID 17",
            })
    @DisplayName("SM-14 a gateway's refusal speaks through its own words")
    void otherWords(String body, String words) {
        server.script(Answer.of(403, body.replace('\'', '"')));

        assertThat(failure()).hasMessageEndingWith("HTTP 403: " + words);
    }

    @Test
    @DisplayName("SM-14 what a server says of its own faults is not in the message, but in its cause, for a log")
    void ownFaults() {
        Answer broken = Answer.of(500, "{\"message\":\"database of Jane Doe\"}");
        server.script(broken, broken, broken);

        SmartFailure failure = failure();

        assertThat(failure).hasMessageNotContaining("Jane");
        assertThat(failure.getCause()).isInstanceOfSatisfying(HttpRefusal.class, refusal -> assertThat(refusal.forLog())
                .contains("Jane"));
    }

    @Test
    @DisplayName("SM-14 an error under status 200 is a refusal too")
    void refusalUnderSuccess() {
        server.script(Answer.of(200, "{\"error\":\"invalid_scope\"}"));

        assertThat(failure().answer())
                .hasValueSatisfying(answer -> assertThat(answer.error()).contains("invalid_scope"));
    }

    @Test
    @DisplayName("SM-14 a refusal as a FHIR OperationOutcome speaks through its diagnostics")
    void refusalAsOutcome() {
        server.script(Answer.of(
                403,
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"forbidden\","
                        + "\"diagnostics\":\"app is disabled\"}]}"));

        assertThat(failure().getMessage()).contains("HTTP 403").contains("app is disabled");
    }

    @Test
    @DisplayName("SM-17 an assertion that the server quotes in its refusal is not repeated, nor is a flood")
    void refusalQuotesAssertion() {
        Answer refusal = Answer.of(
                400,
                "{\"error\":\"invalid_client\",\"error_description\":\"bad: eyJhbGciOiJF.eyJpc3Mi.c2ln-_ "
                        + "x".repeat(5000) + "\"}");
        server.script(refusal, refusal);

        assertThat(failure().getMessage())
                .contains("bad: [JWT] xxx")
                .doesNotContain("eyJ", "c2ln")
                .hasSizeLessThan(700);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    @DisplayName("SM-14 a busy token endpoint is asked again when it wants to be, up to the limit")
    void busy(int status) {
        Answer busy = Answer.of(status).with("Retry-After", "7");
        server.script(busy, busy, busy);

        SmartFailure failure = failure();

        assertThat(failure.answer())
                .contains(new SmartFailure.Answer(status, Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
        assertThat(server.tokenRequests()).hasSize(3);
    }

    static Stream<Answer> hiccups() {
        return Stream.of(
                Answer.of(400, ""), Answer.of(400, "<html>"), Answer.of(400, "{\"error\":\"invalid_client\"}"));
    }

    @ParameterizedTest
    @MethodSource("hiccups")
    @DisplayName(
            "SM-14 a bare 400 or invalid_client is believed at first, once the client is named, but repeated once a token was given before")
    void hiccup(Answer hiccup) throws Exception {
        TokenEndpoint endpoint = endpoint();
        server.script(hiccup, hiccup);
        assertThatExceptionOfType(SmartFailure.class).isThrownBy(() -> endpoint.request(SCOPES));
        assertThat(server.tokenRequests()).hasSize(2);

        endpoint.request(SCOPES);
        server.script(hiccup);

        assertThat(endpoint.request(SCOPES).value()).isEqualTo("token-2");
    }

    @Test
    @DisplayName("SM-14 other refusals are believed also after a token was given")
    void laterRefusal() throws Exception {
        TokenEndpoint endpoint = endpoint();
        endpoint.request(SCOPES);
        server.script(Answer.of(400, "{\"error\":\"invalid_scope\"}"), Answer.of(401, ""));

        assertThatExceptionOfType(SmartFailure.class).isThrownBy(() -> endpoint.request(SCOPES));
        assertThatExceptionOfType(SmartFailure.class).isThrownBy(() -> endpoint.request(SCOPES));
        assertThat(server.tokenRequests()).hasSize(3);
    }

    @Test
    @DisplayName("SM-10 a redirect is not followed: the assertion is for this endpoint")
    void redirect() {
        server.script(Answer.of(307).with("Location", "/elsewhere"));

        assertThat(failure().answer())
                .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(307));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-01 an assertion does not leave over plain http")
    void plainHttp() {
        TokenEndpoint exposed = endpoint(URI.create("http://ehr.example/token"), Keys.ES384, Duration.ZERO);

        assertThatExceptionOfType(HttpFailure.class)
                .isThrownBy(() -> exposed.request(SCOPES))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(HttpFailure.Kind.EXPOSED));
    }

    @Test
    @DisplayName("SM-17 neither a token nor an assertion is in what is printed or reported")
    void showsNoSecret() throws Exception {
        server.script(Answer.of(503, "{\"access_token\":\"s3cret\"}"));
        AccessToken token = endpoint().request(SCOPES);

        assertThat(token.toString())
                .doesNotContain(token.value())
                .contains(NOW.plusSeconds(300).toString());
        assertThat(reasons).singleElement().asString().contains("HTTP 503").doesNotContain("s3cret", "eyJ");
    }

    private TokenEndpoint endpoint() {
        return endpoint(server.tokenUrl(), Keys.ES384, Duration.ZERO);
    }

    private TokenEndpoint endpoint(URI url, SigningKey key, Duration skew) {
        SmartConfiguration configuration = new SmartConfiguration(url, Set.of(), Set.of(), skew);
        return new TokenEndpoint(gateway, retries, configuration, new ClientCredentials("client-1", key), CLOCK);
    }

    private SmartFailure failure() {
        try {
            throw new AssertionError("got " + endpoint().request(SCOPES));
        } catch (SmartFailure failure) {
            return failure;
        } catch (IOException | InterruptedException other) {
            throw new AssertionError(other);
        }
    }

    private static String jti(Request request) {
        try {
            return SignedJWT.parse(request.form().get("client_assertion"))
                    .getJWTClaimsSet()
                    .getJWTID();
        } catch (ParseException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
