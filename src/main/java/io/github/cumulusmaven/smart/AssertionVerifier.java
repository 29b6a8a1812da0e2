package io.github.cumulusmaven.smart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies client assertions as a server does, as strictly as SMART allows: a client that passes here passes
 * everywhere. Safe for many threads.
 */
public final class AssertionVerifier {
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(5);

    private final List<Jwk> keys;
    private final String clientId;
    private final URI audience;
    private final Map<String, Instant> used = new HashMap<>();

    /**
     * Verifies the assertions of one client.
     *
     * @param publicJwksJson the JWKS that the client registered
     * @param clientId the client's id
     * @param audience the token endpoint's URL
     * @throws SmartFailure when the text holds no usable key
     */
    public AssertionVerifier(String publicJwksJson, String clientId, URI audience) throws SmartFailure {
        this.keys = usable(publicJwksJson)
                .orElseThrow(() -> SmartFailure.of(SmartFailure.Kind.KEY_UNUSABLE, "JWKS of " + clientId, ""));
        this.clientId = clientId;
        this.audience = audience;
    }

    private static Optional<List<Jwk>> usable(String publicJwksJson) {
        try {
            return Jwk.parse(publicJwksJson).filter(found -> found.stream()
                    .anyMatch(key -> key.algorithm().isPresent()));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** Returns when the assertion proves the client, once. */
    public void verify(String assertion, Instant now) throws AssertionRefused {
        SignedJWT jwt;
        JWTClaimsSet claims;
        try {
            jwt = SignedJWT.parse(assertion);
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException | IllegalStateException malformed) {
            throw new AssertionRefused("invalid_request", "client_assertion is not a signed JWT");
        }
        checkSignature(jwt);
        checkParties(claims);
        Instant expiry = checkTimes(claims, now);
        checkFirstUse(claims, expiry, now);
    }

    private void checkSignature(SignedJWT jwt) throws AssertionRefused {
        JWSHeader header = jwt.getHeader();
        require(JOSEObjectType.JWT.equals(header.getType()), "typ is not JWT");
        require(header.getKeyID() != null, "no kid");
        boolean genuine = keys.stream()
                .filter(key -> key.keyId().equals(header.getKeyID()))
                .filter(key -> key.fits(header.getAlgorithm().getName()))
                .anyMatch(key -> isSignedWith(key.material(), jwt));
        require(genuine, "the signature is not one of a registered key with this kid and alg");
    }

    private static boolean isSignedWith(JWK key, SignedJWT jwt) {
        try {
            JWSVerifier verifier = key instanceof ECKey curve
                    ? new ECDSAVerifier(curve.toPublicJWK())
                    : new RSASSAVerifier(key.toRSAKey().toPublicJWK());
            return jwt.verify(verifier);
        } catch (JOSEException unfit) {
            return false;
        }
    }

    private void checkParties(JWTClaimsSet claims) throws AssertionRefused {
        require(clientId.equals(claims.getIssuer()), "iss is not the client id");
        require(clientId.equals(claims.getSubject()), "sub is not the client id");
        require(claims.getAudience().contains(audience.toString()), "aud is not " + audience);
    }

    /**
     * Checks the times without leeway, as the five minutes are the leeway. Rounds their end up to a whole second: exp
     * has no fractions, and clients round.
     */
    private static Instant checkTimes(JWTClaimsSet claims, Instant now) throws AssertionRefused {
        Instant expiry = instant(claims.getExpirationTime()).orElse(Instant.MIN);
        require(!expiry.equals(Instant.MIN), "no exp");
        require(expiry.isAfter(now), "exp is past");
        Instant latest = now.plus(LONGEST_LIFE).plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
        require(!expiry.isAfter(latest), "exp is more than 5 minutes ahead");
        Instant start = instant(claims.getNotBeforeTime()).orElse(Instant.MIN);
        require(!start.isAfter(now), "nbf is not reached");
        return expiry;
    }

    private static Optional<Instant> instant(@Nullable Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    /** Remembers an id for as long as its assertion could be used again (SM-20). */
    private void checkFirstUse(JWTClaimsSet claims, Instant expiry, Instant now) throws AssertionRefused {
        String id = Optional.ofNullable(claims.getJWTID()).orElse("");
        require(!id.isBlank(), "no jti");
        synchronized (used) {
            used.values().removeIf(end -> !end.isAfter(now));
            require(used.putIfAbsent(id, expiry) == null, "jti was used before");
        }
    }

    private static void require(boolean met, String otherwise) throws AssertionRefused {
        if (!met) {
            throw new AssertionRefused("invalid_client", otherwise);
        }
    }
}
