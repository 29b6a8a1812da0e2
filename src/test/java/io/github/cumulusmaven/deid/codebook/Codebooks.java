package io.github.cumulusmaven.deid.codebook;

import java.util.HexFormat;
import java.util.Map;

/** Codebooks of tests with a salt that is known to everybody, which no folder may have. */
public final class Codebooks {
    private Codebooks() {}

    public static Codebook withSalt(String hex, Map<String, String> patients) {
        return new Codebook("c", HexFormat.of().parseHex(hex), patients, Map.of());
    }
}
