package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.smart.AssertionRefused;
import io.github.cumulusmaven.smart.AssertionVerifier;
import io.github.cumulusmaven.smart.SmartFailure;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The registered clients. Anyone on this machine can become one, as in the sandbox of an EHR's vendor. */
final class Clients {
    private final URI tokenUrl;
    private final Map<String, AssertionVerifier> verifiers = new ConcurrentHashMap<>();

    Clients(URI tokenUrl) {
        this.tokenUrl = tokenUrl;
    }

    /** Takes public keys and gives a client id. */
    String register(String publicJwks) throws SmartFailure {
        String clientId = UUID.randomUUID().toString();
        register(clientId, publicJwks);
        return clientId;
    }

    /** Takes the public keys of a client that has an id from an earlier run. */
    void register(String clientId, String publicJwks) throws SmartFailure {
        verifiers.put(clientId, new AssertionVerifier(publicJwks, clientId, tokenUrl));
    }

    /** The id of the client that an assertion proves. */
    String authenticate(String assertion, Instant now) throws Refusal {
        String clientId = issuer(assertion)
                .orElseThrow(() -> Refusal.oauth("invalid_request", "client_assertion is not a signed JWT"));
        AssertionVerifier verifier = Optional.ofNullable(verifiers.get(clientId))
                .orElseThrow(() -> Refusal.oauth("invalid_client", "iss is not a registered client"));
        try {
            verifier.verify(assertion, now);
            return clientId;
        } catch (AssertionRefused refused) {
            throw Refusal.oauth(refused.error(), refused.description());
        }
    }

    /** Who claims to have made it: proves nothing, only tells with whose keys to look closer. */
    private static Optional<String> issuer(String assertion) {
        String[] parts = assertion.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return FhirJson.parseObject(claims).flatMap(object -> FhirJson.text(object, "iss"));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
