package io.github.cumulusmaven.smart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.github.cumulusmaven.fhir.FhirJson;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One key of a JWKS. The library reads only the numbers; the fields around them are read here, more tolerantly, as many
 * tools write them.
 *
 * @param material the numbers alone
 * @param keyId {@code kid}, else the thumbprint of RFC 7638
 * @param declaredAlgorithm {@code alg}
 * @param operations {@code key_ops}, empty where absent
 * @param use {@code use}
 */
record Jwk(
        JWK material, String keyId, Optional<String> declaredAlgorithm, Set<String> operations, Optional<String> use) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9+. -]{1,40}");
    private static final Set<String> MATERIAL =
            Set.of("kty", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth", "crv", "x", "y", "k");
    private static final List<String> RSA_ALGORITHMS = List.of("RS384", "RS256", "RS512", "PS384", "PS256", "PS512");
    private static final Map<Curve, String> EC_ALGORITHMS =
            Map.of(Curve.P_256, "ES256", Curve.P_384, "ES384", Curve.P_521, "ES512");

    /** Reads JSON with the faults of people who write it by hand: trailing commas and comments. */
    private static final ObjectReader READER = FhirJson.answers()
            .reader()
            .withFeatures(JsonReadFeature.ALLOW_TRAILING_COMMA, JsonReadFeature.ALLOW_JAVA_COMMENTS);

    /**
     * Parses the readable keys of a JWKS, a JWK, an array of keys, or any other JSON that holds keys; ignores keys of
     * an unknown type (RFC 7517, section 5). Empty when the text holds no keys, readable or not.
     *
     * @throws JsonProcessingException when the text is not JSON; its message may quote the text
     */
    static Optional<List<Jwk>> parse(String json) throws JsonProcessingException {
        JsonNode root = READER.readTree(json);
        JsonNode node = root.isTextual() ? READER.readTree(root.asText()) : root;
        List<JsonNode> found = node.findParents("kty");
        if (found.isEmpty() && !node.path("keys").isArray()) {
            return Optional.empty();
        }
        List<Jwk> keys = new ArrayList<>();
        for (JsonNode key : found) {
            material((ObjectNode) key).ifPresent(material -> keys.add(of((ObjectNode) key, material)));
        }
        return Optional.of(keys);
    }

    private static Optional<JWK> material(ObjectNode key) {
        Map<String, Object> numbers = FhirJson.mapper()
                .convertValue(key.deepCopy().retain(MATERIAL), new TypeReference<Map<String, Object>>() {});
        try {
            return Optional.of(JWK.parse(numbers));
        } catch (ParseException | IllegalArgumentException | IllegalStateException damaged) {
            return Optional.empty(); // and its message, which may quote the numbers, is dropped
        }
    }

    private static Jwk of(ObjectNode key, JWK material) {
        Set<String> operations = new HashSet<>();
        key.path("key_ops").forEach(operation -> operations.add(operation.asText()));
        return new Jwk(
                material,
                notBlank(key, "kid").orElseGet(() -> thumbprint(material)),
                notBlank(key, "alg"),
                operations,
                notBlank(key, "use"));
    }

    private static Optional<String> notBlank(ObjectNode key, String field) {
        return FhirJson.text(key, field).filter(text -> !text.isBlank());
    }

    static String thumbprint(JWK material) {
        try {
            return material.computeThumbprint().toString();
        } catch (JOSEException noSha256) {
            throw new IllegalStateException(noSha256);
        }
    }

    boolean isPrivate() {
        return !isSymmetric() && material.isPrivate();
    }

    boolean isSymmetric() {
        return material.getKeyType().getValue().equals("oct");
    }

    /** Returns the JWS algorithm to sign with: the declared one, else SMART's; empty where the key fits none. */
    Optional<String> algorithm() {
        List<String> fitting = algorithms();
        return declaredAlgorithm.or(() -> fitting.stream().findFirst()).filter(fitting::contains);
    }

    /** Says why the key cannot sign, in a few words of ours and the key's own names; empty where it can. */
    Optional<String> unfitness() {
        if (!operations.isEmpty() && !operations.contains("sign")) {
            return Optional.of("its key_ops are " + named(String.join(" ", operations)) + ", without sign");
        }
        if (use.filter("enc"::equals).isPresent()) {
            return Optional.of("its use is enc");
        }
        if (algorithms().isEmpty()) {
            return Optional.of("its kty is " + material.getKeyType().getValue()
                    + (material instanceof ECKey key
                            ? " with crv " + named(key.getCurve().getName())
                            : ""));
        }
        return algorithm().isPresent()
                ? Optional.empty()
                : Optional.of("its alg is " + named(declaredAlgorithm.orElse("")));
    }

    /** Returns the name, or other words where it is no plausible name: it may be a secret in the wrong place. */
    private static String named(String name) {
        return NAME.matcher(name).matches() ? name : "none that is known";
    }

    /** Tells whether a signature of this algorithm can be made with this key. */
    boolean fits(String algorithm) {
        return algorithms().contains(algorithm)
                && declaredAlgorithm.filter(only -> !only.equals(algorithm)).isEmpty();
    }

    private List<String> algorithms() {
        if (material instanceof RSAKey) {
            return RSA_ALGORITHMS;
        }
        return material instanceof ECKey key
                ? Optional.ofNullable(EC_ALGORITHMS.get(key.getCurve())).stream()
                        .toList()
                : List.of();
    }

    /** Replaces the library's own text, which would hold the private key. */
    @Override
    public String toString() {
        return "Jwk[kid=" + keyId + "]";
    }
}
