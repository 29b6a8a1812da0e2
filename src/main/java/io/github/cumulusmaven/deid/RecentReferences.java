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

    private static final byte[] UNKNOWN = {};

    private final @Nullable Entry[] entries = new Entry[PLACES];

    private static final class Entry {
        private final byte[] text;
        private final String target;
        private final byte[] result;

        Entry(byte[] text, String target, byte[] result) {
            this.text = text;
            this.target = target;
            this.result = result;
        }
    }

    /** Finds what became of a reference to this target; empty bytes where that is not known any more. */
    byte[] find(byte[] in, int start, int stop, String target) {
        Entry entry = fits(start, stop) ? entries[place(in, start, stop)] : null;
        return entry != null
                        && target.equals(entry.target)
                        && Arrays.equals(entry.text, 0, entry.text.length, in, start, stop)
                ? entry.result
                : UNKNOWN;
    }

    void put(byte[] in, int start, int stop, String target, byte[] result) {
        if (fits(start, stop)) {
            entries[place(in, start, stop)] = new Entry(Arrays.copyOfRange(in, start, stop), target, result);
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
