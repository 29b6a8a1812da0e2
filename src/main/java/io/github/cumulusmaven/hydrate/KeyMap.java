package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.files.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.OptionalLong;

/**
 * Numbers by texts, of which only 128 bits of a digest are kept: some 50 bytes each, whatever the texts' length. For many
 * threads.
 */
final class KeyMap {
    private static final int ENTRY = 3;

    /** Marks a slot in use, together with the value, which is never negative. */
    private static final long USED = Long.MIN_VALUE;

    private final MessageDigest digest = Sha256.begin();
    private long[] slots = new long[ENTRY * 1024];
    private int size;

    /** Gives a key a value that is not negative, in place of its earlier one. */
    synchronized void put(String key, long value) {
        growIfFull();
        ByteBuffer hash = hash(key);
        put(hash.getLong(), hash.getLong(), value);
    }

    /** Adds to a key's value, which is 0 where it has none, and returns the sum; one that would be negative is 0. */
    synchronized long add(String key, long more) {
        growIfFull();
        ByteBuffer hash = hash(key);
        long high = hash.getLong();
        long low = hash.getLong();
        long sum = Math.max(0, (slots[slot(slots, high, low) + 2] & ~USED) + more);
        put(high, low, sum);
        return sum;
    }

    /** Gives a new key this value; returns false, and changes nothing, where the key is known. */
    synchronized boolean putIfAbsent(String key, long value) {
        growIfFull();
        ByteBuffer hash = hash(key);
        long high = hash.getLong();
        long low = hash.getLong();
        boolean isNew = slots[slot(slots, high, low) + 2] == 0;
        if (isNew) {
            put(high, low, value);
        }
        return isNew;
    }

    synchronized OptionalLong get(String key) {
        if (size == 0) {
            return OptionalLong.empty();
        }
        ByteBuffer hash = hash(key);
        int slot = slot(slots, hash.getLong(), hash.getLong());
        return slots[slot + 2] == 0 ? OptionalLong.empty() : OptionalLong.of(slots[slot + 2] & ~USED);
    }

    private ByteBuffer hash(String key) {
        return ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    }

    private void put(long high, long low, long value) {
        int slot = slot(slots, high, low);
        size += slots[slot + 2] == 0 ? 1 : 0;
        slots[slot] = high;
        slots[slot + 1] = low;
        slots[slot + 2] = value | USED;
    }

    /** Finds the slot where the key is, or would be put. */
    private static int slot(long[] slots, long high, long low) {
        int count = slots.length / ENTRY;
        int number = (int) Long.remainderUnsigned(high, count);
        while (slots[ENTRY * number + 2] != 0 && (slots[ENTRY * number] != high || slots[ENTRY * number + 1] != low)) {
            number = number + 1 == count ? 0 : number + 1;
        }
        return ENTRY * number;
    }

    private void growIfFull() {
        if (ENTRY * (size + size / 2) < slots.length) {
            return;
        }
        long[] old = slots;
        slots = new long[old.length * 2];
        size = 0;
        for (int slot = 0; slot < old.length; slot += ENTRY) {
            if (old[slot + 2] != 0) {
                put(old[slot], old[slot + 1], old[slot + 2] & ~USED);
            }
        }
    }
}
