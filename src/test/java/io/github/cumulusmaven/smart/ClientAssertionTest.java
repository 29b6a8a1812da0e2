package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientAssertionTest {
    private static final URI TOKEN = URI.create("https://ehr.example/oauth/token");
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.8Z");

    static Stream<SigningKey> keys() {
        return Keys.ofEveryAlgorithm();
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("SM-07 the header is alg, kid and typ=JWT, nothing else")
    void header(SigningKey key) throws Exception {
        SignedJWT jwt = sign(key);

        assertThat(jwt.getHeader().toJSONObject())
                .isEqualTo(Map.of("alg", key.algorithm(), "kid", key.keyId(), "typ", "JWT"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("SM-08 SM-09 iss = sub = client id, aud = the endpoint, iat now, exp 240 s later, and a jti")
    void claims(SigningKey key) throws Exception {
        Map<String, Object> claims = sign(key).getPayload().toJSONObject();

        long now = NOW.getEpochSecond();
        assertThat(claims)
                .containsEntry("iss", "client-1")
                .containsEntry("sub", "client-1")
                .containsEntry("aud", TOKEN.toString())
                .containsEntry("iat", now)
                .containsEntry("exp", now + 240)
                .containsOnlyKeys("iss", "sub", "aud", "iat", "exp", "jti");
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("SM-11 no two assertions share a jti")
    void unique(SigningKey key) throws Exception {
        assertThat(sign(key).getJWTClaimsSet().getJWTID())
                .isNotEqualTo(sign(key).getJWTClaimsSet().getJWTID());
    }

    private static SignedJWT sign(SigningKey key) throws Exception {
        return SignedJWT.parse(ClientAssertion.sign(new ClientCredentials("client-1", key), TOKEN, NOW));
    }
}
