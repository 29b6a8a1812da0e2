package io.github.cumulusmaven.smart;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as the answer of a token endpoint. */
class TokenAnswerFuzz {
    private static final Instant NOW = Instant.parse("2026-11-23T04:00:00Z");
    private static final TokenEndpoint ENDPOINT = new TokenEndpoint(
            new HttpGateway(HttpGateway.Limits.DEFAULT, "fuzz", () -> NOW),
            new Retries(RetryPolicy.NEVER, wait -> {}, (what, attempt, attempts, reason, wait) -> {}),
            new SmartConfiguration(URI.create("https://ehr.example/token"), Set.of(), Set.of(), Duration.ZERO),
            new ClientCredentials("me", SigningKey.generate(KeyAlgorithm.ES384, Optional.empty())),
            () -> NOW);

    @ValueSource(
            strings = {
                "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":300,\"scope\":\"system/*.read\"}",
                "{\"access_token\":\"abc\",\"expires_in\":\"1e3\"}",
                "{\"access_token\":\"abc\",\"expires_in\":3.0E2,\"scope\":[]}"
            })
    @FuzzTest
    void read(String text) {
        Optional<ObjectNode> json = text == null ? Optional.empty() : FhirJson.parseAnswer(text);
        try {
            if (json.isPresent()) {
                AccessToken token = ENDPOINT.token(json.get(), List.of("system/*.read"), NOW);
                if (!token.expiresAt().isAfter(NOW)) {
                    throw new AssertionError("over before it begins");
                }
            }
        } catch (SmartFailure none) {
            return;
        }
    }
}
