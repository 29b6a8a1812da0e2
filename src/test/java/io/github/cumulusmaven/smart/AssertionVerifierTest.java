package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AssertionVerifierTest {
    private static final URI TOKEN = URI.create("https://ehr.example/oauth/token");
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.8Z");
    private static final ClientCredentials CLIENT = new ClientCredentials("client-1", Keys.ES384);

    static Stream<SigningKey> keys() {
        return Keys.ofEveryAlgorithm();
    }

    @ParameterizedTest
    @MethodSource("keys")
    @DisplayName("SM-06 what our client signs with any algorithm is accepted")
    void acceptsOurOwn(SigningKey key) throws Exception {
        ClientCredentials client = new ClientCredentials("client-1", key);
        AssertionVerifier verifier = new AssertionVerifier(key.publicJwks(), "client-1", TOKEN);

        String assertion = ClientAssertion.sign(client, TOKEN, NOW);

        assertThatCode(() -> verifier.verify(assertion, NOW)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("SM-20 an assertion is good for one request")
    void refusesReplay() throws Exception {
        AssertionVerifier verifier = verifier();
        String assertion = ClientAssertion.sign(CLIENT, TOKEN, NOW);
        verifier.verify(assertion, NOW);

        assertRefused(verifier, assertion, NOW.plusSeconds(1), "invalid_client", "jti");
    }

    @Test
    @DisplayName("SM-20 of many threads with the same assertion one passes")
    void refusesSimultaneousReplay() throws Exception {
        AssertionVerifier verifier = verifier();
        String assertion = ClientAssertion.sign(CLIENT, TOKEN, NOW);
        Callable<Integer> attempt = () -> {
            try {
                verifier.verify(assertion, NOW);
                return 1;
            } catch (AssertionRefused replay) {
                return 0;
            }
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            int passed = 0;
            for (Future<Integer> outcome : threads.invokeAll(
                    IntStream.range(0, 8).mapToObj(number -> attempt).toList())) {
                passed += outcome.get();
            }
            assertThat(passed).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("SM-20 the id of an assertion that has ended is forgotten, so memory is bounded")
    void forgetsEndedOnes() throws Exception {
        AssertionVerifier verifier = verifier();
        verifier.verify(signed(header(), claims().jwtID("again")), NOW);

        Instant later = NOW.plus(Duration.ofMinutes(5));
        String second = signed(header(), claims().jwtID("again").expirationTime(Date.from(later.plusSeconds(60))));

        assertThatCode(() -> verifier.verify(second, later)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("SM-20 of two registered keys the one with the kid counts")
    void findsTheKeyById() throws Exception {
        SigningKey rsa = new SigningKey(Keys.RSA, "rsa", "RS384");
        String both = "{\"keys\":[" + onlyKey(rsa.publicJwks()) + "," + onlyKey(Keys.ES384.publicJwks()) + "]}";
        AssertionVerifier verifier = new AssertionVerifier(both, "client-1", TOKEN);

        verifier.verify(ClientAssertion.sign(CLIENT, TOKEN, NOW), NOW);
        verifier.verify(ClientAssertion.sign(new ClientCredentials("client-1", rsa), TOKEN, NOW), NOW);

        SigningKey mislabelled = new SigningKey(Keys.RSA, "es384", "RS384");
        String wrongKey = ClientAssertion.sign(new ClientCredentials("client-1", mislabelled), TOKEN, NOW);
        assertRefused(verifier, wrongKey, NOW, "invalid_client", "signature");
    }

    @Test
    @DisplayName("SM-06 another algorithm than the one that the key is registered for is refused")
    void refusesAnotherAlgorithm() throws Exception {
        AssertionVerifier verifier =
                new AssertionVerifier(new SigningKey(Keys.RSA, "rsa", "RS384").publicJwks(), "client-1", TOKEN);
        SigningKey weaker = new SigningKey(Keys.RSA, "rsa", "RS256");

        String assertion = ClientAssertion.sign(new ClientCredentials("client-1", weaker), TOKEN, NOW);

        assertRefused(verifier, assertion, NOW, "invalid_client", "alg");
    }

    static Stream<Arguments> badAssertions() {
        JWSHeader.Builder plain = header();
        return Stream.of(
                Arguments.of(
                        "kid", signed(new JWSHeader.Builder(JWSAlgorithm.ES384).type(JOSEObjectType.JWT), claims())),
                Arguments.of("typ", signed(new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("es384"), claims())),
                Arguments.of("signature", signed(header().keyID("other"), claims())),
                Arguments.of("signature", tampered(signed(plain, claims()))),
                Arguments.of("iss", signed(plain, claims().issuer("someone"))),
                Arguments.of("iss", signed(plain, claims().issuer(null))),
                Arguments.of("sub", signed(plain, claims().subject("someone"))),
                Arguments.of("aud", signed(plain, claims().audience("https://ehr.example/oauth"))),
                Arguments.of("aud", signed(plain, claims().audience((String) null))),
                Arguments.of("no exp", signed(plain, claims().expirationTime(null))),
                Arguments.of("exp is past", signed(plain, claims().expirationTime(Date.from(NOW.minusMillis(900))))),
                Arguments.of("nbf", signed(plain, claims().notBeforeTime(Date.from(NOW.plusSeconds(2))))),
                Arguments.of("jti", signed(plain, claims().jwtID(null))),
                Arguments.of("jti", signed(plain, claims().jwtID(" "))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badAssertions")
    @DisplayName("SM-08 an assertion with one thing wrong is refused as invalid_client, with that thing named")
    void namesWhatIsWrong(String named, String assertion) throws Exception {
        assertRefused(verifier(), assertion, NOW, "invalid_client", named);
    }

    @Test
    @DisplayName("SM-08 exp has whole seconds: five minutes from now, rounded up, are not too many")
    void acceptsRoundedFiveMinutes() throws Exception {
        Instant rounded = Instant.parse("2026-03-04T05:06:08Z");
        String assertion = signed(header(), claims().expirationTime(Date.from(rounded.plus(Duration.ofMinutes(5)))));

        assertThatCode(() -> verifier().verify(assertion, NOW)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("SM-08 what is more than five minutes ahead in whole seconds is refused")
    void refusesTheSecondAfter() throws Exception {
        Instant end = Instant.parse("2026-03-04T05:11:09Z");
        String assertion = signed(header(), claims().expirationTime(Date.from(end)));

        assertRefused(verifier(), assertion, NOW, "invalid_client", "5 minutes");
        assertRefused(verifier(), assertion, end.minusSeconds(301), "invalid_client", "5 minutes");
    }

    static Stream<String> malformed() {
        return Stream.of("", "a", "a.b.c", "..", new PlainJWT(claims().build()).serialize(), "{}");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    @DisplayName("SM-08 what is no signed JWT is an invalid_request")
    void refusesMalformed(String assertion) throws Exception {
        assertRefused(verifier(), assertion, NOW, "invalid_request", "signed JWT");
    }

    @Test
    @DisplayName("SM-18 a JWKS without a usable key is no registration")
    void refusesEmptyRegistration() {
        assertThatExceptionOfType(SmartFailure.class)
                .isThrownBy(() -> new AssertionVerifier("{\"keys\":[]}", "client-1", TOKEN));
    }

    private static AssertionVerifier verifier() throws SmartFailure {
        return new AssertionVerifier(Keys.ES384.publicJwks(), "client-1", TOKEN);
    }

    private static void assertRefused(
            AssertionVerifier verifier, String assertion, Instant now, String error, String description) {
        assertThatExceptionOfType(AssertionRefused.class)
                .isThrownBy(() -> verifier.verify(assertion, now))
                .satisfies(refused -> {
                    assertThat(refused.error()).isEqualTo(error);
                    assertThat(refused.description()).contains(description);
                });
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.ES384)
                .type(JOSEObjectType.JWT)
                .keyID("es384");
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer("client-1")
                .subject("client-1")
                .audience(TOKEN.toString())
                .expirationTime(Date.from(NOW.plusSeconds(300)))
                .jwtID("once");
    }

    private static String signed(JWSHeader.Builder header, JWTClaimsSet.Builder claims) {
        SignedJWT jwt = new SignedJWT(header.build(), claims.build());
        try {
            jwt.sign(Keys.ES384.signer());
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        return jwt.serialize();
    }

    private static String tampered(String jwt) {
        String[] parts = jwt.split("\\.");
        char first = parts[2].charAt(0) == 'A' ? 'B' : 'A';
        return parts[0] + "." + parts[1] + "." + first + parts[2].substring(1);
    }

    private static String onlyKey(String jwks) {
        return jwks.substring(jwks.indexOf('[') + 1, jwks.lastIndexOf(']'));
    }
}
