package io.github.cumulusmaven.deid.json;

import io.github.cumulusmaven.fhir.EightBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Known texts, numbered from 0, found again in a buffer without making a string of what is there. Most are names of up to 16
 * bytes: their first and their last eight bytes, as two numbers, are all of them.
 */
public final class Symbols {
    public static final int UNKNOWN = -1;

    private final byte[][] texts;
    private final long[] firsts;
    private final long[] lasts;
    /** Numbers plus one, at the place that a text's hash names or the next free one. */
    private final int[] table;

    public Symbols(Collection<String> names) {
        texts = List.copyOf(names).stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        firsts = new long[texts.length];
        lasts = new long[texts.length];
        table = new int[Integer.highestOneBit(Math.max(texts.length, 1)) * 4];
        for (int number = 0; number < texts.length; number++) {
            byte[] text = texts[number];
            firsts[number] = first(text, 0, text.length);
            lasts[number] = last(text, 0, text.length);
            int place = place(firsts[number], lasts[number], text.length);
            while (table[place] != 0) {
                place = next(place);
            }
            table[place] = number + 1;
        }
    }

    /** Returns the first eight bytes, with zeros behind a shorter text. */
    private static long first(byte[] buffer, int start, int end) {
        int length = end - start;
        if (start + Long.BYTES > buffer.length) {
            return first(Arrays.copyOfRange(buffer, start, start + Long.BYTES), 0, length);
        }
        long eight = EightBytes.at(buffer, start);
        return length < Long.BYTES ? eight & ((1L << (length * Byte.SIZE)) - 1) : eight;
    }

    /** Returns the last eight bytes of a longer text. */
    private static long last(byte[] buffer, int start, int end) {
        return end - start > Long.BYTES ? EightBytes.at(buffer, end - Long.BYTES) : 0;
    }

    private int place(long first, long last, int length) {
        long mixed = (first * 0x9E3779B97F4A7C15L) ^ (last * 0xC2B2AE3D27D4EB4FL);
        return ((int) (mixed >>> 40) + length) & (table.length - 1);
    }

    private int next(int place) {
        return (place + 1) & (table.length - 1);
    }

    public int find(byte[] buffer, int start, int end) {
        long first = first(buffer, start, end);
        long last = last(buffer, start, end);
        for (int place = place(first, last, end - start); table[place] != 0; place = next(place)) {
            int number = table[place] - 1;
            if (firsts[number] == first && lasts[number] == last && isBetween(texts[number], buffer, start, end)) {
                return number;
            }
        }
        return UNKNOWN;
    }

    /** Compares lengths, and what is neither among the first eight bytes nor among the last. */
    private static boolean isBetween(byte[] text, byte[] buffer, int start, int end) {
        if (text.length != end - start) {
            return false;
        }
        return text.length <= 2 * Long.BYTES
                || Arrays.equals(
                        text, Long.BYTES, text.length - Long.BYTES, buffer, start + Long.BYTES, end - Long.BYTES);
    }

    public int find(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return find(bytes, 0, bytes.length);
    }

    public String text(int number) {
        return new String(texts[number], StandardCharsets.UTF_8);
    }

    public int size() {
        return texts.length;
    }
}
