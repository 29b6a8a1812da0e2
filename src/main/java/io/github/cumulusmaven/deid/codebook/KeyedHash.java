package io.github.cumulusmaven.deid.codebook;

import io.github.cumulusmaven.files.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Computes HMAC-SHA256 (RFC 2104) with one key. It makes no garbage, as the platform's {@code Mac} does, and copies of a
 * digest that has begun with the key: what they save in hashing, they lose in memory that no cache has seen. Not thread-safe.
 */
final class KeyedHash {
    /** The length of a hash, in bytes. */
    static final int BYTES = 32;

    private static final int BLOCK = 64;

    private final byte[] innerPad;
    private final byte[] outerPad;
    private final MessageDigest digest = Sha256.begin();
    private final byte[] hash = new byte[BYTES];

    KeyedHash(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK ? digest.digest(key) : key, BLOCK);
        innerPad = padded(block, 0x36);
        outerPad = padded(block, 0x5c);
    }

    private static byte[] padded(byte[] block, int pad) {
        byte[] padded = new byte[BLOCK];
        for (int index = 0; index < BLOCK; index++) {
            padded[index] = (byte) (block[index] ^ pad);
        }
        return padded;
    }

    /** Computes the hash of a text; what is returned is used again for the next one. */
    byte[] of(byte[] text) {
        digest.update(innerPad);
        digest.update(text);
        finish();
        digest.update(outerPad);
        digest.update(hash);
        finish();
        return hash;
    }

    private void finish() {
        try {
            digest.digest(hash, 0, BYTES);
        } catch (DigestException tooShort) {
            throw new IllegalStateException(tooShort);
        }
    }
}
