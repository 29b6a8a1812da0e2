package io.github.cumulusmaven.smart;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.redact.Secrets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A private key that signs client assertions. Shows only its id and its algorithm (SM-17). */
public final class SigningKey {
    private static final int RSA_BITS = 3072;
    private static final int SMALLEST_RSA_BITS = 2048;

    private final JWK material;
    private final String keyId;
    private final String algorithm;

    SigningKey(JWK material, String keyId, String algorithm) {
        this.material = material;
        this.keyId = keyId;
        this.algorithm = algorithm;
    }

    /** Generates a key pair; without an id of the caller's, its thumbprint (RFC 7638) is its id. */
    public static SigningKey generate(KeyAlgorithm algorithm, Optional<String> keyId) {
        JWK material = generate(algorithm);
        return new SigningKey(material, keyId.orElseGet(() -> Jwk.thumbprint(material)), algorithm.name());
    }

    private static JWK generate(KeyAlgorithm algorithm) {
        try {
            return switch (algorithm) {
                case RS384 -> new RSAKeyGenerator(RSA_BITS).generate();
                case ES384 -> new ECKeyGenerator(Curve.P_384).generate();
            };
        } catch (JOSEException noSuchAlgorithm) {
            throw new IllegalStateException(noSuchAlgorithm);
        }
    }

    /** Returns the {@code kid}, by which the server finds the public key. */
    public String keyId() {
        return keyId;
    }

    /** Returns the JWS name of the signature algorithm, for instance {@code RS384}. */
    public String algorithm() {
        return algorithm;
    }

    /** Returns the JWKS to register with the server: the public part only (SM-18). */
    public String publicJwks() {
        ObjectNode key = described();
        key.put("use", "sig");
        key.putArray("key_ops").add("verify");
        return jwks(key, material.toPublicJWK());
    }

    /** Returns the JWKS with the private part, to be kept secret. */
    String privateJwks() {
        ObjectNode key = described();
        key.putArray("key_ops").add("sign");
        return jwks(key, material);
    }

    private ObjectNode described() {
        return FhirJson.mapper()
                .createObjectNode()
                .put("kty", material.getKeyType().getValue())
                .put("kid", keyId)
                .put("alg", algorithm);
    }

    private static String jwks(ObjectNode key, JWK numbers) {
        for (Map.Entry<String, Object> number : numbers.toJSONObject().entrySet()) {
            key.put(number.getKey(), number.getValue().toString());
        }
        ObjectNode set = FhirJson.mapper().createObjectNode();
        ArrayNode keys = set.putArray("keys");
        keys.add(key);
        return set.toPrettyString() + "\n";
    }

    /** Tells whether the key is smaller than JWA allows (RFC 7518, section 3.3). */
    boolean isTooSmall() {
        return material instanceof RSAKey rsa
                && rsa.getModulus().decodeToBigInteger().bitLength() < SMALLEST_RSA_BITS;
    }

    /** Makes the key's private numbers known as secrets of a run. */
    void addTo(Secrets secrets) {
        Set<String> known = material.toPublicJWK().toJSONObject().keySet();
        material.toJSONObject().forEach((name, number) -> {
            if (!known.contains(name)) {
                secrets.add(String.valueOf(number));
            }
        });
    }

    JWSSigner signer() throws JOSEException {
        return material instanceof ECKey key ? new ECDSASigner(key) : new RSASSASigner(material.toRSAKey());
    }

    @Override
    public String toString() {
        return "SigningKey[kid=" + keyId + ", alg=" + algorithm + "]";
    }
}
