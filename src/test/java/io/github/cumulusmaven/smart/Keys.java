package io.github.cumulusmaven.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.Optional;
import java.util.stream.Stream;

/** Keys for tests, made once: RSA ones take their time. */
final class Keys {
    static final RSAKey RSA = rsa();
    static final ECKey P256 = curve(Curve.P_256);
    static final ECKey P384 = curve(Curve.P_384);
    static final ECKey P521 = curve(Curve.P_521);
    static final SigningKey ES384 = SigningKey.generate(KeyAlgorithm.ES384, Optional.of("es384"));

    private Keys() {}

    /** Each algorithm that a server may ask for, SMART's two first. */
    static Stream<SigningKey> ofEveryAlgorithm() {
        return Stream.of(
                new SigningKey(RSA, "rs384", "RS384"),
                ES384,
                new SigningKey(RSA, "rs256", "RS256"),
                new SigningKey(RSA, "rs512", "RS512"),
                new SigningKey(P256, "es256", "ES256"),
                new SigningKey(P521, "es512", "ES512"));
    }

    private static RSAKey rsa() {
        try {
            return new RSAKeyGenerator(2048).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ECKey curve(Curve curve) {
        try {
            return new ECKeyGenerator(curve).generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
