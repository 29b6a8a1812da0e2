package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.smart.SmartFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmartConfigurationTest {
    private static final InstantSource CLOCK = InstantSource.system();

    private final List<Duration> waits = new ArrayList<>();
    private final Retries retries = new Retries(
            new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(5)),
            waits::add,
            (what, attempt, attempts, reason, wait) -> {},
            () -> 0);
    private TokenServer server;
    private HttpGateway gateway;

    @BeforeEach
    void start() throws IOException {
        server = new TokenServer(Keys.ES384, CLOCK);
        gateway = new HttpGateway(HttpGateway.Limits.DEFAULT, "test", CLOCK);
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tenant/fhir", "/tenant/fhir/", "/tenant/fhir//", "/tenant/fhir?x=/y", "/tenant/fhir/#z"})
    @DisplayName("SM-02 the document is looked for below the base path, with Accept and without a credential")
    void asksBelowTheBase(String base) throws Exception {
        discover(base);

        assertThat(server.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.path()).isEqualTo("/tenant/fhir/.well-known/smart-configuration");
            assertThat(request.headers().get("Accept")).isEqualTo("application/json");
            assertThat(request.headers()).doesNotContainKey("Authorization");
        });
    }

    @Test
    @DisplayName("a token endpoint that is no URL of the web is none")
    void notWeb() {
        assertThatThrownBy(() -> SmartConfiguration.parse(
                        "{\"token_endpoint\":\"ftp://ehr.example/token\"}",
                        URI.create("https://ehr.example/fhir/.well-known/smart-configuration"),
                        named -> NamedUrl.resolve(URI.create("https://ehr.example/fhir/"), named),
                        Duration.ZERO))
                .isInstanceOfSatisfying(SmartFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(SmartFailure.Kind.NO_TOKEN_ENDPOINT));
    }

    @ParameterizedTest
    @CsvSource({
        "http://ehr.example/token,      https://ehr.example/token",
        "http://ehr.example:80/token,   https://ehr.example/token",
        "http://ehr.example:8443/token, https://ehr.example:8443/token",
        "https://id.example/token,      https://id.example/token",
    })
    @DisplayName("SM-01 the http of a proxy for the server's own https is mended")
    void forgottenTls(String named, URI meant) throws Exception {
        assertThat(parsed(named).tokenEndpoint()).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://id.example/token", "http://localhost:8080/token", "mailto:a@b"})
    @DisplayName("SM-01 one that cannot be used is shown")
    void unusable(String named) {
        assertThatThrownBy(() -> parsed(named))
                .isInstanceOfSatisfying(SmartFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(SmartFailure.Kind.NO_TOKEN_ENDPOINT))
                .hasMessageContaining(named);
    }

    private static SmartConfiguration parsed(String named) throws SmartFailure {
        return SmartConfiguration.parse(
                "{\"token_endpoint\":\"" + named + "\"}",
                URI.create("https://ehr.example/fhir/.well-known/smart-configuration"),
                url -> NamedUrl.resolve(URI.create("https://ehr.example/fhir/"), url),
                Duration.ZERO);
    }

    @Test
    @DisplayName("SM-02 a server without a path is asked at its root")
    void asksAtTheRoot() throws Exception {
        discover("");

        assertThat(server.requests().get(0).path()).isEqualTo("/.well-known/smart-configuration");
    }

    @ParameterizedTest
    @CsvSource({
        "auth/token, /tenant/fhir/auth/token",
        "./auth/token, /tenant/fhir/auth/token",
        "../auth/token, /tenant/auth/token",
        "/auth/token, /auth/token",
        "' /auth/token ', /auth/token"
    })
    @DisplayName("SM-03 a relative endpoint is resolved against the FHIR base")
    void resolves(String named, String expected) throws Exception {
        server.discovery = Answer.of(200, "{\"token_endpoint\":\"" + named + "\"}");

        assertThat(discover("/tenant/fhir").tokenEndpoint()).isEqualTo(server.url(expected));
        assertThat(discover("/tenant/fhir/").tokenEndpoint()).isEqualTo(server.url(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"token_endpoint\":\"https://a.example/t\"}",
                "{\"token_endpoint\":\"https://a.example/t\",\"capabilities\":[\"launch-ehr\"],"
                        + "\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]}",
                "{\"token_endpoint\":\"https://a.example/t\",\"capabilities\":null,\"scopes_supported\":\"odd\","
                        + "\"grant_types_supported\":[\"authorization_code\"],"
                        + "\"token_endpoint_auth_signing_alg_values_supported\":[\"RS256\"]}"
            })
    @DisplayName("SM-04 the token endpoint is enough: whatever else is missing or odd does not stop anyone")
    void needsOnlyTheEndpoint(String document) throws Exception {
        server.discovery = Answer.of(200, document);

        assertThat(discover("/fhir").tokenEndpoint()).isEqualTo(URI.create("https://a.example/t"));
    }

    @Test
    @DisplayName("SM-16 what the server offers is kept for choosing scopes")
    void keepsTheOffer() throws Exception {
        server.discovery = Answer.of(
                200,
                "{\"token_endpoint\":\"/t\",\"capabilities\":[\"permission-v2\",\"permission-v1\"],"
                        + "\"scopes_supported\":[\"system/*.rs\"]}");

        SmartConfiguration found = discover("/fhir");

        assertThat(found.capabilities()).containsExactlyInAnyOrder("permission-v1", "permission-v2");
        assertThat(found.scopesSupported()).containsExactly("system/*.rs");
    }

    @ParameterizedTest
    @ValueSource(ints = {600, -600, 32, -90})
    @DisplayName("SM-09 a clock that differs by more than 30 s is measured by the Date header")
    void measuresSkew(int seconds) throws Exception {
        InstantSource ours = InstantSource.fixed(CLOCK.instant().minusSeconds(seconds));

        Duration skew = SmartConfiguration.discover(gateway, retries, server.url("/fhir"), ours)
                .clockSkew();

        assertThat(skew).isBetween(Duration.ofSeconds(seconds - 2L), Duration.ofSeconds(seconds + 30L));
    }

    @Test
    @DisplayName("SM-09 a clock that is about right is left alone")
    void ignoresSmallSkew() throws Exception {
        InstantSource ours = InstantSource.fixed(CLOCK.instant().plusSeconds(20));

        assertThat(SmartConfiguration.discover(gateway, retries, server.url("/fhir"), ours)
                        .clockSkew())
                .isZero();
    }

    @Test
    @DisplayName("SM-09 a document out of a cache is as old as its Age says, which is no skew")
    void countsAge() throws Exception {
        server.discovery = Answer.of(200, "{\"token_endpoint\":\"/t\"}").with("Age", "600");
        InstantSource ours = InstantSource.fixed(CLOCK.instant().plusSeconds(600));

        assertThat(SmartConfiguration.discover(gateway, retries, server.url("/fhir"), ours)
                        .clockSkew())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"404", "401", "403", "410", "406"})
    @DisplayName("SM-02 a server without the document says so at once")
    void missing(int status) {
        server.discovery = Answer.of(status, "");

        SmartFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(Kind.NO_DISCOVERY);
        assertThat(failure.answer())
                .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(status));
        assertThat(failure.where())
                .isEqualTo(server.url("/fhir/.well-known/smart-configuration").toString());
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-02 a server that is busy is asked again, when it wants to be")
    void busy() {
        server.discovery = Answer.of(503).with("Retry-After", "7");

        assertThat(failure().isPassing()).isTrue();

        assertThat(server.requests()).hasSize(3);
        assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "<!DOCTYPE html><html>secret</html>, BAD_DISCOVERY, a web page",
                "\"\", BAD_DISCOVERY, empty",
                "secret, BAD_DISCOVERY, not JSON",
                "[], BAD_DISCOVERY, not JSON",
                "{}, NO_TOKEN_ENDPOINT, token_endpoint",
                "{'token_endpoint':null}, NO_TOKEN_ENDPOINT, token_endpoint",
                "{'token_endpoint':' '}, NO_TOKEN_ENDPOINT, token_endpoint",
                "{'token_endpoint':'http://a b'}, NO_TOKEN_ENDPOINT, token_endpoint",
                "{'token_endpoint':'urn:x'}, NO_TOKEN_ENDPOINT, token_endpoint"
            })
    @DisplayName("SM-04 another document than a SMART configuration is told by what it is, and not shown")
    void somethingElse(String body, Kind kind, String told) {
        server.discovery = Answer.of(200, body.replace('\'', '"'));

        SmartFailure failure = failure();

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(told).doesNotContain("secret");
        assertThat(failure.isPassing()).isFalse();
    }

    @Test
    @DisplayName("SM-01 plain http to another machine is not even tried")
    void plainHttp() {
        assertThatExceptionOfType(HttpFailure.class)
                .isThrownBy(() ->
                        SmartConfiguration.discover(gateway, retries, URI.create("http://ehr.example/fhir"), CLOCK))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(HttpFailure.Kind.EXPOSED));
    }

    private SmartConfiguration discover(String path) throws Exception {
        return SmartConfiguration.discover(gateway, retries, server.url(path), CLOCK);
    }

    private SmartFailure failure() {
        try {
            throw new AssertionError("found " + discover("/fhir"));
        } catch (SmartFailure failure) {
            return failure;
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }
}
