package io.github.cumulusmaven.etl.canary;

import java.util.Arrays;

/**
 * Remembers some thousands of strings that were nobody's, with the hash that they are compared by: systems, displays and
 * units come again and again. What is harmless in one element may not be so in another, so a key has both.
 */
final class HarmlessStrings {
    private static final int SLOTS = 1 << 13;

    private final long[] keys = new long[SLOTS];
    private final long[] hashes = new long[SLOTS];
    private long hash;

    void clear() {
        Arrays.fill(keys, 0);
    }

    boolean find(long key) {
        int slot = slot(key);
        hash = hashes[slot];
        return keys[slot] == key;
    }

    /** Returns the hash of the string found last. */
    long hash() {
        return hash;
    }

    void add(long key, long comparedBy) {
        keys[slot(key)] = key;
        hashes[slot(key)] = comparedBy;
    }

    private static int slot(long key) {
        return (int) (key >>> 40) & SLOTS - 1;
    }
}
