package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.smart.ClientAssertion;
import io.github.cumulusmaven.smart.ClientCredentials;
import io.github.cumulusmaven.smart.KeyAlgorithm;
import io.github.cumulusmaven.smart.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Speaks HTTP to a sandbox server, as any client would. */
final class TestClient {
    static final SigningKey KEY = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LONGEST_EXPORT = Duration.ofSeconds(20);

    private final SandboxServer server;
    private final Optional<String> token;

    private TestClient(SandboxServer server, Optional<String> token) {
        this.server = server;
        this.token = token;
    }

    static TestClient of(SandboxServer server) {
        return new TestClient(server, Optional.empty());
    }

    TestClient withToken(String better) {
        return new TestClient(server, Optional.of(better));
    }

    /** Registers and gets a token, as SMART Backend Services has it. */
    TestClient authorized(String scope, InstantSource clock) {
        JsonNode answer = json(requestToken(register(), scope, clock));
        return withToken(answer.path("access_token").asText());
    }

    ClientCredentials register() {
        try {
            return new ClientCredentials(server.register(KEY.publicJwks()), KEY);
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    HttpResponse<String> requestToken(ClientCredentials client, String scope, InstantSource clock) {
        return form(server.tokenUrl(), tokenForm(assertion(client, clock), scope));
    }

    String assertion(ClientCredentials client, InstantSource clock) {
        try {
            return ClientAssertion.sign(client, server.tokenUrl(), clock.instant());
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    static Map<String, String> tokenForm(String assertion, String scope) {
        return Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion,
                "scope",
                scope);
    }

    HttpResponse<String> form(URI url, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(url)
                .setHeader("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    /** Below the FHIR base. */
    URI url(String path) {
        return URI.create(server.fhirBase() + path);
    }

    HttpRequest.Builder request(URI url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).setHeader("Accept", "application/fhir+json");
        token.ifPresent(secret -> request.setHeader("Authorization", "Bearer " + secret));
        return request;
    }

    HttpResponse<String> get(String path) {
        return get(url(path));
    }

    HttpResponse<String> get(URI url) {
        return send(request(url));
    }

    HttpResponse<String> delete(URI url) {
        return send(request(url).DELETE());
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return HTTP.send(request.build(), body);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException hurry) {
            throw new IllegalStateException(hurry);
        }
    }

    HttpResponse<String> kickOff(String path) {
        return kickOff(path, "respond-async");
    }

    HttpResponse<String> kickOff(String path, String prefer) {
        return send(request(url(path)).setHeader("Prefer", prefer));
    }

    HttpResponse<String> kickOffByPost(String path, String parameters) {
        return send(request(url(path))
                .setHeader("Prefer", "respond-async")
                .setHeader("Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofString(parameters)));
    }

    /** Kick-off and polling until the manifest is there. */
    JsonNode export(String path) {
        return manifest(kickOff(path));
    }

    JsonNode manifest(HttpResponse<String> kickOff) {
        HttpResponse<String> end = awaitEnd(statusUrl(kickOff));
        assertThat(end.statusCode()).as(end.body()).isEqualTo(200);
        return json(end);
    }

    static URI statusUrl(HttpResponse<String> kickOff) {
        assertThat(kickOff.statusCode()).as(kickOff.body()).isEqualTo(202);
        return URI.create(kickOff.headers().firstValue("Content-Location").orElseThrow());
    }

    HttpResponse<String> awaitEnd(URI status) {
        long start = System.nanoTime();
        HttpResponse<String> answer = get(status);
        while (answer.statusCode() == 202) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST_EXPORT);
            answer = get(status);
        }
        return answer;
    }

    /** The ids of a manifest's resources of a type, over all its files. */
    List<String> ids(JsonNode manifest, String type) {
        List<String> ids = new ArrayList<>();
        for (JsonNode item : manifest.path("output")) {
            if (item.path("type").asText().equals(type)) {
                lines(item)
                        .forEach(line -> ids.add(FhirJson.parseObject(line)
                                .orElseThrow()
                                .path("id")
                                .asText()));
            }
        }
        return ids;
    }

    List<String> types(JsonNode manifest) {
        return manifest.path("output").findValuesAsText("type").stream()
                .distinct()
                .toList();
    }

    /** The lines of a file of a manifest. */
    List<String> lines(JsonNode item) {
        HttpResponse<String> file = get(URI.create(item.path("url").asText()));
        assertThat(file.statusCode()).isEqualTo(200);
        return file.body().lines().toList();
    }

    static JsonNode json(HttpResponse<String> answer) {
        return FhirJson.parseObject(answer.body()).orElseThrow();
    }

    /** What an OperationOutcome says. */
    static String words(HttpResponse<String> answer) {
        JsonNode outcome = json(answer);
        assertThat(outcome.path("resourceType").asText()).isEqualTo("OperationOutcome");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/fhir+json");
        return outcome.at("/issue/0/diagnostics").asText();
    }
}
