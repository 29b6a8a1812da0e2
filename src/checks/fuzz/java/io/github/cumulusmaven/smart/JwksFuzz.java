package io.github.cumulusmaven.smart;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads any text as a key set. */
class JwksFuzz {
    static Stream<String> seeds() {
        SigningKey key = SigningKey.generate(KeyAlgorithm.ES384, Optional.empty());
        return Stream.of(
                key.privateJwks(),
                key.publicJwks(),
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"use\":\"sig\"}]}",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"key_ops\":[\"sign\"]}");
    }

    @MethodSource("seeds")
    @FuzzTest
    void read(String text) {
        if (text != null) {
            keys(text)
                    .ifPresent(keys -> keys.forEach(key -> {
                        key.algorithm();
                        key.isPrivate();
                        key.unfitness();
                    }));
        }
    }

    private static Optional<List<Jwk>> keys(String text) {
        try {
            return Jwk.parse(text);
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }
}
