package io.github.cumulusmaven.deid.codebook;

import io.github.cumulusmaven.files.Sha256;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Computes HMAC-SHA256 (RFC 2104) with one key. What depends on the key alone is done once: the platform's {@code Mac} does
 * it for each text anew, which is half of the work where texts are as short as ids. Not thread-safe.
 */
final class KeyedHash {
    /** The length of a hash, in bytes. */
    static final int BYTES = 32;

    private static final int BLOCK = 64;

    private final byte[] innerPad;
    private final byte[] outerPad;
    private final MessageDigest inner;
    private final MessageDigest outer;

    KeyedHash(byte[] key) {
        byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.begin().digest(key) : key, BLOCK);
        innerPad = padded(block, 0x36);
        outerPad = padded(block, 0x5c);
        inner = begun(innerPad);
        outer = begun(outerPad);
    }

    private static byte[] padded(byte[] block, int pad) {
        byte[] padded = new byte[BLOCK];
        for (int index = 0; index < BLOCK; index++) {
            padded[index] = (byte) (block[index] ^ pad);
        }
        return padded;
    }

    private static MessageDigest begun(byte[] pad) {
        MessageDigest digest = Sha256.begin();
        digest.update(pad);
        return digest;
    }

    byte[] of(byte[] text) {
        return copy(outer, outerPad).digest(copy(inner, innerPad).digest(text));
    }

    private static MessageDigest copy(MessageDigest begun, byte[] pad) {
        try {
            return (MessageDigest) begun.clone();
        } catch (CloneNotSupportedException ofThisProvider) {
            return begun(pad);
        }
    }
}
