package io.github.cumulusmaven.deid.json;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** Known texts, numbered from 0, found again in a buffer without making a string of what is there. */
public final class Symbols {
    public static final int UNKNOWN = -1;

    private final byte[][] texts;
    private final int[] hashes;
    /** Numbers plus one, at the place that a text's hash names or the next free one. */
    private final int[] table;

    public Symbols(Collection<String> names) {
        texts = List.copyOf(names).stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        hashes = new int[texts.length];
        table = new int[Integer.highestOneBit(Math.max(texts.length, 1)) * 4];
        for (int number = 0; number < texts.length; number++) {
            hashes[number] = hash(texts[number], 0, texts[number].length);
            int place = place(hashes[number]);
            while (table[place] != 0) {
                place = (place + 1) & (table.length - 1);
            }
            table[place] = number + 1;
        }
    }

    public static int hash(byte[] buffer, int start, int end) {
        int hash = 0;
        for (int index = start; index < end; index++) {
            hash = hash * 31 + buffer[index];
        }
        return hash;
    }

    private int place(int hash) {
        return (hash ^ (hash >>> 15)) & (table.length - 1);
    }

    public int find(byte[] buffer, int start, int end) {
        return find(buffer, start, end, hash(buffer, start, end));
    }

    public int find(byte[] buffer, int start, int end, int hash) {
        for (int place = place(hash); table[place] != 0; place = (place + 1) & (table.length - 1)) {
            int number = table[place] - 1;
            if (hashes[number] == hash && isAt(texts[number], buffer, start, end)) {
                return number;
            }
        }
        return UNKNOWN;
    }

    /** Names are short: a loop is done before a comparison of arrays has begun. */
    private static boolean isAt(byte[] text, byte[] buffer, int start, int end) {
        if (text.length != end - start) {
            return false;
        }
        for (int index = 0; index < text.length; index++) {
            if (text[index] != buffer[start + index]) {
                return false;
            }
        }
        return true;
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
