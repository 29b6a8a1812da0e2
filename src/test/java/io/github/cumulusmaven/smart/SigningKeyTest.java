package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import io.github.cumulusmaven.fhir.FhirJson;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
    @Test
    @DisplayName("SM-06 a generated RS384 key has 3072 bits")
    void generatesRsa() throws Exception {
        SigningKey key = SigningKey.generate(KeyAlgorithm.RS384, Optional.empty());

        assertThat(key.algorithm()).isEqualTo("RS384");
        assertThat(JWKSet.parse(key.publicJwks()).getKeys().get(0).size()).isEqualTo(3072);
    }

    @Test
    @DisplayName("SM-18 the public JWKS has kty, kid, alg, use, key_ops and the curve's numbers, as bare values")
    void showsThePublicPart() throws Exception {
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.of("2026"));

        JsonNode published = FhirJson.mapper().readTree(key.publicJwks()).path("keys");

        assertThat(published).hasSize(1);
        JsonNode only = published.get(0);
        assertThat(only.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("kty", "kid", "alg", "use", "key_ops", "crv", "x", "y");
        assertThat(only.path("kty").asText()).isEqualTo("EC");
        assertThat(only.path("kid").asText()).isEqualTo("2026");
        assertThat(only.path("alg").asText()).isEqualTo("ES384");
        assertThat(only.path("use").asText()).isEqualTo("sig");
        assertThat(only.path("key_ops").toString()).isEqualTo("[\"verify\"]");
        assertThat(only.path("crv").asText()).isEqualTo("P-384");
    }

    @Test
    @DisplayName("SM-18 the public JWKS of an RSA key has n and e, and none of the private numbers")
    void hidesThePrivateNumbers() throws Exception {
        String published = new SigningKey(Keys.RSA, "rsa", "RS384").publicJwks();

        assertThat(FhirJson.mapper().readTree(published).at("/keys/0").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("kty", "kid", "alg", "use", "key_ops", "n", "e");
        assertThat(published).doesNotContain(Keys.RSA.getPrivateExponent().toString());
    }

    @Test
    @DisplayName("SM-07 without an id of the caller's, the id is the thumbprint of RFC 7638")
    void identifiesByThumbprint() throws Exception {
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());

        String expected = JWKSet.parse(key.publicJwks())
                .getKeys()
                .get(0)
                .computeThumbprint()
                .toString();

        assertThat(key.keyId()).isEqualTo(expected).hasSize(43);
    }

    @Test
    @DisplayName("SM-17 as text a key is its id and its algorithm, also inside of credentials")
    void isSafeToPrint() {
        SigningKey key = Keys.ES384;

        assertThat(key).hasToString("SigningKey[kid=es384, alg=ES384]");
        assertThat(new ClientCredentials("my-client", key))
                .hasToString("ClientCredentials[clientId=my-client, key=SigningKey[kid=es384, alg=ES384]]");
    }
}
