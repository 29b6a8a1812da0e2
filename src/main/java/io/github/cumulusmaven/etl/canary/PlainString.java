package io.github.cumulusmaven.etl.canary;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads JSON strings of plain ASCII without escapes, eight bytes at a time, to know whether one was there before. By itself:
 * nothing of how the scrubber reads is used to look for its mistakes.
 */
final class PlainString {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private long hash;
    private int end;
    private boolean read;

    /**
     * Reads a string.
     *
     * @param from behind its opening quote
     * @return whether it is plain, and not at the very end of the bytes
     */
    boolean read(byte[] json, int from, int to) {
        read = false;
        long sum = PRIME;
        for (int at = from; at + Long.BYTES <= to; at += Long.BYTES) {
            long word = (long) LONGS.get(json, at);
            long quote = word ^ (ONES * '"');
            long backslash = word ^ (ONES * '\\');
            long special = (word | ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
            if (special == 0) {
                sum = mixed(sum ^ word);
                continue;
            }
            int plain = Long.numberOfTrailingZeros(special) >>> 3;
            end = at + plain;
            hash = mixed(mixed(sum ^ (plain == 0 ? 0 : word & -1L >>> (Long.SIZE - plain * Byte.SIZE))) ^ end - from);
            read = json[end] == '"';
            break;
        }
        return read;
    }

    private static long mixed(long bits) {
        long product = bits * PRIME;
        return product ^ product >>> 29;
    }

    boolean isRead() {
        return read;
    }

    /** Returns the hash of the bytes of the string read last. */
    long hash() {
        return hash;
    }

    /** Returns the index of the closing quote. */
    int end() {
        return end;
    }
}
