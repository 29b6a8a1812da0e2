package io.github.cumulusmaven.table;

import io.github.cumulusmaven.files.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Some rows, as the bytes that they will have on disk, and what tells their ids apart; not thread-safe. */
public final class RowBuffer {
    /** With more, it is not worth to be kept for other rows. */
    private static final int LARGE = 1024 * 1024;

    private final Bytes bytes = new Bytes();
    private final MessageDigest digest = Sha256.begin();
    private int[] ends = new int[16];
    private RowKey[] keys = new RowKey[16];
    private int rows;

    /** Takes the next row: one JSON object without a line break. */
    public OutputStream out() {
        return bytes;
    }

    /** The row is whole. */
    public void endRow(String id) {
        bytes.write('\n');
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, rows * 2);
            keys = Arrays.copyOf(keys, rows * 2);
        }
        keys[rows] = RowKey.of(id, digest);
        ends[rows++] = bytes.size();
    }

    /** Forgets what was written since the last whole row. */
    public void dropUnfinishedRow() {
        bytes.truncate(end(rows));
    }

    /** Forgets all rows; false when it holds so much memory that it should itself be forgotten. */
    public boolean clear() {
        bytes.truncate(0);
        rows = 0;
        return bytes.array().length <= LARGE;
    }

    /** How many rows are whole. */
    public int rows() {
        return rows;
    }

    /** The bytes of the whole rows, one a line, and whatever is behind them. */
    public byte[] bytes() {
        return bytes.array();
    }

    /** How many of the bytes are of whole rows. */
    public int length() {
        return end(rows);
    }

    RowKey key(int row) {
        return keys[row];
    }

    /** Writes the rows from the first to before the last named. */
    void copy(int from, int to, OutputStream target) throws IOException {
        bytes.copy(end(from), end(to), target);
    }

    private int end(int rowsBefore) {
        return rowsBefore == 0 ? 0 : ends[rowsBefore - 1];
    }

    /** A stream that lets its bytes be seen where they are: rows may be long. */
    private static final class Bytes extends ByteArrayOutputStream {
        Bytes() {
            super(1024);
        }

        byte[] array() {
            return buf;
        }

        void truncate(int size) {
            count = size;
        }

        void copy(int from, int to, OutputStream target) throws IOException {
            target.write(buf, from, to - from);
        }
    }

    /**
     * What stands for an id, so that all are of one small size and none collide: 128 bits of the hash that it is itself, or
     * else of its SHA-256.
     */
    record RowKey(long high, long low) {
        private static final int HASH_DIGITS = 64;
        private static final int LONG_DIGITS = Long.BYTES * 2;

        /** The value of each lower-case hexadecimal digit; -1 for what is none. */
        private static final byte[] DIGITS = digits();

        static RowKey of(String id, MessageDigest digest) {
            byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
            if (isHash(bytes)) {
                return new RowKey(hexadecimal(bytes, 0), hexadecimal(bytes, LONG_DIGITS));
            }
            byte[] hash = digest.digest(bytes);
            return new RowKey(number(hash, 0), number(hash, Long.BYTES));
        }

        private static byte[] digits() {
            byte[] digits = new byte[1 << Byte.SIZE];
            Arrays.fill(digits, (byte) -1);
            for (int value = 0; value < 16; value++) {
                digits[Character.forDigit(value, 16)] = (byte) value;
            }
            return digits;
        }

        /** Without a branch a digit: which digit comes cannot be predicted, and each wrong guess would cost as much as four. */
        private static boolean isHash(byte[] id) {
            int all = 0;
            for (byte digit : id) {
                all |= DIGITS[digit & 0xff];
            }
            return id.length == HASH_DIGITS && all >= 0;
        }

        private static long hexadecimal(byte[] digits, int offset) {
            long number = 0;
            for (int index = offset; index < offset + LONG_DIGITS; index++) {
                number = (number << 4) | DIGITS[digits[index]];
            }
            return number;
        }

        private static long number(byte[] hash, int offset) {
            long number = 0;
            for (int index = offset; index < offset + Long.BYTES; index++) {
                number = (number << Byte.SIZE) | (hash[index] & 0xff);
            }
            return number;
        }
    }
}
