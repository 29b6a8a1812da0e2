package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.smart.ClientCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private SandboxServer server;
    private TestClient anyone;

    @BeforeEach
    void serve() throws IOException {
        SandboxData data = SmallData.threePatients(folder)
                .file("Binary.ndjson", "{\"resourceType\":\"Binary\",\"id\":\"b\",\"data\":\"QQ==\"}")
                .data();
        server = SandboxServer.start(new SandboxConfig(0, data, true), clock);
        anyone = TestClient.of(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    @DisplayName("SM-12: a signed assertion becomes a token of five minutes")
    void token() {
        HttpResponse<String> answer = anyone.requestToken(anyone.register(), "system/*.rs  system/Patient.read", clock);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode grant = TestClient.json(answer);
        assertThat(grant.path("access_token").asText()).hasSizeGreaterThan(40);
        assertThat(grant.path("token_type").asText()).isEqualTo("bearer");
        assertThat(grant.path("expires_in").intValue()).isEqualTo(300);
        assertThat(grant.path("scope").asText()).isEqualTo("system/*.rs system/Patient.read");
    }

    @Test
    @DisplayName("Registration over HTTP gives a client id that works")
    void register() {
        URI url = server.tokenUrl().resolve("/auth/register");
        HttpResponse<String> answer = anyone.form(url, Map.of("jwks", TestClient.KEY.publicJwks()));

        assertThat(answer.statusCode()).isEqualTo(201);
        String clientId = TestClient.json(answer).path("client_id").asText();
        assertThat(anyone.requestToken(new ClientCredentials(clientId, TestClient.KEY), "system/*.rs", clock)
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "jwks, {}, invalid_client_metadata",
        "jwks, nonsense, invalid_client_metadata",
        "keys, {}, invalid_request"
    })
    @DisplayName("Registration without a usable key is refused in OAuth's words")
    void registerNothing(String field, String value, String error) {
        HttpResponse<String> answer = anyone.form(server.tokenUrl().resolve("/auth/register"), Map.of(field, value));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestClient.json(answer).path("error").asText()).isEqualTo(error);
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type, authorization_code, 400, unsupported_grant_type",
        "grant_type, '', 400, invalid_request",
        "client_assertion_type, jwt, 400, invalid_request",
        "client_assertion, '', 400, invalid_request",
        "client_assertion, a.b.c, 400, invalid_request",
        "client_assertion, eyJhbGciOiJub25lIn0.eyJpc3MiOiJub2JvZHkifQ., 401, invalid_client",
        "scope, '', 400, invalid_request",
        "scope, system/*.cruds, 400, invalid_scope",
        "scope, system/*.*, 400, invalid_scope",
        "scope, user/*.rs, 400, invalid_scope",
        "scope, system/Nope.rs, 400, invalid_scope",
        "scope, system/Patient.rs launch, 400, invalid_scope",
    })
    @DisplayName("SM-14: a bad token request is refused in OAuth's words")
    void badTokenRequest(String field, String value, int status, String error) {
        Map<String, String> form =
                new HashMap<>(TestClient.tokenForm(anyone.assertion(anyone.register(), clock), "system/*.rs"));
        form.put(field, value);

        HttpResponse<String> answer = anyone.form(server.tokenUrl(), form);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(TestClient.json(answer).path("error").asText()).isEqualTo(error);
        assertThat(TestClient.json(answer).path("error_description").asText()).isNotBlank();
    }

    @Test
    @DisplayName("SM-11, SM-20: an assertion works once, and not when its time is over")
    void assertionLife() {
        ClientCredentials client = anyone.register();
        Map<String, String> form = TestClient.tokenForm(anyone.assertion(client, clock), "system/*.rs");
        Map<String, String> later = TestClient.tokenForm(anyone.assertion(client, clock), "system/*.rs");
        assertThat(anyone.form(server.tokenUrl(), form).statusCode()).isEqualTo(200);

        HttpResponse<String> again = anyone.form(server.tokenUrl(), form);
        clock.pass(Duration.ofMinutes(6));
        HttpResponse<String> late = anyone.form(server.tokenUrl(), later);

        assertThat(List.of(again.statusCode(), late.statusCode())).containsOnly(401);
        assertThat(TestClient.json(again).path("error").asText()).isEqualTo("invalid_client");
    }

    @Test
    @DisplayName("The token endpoint takes forms only, by POST only")
    void formOnly() {
        assertThat(anyone.get(server.tokenUrl()).statusCode()).isEqualTo(405);
        HttpResponse<String> json = anyone.send(anyone.request(server.tokenUrl())
                .POST(BodyPublishers.ofString("{\"grant_type\":\"client_credentials\"}")));
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(TestClient.json(json).path("error").asText()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/$export",
                "/Patient/$export",
                "/Group/nobody/$export",
                "/bulkstatus/x",
                "/bulkfiles/x/y",
                "/Binary/b"
            })
    @DisplayName("FL-01, ST-01: without a token, or with a wrong one, nothing is told")
    void noToken(String path) {
        HttpResponse<String> bare = anyone.kickOff(path);
        HttpResponse<String> wrong = anyone.withToken("wrong").kickOff(path);

        assertThat(bare.statusCode()).isEqualTo(401);
        assertThat(bare.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(TestClient.words(bare)).isEqualTo("An access token is needed");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"invalid_token\"");
        assertThat(TestClient.words(wrong)).doesNotContain("wrong");
    }

    @Test
    @DisplayName("FL-01: the whole flow, from the key to the file")
    void flow() {
        TestClient client = anyone.authorized("system/*.read", clock);

        JsonNode manifest = client.export("/Group/cohort/$export");

        assertThat(manifest.path("requiresAccessToken").booleanValue()).isTrue();
        assertThat(client.ids(manifest, "Observation")).containsExactly("o1", "o3");
        URI file = URI.create(manifest.at("/output/0/url").asText());
        assertThat(anyone.get(file).statusCode()).isEqualTo(401);
    }

    @Test
    @DisplayName("SM-13: a token ends after five minutes; another of the same client goes on")
    void expiry() {
        ClientCredentials registered = anyone.register();
        String first = TestClient.json(anyone.requestToken(registered, "system/*.rs", clock))
                .path("access_token")
                .asText();
        TestClient client = anyone.withToken(first);
        URI status = TestClient.statusUrl(client.kickOff("/$export"));
        clock.pass(Duration.ofSeconds(299));
        assertThat(client.get(status).statusCode()).isNotEqualTo(401);

        clock.pass(Duration.ofSeconds(1));

        assertThat(client.get(status).statusCode()).isEqualTo(401);
        String second = TestClient.json(anyone.requestToken(registered, "system/*.rs", clock))
                .path("access_token")
                .asText();
        assertThat(anyone.withToken(second).awaitEnd(status).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("KO-12: the scopes decide what an export holds")
    void scopesLimit() {
        TestClient client = anyone.authorized("system/Patient.rs system/Practitioner.read", clock);

        assertThat(client.types(client.export("/$export"))).containsExactly("Patient", "Practitioner");
        assertThat(client.export("/$export").path("error")).isEmpty();
    }

    @Test
    @DisplayName("A type that is asked for and beyond the token's scopes is an error entry; the others are exported")
    void scopesLimitTypes() {
        TestClient client = anyone.authorized("system/Patient.rs system/Observation.r", clock);

        HttpResponse<String> kickOff = client.kickOff("/$export?_type=Patient,Observation,Condition");
        JsonNode manifest = client.manifest(kickOff);

        assertThat(TestClient.json(kickOff).findValuesAsText("diagnostics"))
                .contains("The scopes of the token do not let it export any Observation");
        assertThat(client.types(manifest)).containsExactly("Patient");
        assertThat(manifest.at("/error/0/type").asText()).isEqualTo("OperationOutcome");
        assertThat(client.lines(manifest.at("/error/0")))
                .hasSize(2)
                .allMatch(line -> line.contains("\"severity\":\"error\",\"code\":\"forbidden\""))
                .anyMatch(line -> line.contains("export any Observation"))
                .anyMatch(line -> line.contains("export any Condition"));
    }

    @ParameterizedTest
    @CsvSource({
        "system/Patient.r, /$export",
        "system/Patient.rs, /$export?_type=Observation",
        "system/Practitioner.rs, /Patient/$export",
    })
    @DisplayName("A token whose scopes allow none of it gets no export")
    void scopesForbid(String scope, String path) {
        HttpResponse<String> answer = anyone.authorized(scope, clock).kickOff(path);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"insufficient_scope\"");
        assertThat(TestClient.words(answer)).startsWith("The scopes of the token do not let it export");
    }

    @Test
    @DisplayName("FL-01: a file needs a scope of its type too")
    void fileScope() {
        ClientCredentials registered = anyone.register();
        TestClient wide = withScope(registered, "system/*.rs");
        URI file = URI.create(
                wide.export("/$export?_type=Patient").at("/output/0/url").asText());

        assertThat(withScope(registered, "system/Observation.rs").get(file).statusCode())
                .isEqualTo(403);
        assertThat(withScope(registered, "system/Patient.rs").get(file).statusCode())
                .isEqualTo(200);
    }

    private TestClient withScope(ClientCredentials registered, String scope) {
        JsonNode grant = TestClient.json(anyone.requestToken(registered, scope, clock));
        return anyone.withToken(grant.path("access_token").asText());
    }

    @Test
    @DisplayName("A single resource needs a scope that lets it be read")
    void readScope() {
        assertThat(anyone.authorized("system/Binary.r", clock).get("/Binary/b").statusCode())
                .isEqualTo(200);
        assertThat(anyone.authorized("system/Binary.s", clock).get("/Binary/b").statusCode())
                .isEqualTo(403);
        assertThat(anyone.authorized("system/Patient.rs", clock)
                        .get("/Binary/b")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("To a client, the exports of another do not exist")
    void otherClient() {
        TestClient owner = anyone.authorized("system/*.rs", clock);
        TestClient other = anyone.authorized("system/*.rs", clock);
        HttpResponse<String> kickOff = owner.kickOff("/$export");
        URI status = TestClient.statusUrl(kickOff);
        URI file = URI.create(owner.manifest(kickOff).at("/output/0/url").asText());

        assertThat(other.get(status).statusCode()).isEqualTo(404);
        assertThat(other.get(file).statusCode()).isEqualTo(404);
        assertThat(other.delete(status).statusCode()).isEqualTo(404);
        assertThat(owner.get(file).statusCode()).isEqualTo(200);
    }

    @Test
    @DisplayName("Many clients at once get each their own")
    void concurrentClients() throws Exception {
        List<Callable<List<String>>> exports = IntStream.range(0, 12)
                .<Callable<List<String>>>mapToObj(number -> () -> {
                    TestClient client = anyone.authorized("system/*.rs", clock);
                    String path = number % 2 == 0 ? "/Group/cohort/$export" : "/Patient/$export";
                    return client.ids(client.export(path), "Patient");
                })
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<List<String>>> results = threads.invokeAll(exports);
            for (int number = 0; number < results.size(); number++) {
                assertThat(results.get(number).get()).hasSize(number % 2 == 0 ? 2 : 3);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("An open server asks for no token, and minds none")
    void open() throws IOException {
        try (SandboxServer open = SandboxServer.start(new SandboxConfig(0, SandboxData.folder(folder), false), clock)) {
            JsonNode manifest = TestClient.of(open).withToken("whatever").export("/$export?_type=Patient");

            assertThat(manifest.path("requiresAccessToken").booleanValue()).isFalse();
            assertThat(TestClient.of(open).ids(manifest, "Patient")).hasSize(3);
        }
    }
}
