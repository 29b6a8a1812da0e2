package io.github.cumulusmaven.deid;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Known texts, numbered from 0, found again in a buffer without making a string of what is there. */
final class Symbols {
    static final int UNKNOWN = -1;

    private final byte[][] texts;
    private final int[] hashes;
    /** Numbers plus one, at the place that a text's hash names or the next free one. */
    private final int[] table;

    Symbols(Collection<String> names) {
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

    static int hash(byte[] buffer, int start, int end) {
        int hash = 0;
        for (int index = start; index < end; index++) {
            hash = hash * 31 + buffer[index];
        }
        return hash;
    }

    private int place(int hash) {
        return (hash ^ (hash >>> 15)) & (table.length - 1);
    }

    int find(byte[] buffer, int start, int end) {
        return find(buffer, start, end, hash(buffer, start, end));
    }

    int find(byte[] buffer, int start, int end, int hash) {
        for (int place = place(hash); table[place] != 0; place = (place + 1) & (table.length - 1)) {
            int number = table[place] - 1;
            if (hashes[number] == hash && Arrays.equals(texts[number], 0, texts[number].length, buffer, start, end)) {
                return number;
            }
        }
        return UNKNOWN;
    }

    int find(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return find(bytes, 0, bytes.length);
    }

    String text(int number) {
        return new String(texts[number], StandardCharsets.UTF_8);
    }

    int size() {
        return texts.length;
    }
}
