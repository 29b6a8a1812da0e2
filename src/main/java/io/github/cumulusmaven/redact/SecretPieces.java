package io.github.cumulusmaven.redact;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.stream.LongStream;

/**
 * Finds pieces of secrets in texts: any {@value #LENGTH} characters in a row. Holds a hash of each piece (8 bytes for a
 * character of a secret), and takes one step for a character of a text, however many secrets there are.
 */
final class SecretPieces {
    /** The length of a piece: so many characters of a secret give it away; fewer may be an ordinary word. */
    static final int LENGTH = 16;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final long FACTOR_OF_FIRST = factorOfFirst();

    /**
     * How many first bits of each piece's hash are kept in a set: most texts have no piece of a secret, and the set
     * spares the search for them.
     */
    private static final int FIRST_BITS = 20;

    private static final String INSIDE_TOKENS = "._~+/=-%";

    private final long[] all;
    private final long[] last;
    private final BitSet firstBits = new BitSet();

    SecretPieces(Collection<String> secrets) {
        all = secrets.stream()
                .flatMapToLong(secret -> LongStream.of(hashes(secret)))
                .sorted()
                .distinct()
                .toArray();
        last = secrets.stream()
                .map(SecretPieces::hashes)
                .filter(hashes -> hashes.length > 0)
                .mapToLong(hashes -> hashes[hashes.length - 1])
                .sorted()
                .toArray();
        LongStream.of(all).forEach(hash -> firstBits.set(firstBits(hash)));
    }

    boolean isEmpty() {
        return all.length == 0;
    }

    /** Takes where a piece begins and ends. */
    @FunctionalInterface
    interface Finding {
        void found(int start, int end);
    }

    private static long factorOfFirst() {
        long power = 1;
        for (int place = 0; place < LENGTH; place++) {
            power *= FACTOR;
        }
        return power;
    }

    /** Computes the hash of the piece that ends at an index from the hash of the previous piece. */
    private static long next(long hash, String text, int index) {
        long grown = hash * FACTOR + text.charAt(index);
        return index < LENGTH ? grown : grown - text.charAt(index - LENGTH) * FACTOR_OF_FIRST;
    }

    private static long[] hashes(String secret) {
        long[] hashes = new long[secret.length()];
        long hash = 0;
        for (int index = 0; index < hashes.length; index++) {
            hash = next(hash, secret, index);
            hashes[index] = hash;
        }
        return hashes.length < LENGTH ? new long[0] : Arrays.copyOfRange(hashes, LENGTH - 1, hashes.length);
    }

    private static int firstBits(long hash) {
        return (int) (hash >>> (Long.SIZE - FIRST_BITS));
    }

    /**
     * Finds all pieces. Where a text leaves a secret before its end, the rest of the word is found, too: the tokens of one
     * issuer begin alike, and the rest of another one would not be known for a token any more.
     */
    void find(String text, Finding finding) {
        long hash = 0;
        boolean goesOn = false;
        for (int index = 0; index < text.length(); index++) {
            hash = next(hash, text, index);
            if (index >= LENGTH - 1 && firstBits.get(firstBits(hash)) && Arrays.binarySearch(all, hash) >= 0) {
                finding.found(index - LENGTH + 1, index + 1);
                goesOn = Arrays.binarySearch(last, hash) < 0;
            } else if (goesOn) {
                goesOn = isInsideTokens(text.charAt(index));
                if (goesOn) {
                    finding.found(index, index + 1);
                }
            }
        }
    }

    private static boolean isInsideTokens(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || INSIDE_TOKENS.indexOf(character) >= 0;
    }
}
