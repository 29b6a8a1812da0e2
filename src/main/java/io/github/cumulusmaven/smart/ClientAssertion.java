package io.github.cumulusmaven.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** Makes the signed JWT by which a client authenticates itself; each is good for one request (SM-07, SM-08, SM-11). */
public final class ClientAssertion {
    /**
     * The life of an assertion. SMART allows five minutes, and four can look like more where clocks differ a little.
     */
    static final Duration LIFE = Duration.ofMinutes(4);

    private ClientAssertion() {}

    /**
     * Signs a new assertion, never equal to an earlier one.
     *
     * @param audience the token endpoint's URL, as it is requested
     * @param now the server's time; {@code iat} is sent as some servers insist on it (SM-09)
     * @throws SmartFailure when the key's numbers are not a key
     */
    public static String sign(ClientCredentials client, URI audience, Instant now) throws SmartFailure {
        SigningKey key = client.key();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.parse(key.algorithm()))
                .type(JOSEObjectType.JWT)
                .keyID(key.keyId())
                .build();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(client.clientId())
                .subject(client.clientId())
                .audience(audience.toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT assertion = new SignedJWT(header, claims);
        try {
            assertion.sign(key.signer());
        } catch (JOSEException | IllegalArgumentException damaged) {
            throw SmartFailure.of(SmartFailure.Kind.KEY_UNUSABLE, "key " + key.keyId(), "");
        }
        return assertion.serialize();
    }
}
