package io.github.cumulusmaven.sample;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Values that look random but depend on nothing except a key. */
final class Derived {
    private Derived() {}

    static String id(String type, String key) {
        return uuid(type + "/" + key).toString();
    }

    /** At least 0, less than {@code bound}. */
    static long number(String key, long bound) {
        return Math.floorMod(uuid(key).getLeastSignificantBits(), bound);
    }

    private static UUID uuid(String key) {
        return UUID.nameUUIDFromBytes(("cumulus-sample/" + key).getBytes(StandardCharsets.UTF_8));
    }
}
