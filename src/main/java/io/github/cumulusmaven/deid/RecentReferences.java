package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.fhir.EightBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Caches what became of the latest few thousand references, by their bytes: rows name the same patients and encounters again
 * and again, and most of the work is to read what they name. A new one replaces an older one in its place. Not thread-safe.
 */
final class RecentReferences {
    private static final int PLACES = 1 << 12;

    /** Longer ones are URLs of other servers, or no references. */
    private static final int LONGEST = 128;

    private final byte[] @Nullable [] texts = new byte[PLACES][];
    private final byte[] @Nullable [] results = new byte[PLACES][];
    private final @Nullable String[] targets = new String[PLACES];

    /** Finds what became of a reference to this target; null where that is not known any more. */
    byte @Nullable [] find(byte[] in, int start, int stop, String target) {
        if (!fits(start, stop)) {
            return null;
        }
        int place = place(in, start, stop);
        byte[] text = texts[place];
        return text != null && target.equals(targets[place]) && Arrays.equals(text, 0, text.length, in, start, stop)
                ? results[place]
                : null;
    }

    void put(byte[] in, int start, int stop, String target, byte[] result) {
        if (fits(start, stop)) {
            int place = place(in, start, stop);
            texts[place] = Arrays.copyOfRange(in, start, stop);
            targets[place] = target;
            results[place] = result;
        }
    }

    private static boolean fits(int start, int stop) {
        return stop - start >= Long.BYTES && stop - start <= LONGEST;
    }

    /** Ids differ most at their ends. */
    private static int place(byte[] in, int start, int stop) {
        long ends = EightBytes.at(in, stop - Long.BYTES) * 0x9E3779B97F4A7C15L + EightBytes.at(in, start);
        return (int) ((ends * 0xC2B2AE3D27D4EB4FL) >>> 52);
    }
}
