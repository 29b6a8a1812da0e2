package io.github.cumulusmaven.deid.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The de-identified text of one resource, which can be taken back to an earlier point, as long as it is not certain that
 * there will be any. Long strings (inlined notes) are not copied, only remembered. Reused; not thread-safe.
 */
public final class Assembly {
    private static final int LONG = 16 * 1024;
    private static final int USUAL = 64 * 1024;
    private static final int ENTRY = 3;
    private static final byte[] NOTHING = {};

    private byte[] text = new byte[USUAL];
    private int size;
    private byte[] source = NOTHING;
    /** For each remembered piece of the source: the size when it came, its start, its length. */
    private int[] pieces = new int[ENTRY];

    private int pieceCount;

    public void begin(byte[] buffer) {
        source = buffer;
        size = 0;
        pieceCount = 0;
    }

    /** Forgets the text. */
    public void release() {
        source = NOTHING;
        if (text.length > USUAL * 16) {
            text = new byte[USUAL];
        }
    }

    public int mark() {
        return size;
    }

    public void backTo(int mark) {
        size = mark;
        while (pieceCount > 0 && pieces[(pieceCount - 1) * ENTRY] > mark) {
            pieceCount--;
        }
    }

    public void add(char ascii) {
        if (size == text.length) {
            grow(1);
        }
        text[size++] = (byte) ascii;
    }

    public void add(byte[] bytes) {
        copy(bytes, 0, bytes.length);
    }

    /** Only ASCII that JSON does not escape. */
    public void addPlain(String ascii) {
        add(ascii.getBytes(StandardCharsets.UTF_8));
    }

    public void addSource(int start, int stop) {
        int length = stop - start;
        if (length < LONG) {
            copy(source, start, length);
            return;
        }
        if ((pieceCount + 1) * ENTRY > pieces.length) {
            pieces = Arrays.copyOf(pieces, pieces.length * 2);
        }
        pieces[pieceCount * ENTRY] = size;
        pieces[pieceCount * ENTRY + 1] = start;
        pieces[pieceCount * ENTRY + 2] = length;
        pieceCount++;
    }

    private void copy(byte[] bytes, int start, int length) {
        grow(length);
        System.arraycopy(bytes, start, text, size, length);
        size += length;
    }

    private void grow(int more) {
        if (text.length - size < more) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, size + more));
        }
    }

    public void writeTo(OutputStream out) throws IOException {
        int written = 0;
        for (int piece = 0; piece < pieceCount * ENTRY; piece += ENTRY) {
            out.write(text, written, pieces[piece] - written);
            out.write(source, pieces[piece + 1], pieces[piece + 2]);
            written = pieces[piece];
        }
        out.write(text, written, size - written);
        source = new byte[0];
    }
}
