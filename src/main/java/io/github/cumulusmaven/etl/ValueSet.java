package io.github.cumulusmaven.etl;

/** Hashes of values, up to a number that memory is sure to have room for. */
final class ValueSet {
    private static final int SMALLEST = 1024;

    private final int limit;
    private long[] table = new long[SMALLEST];
    private int size;

    ValueSet(int limit) {
        this.limit = limit;
    }

    void add(long hash) {
        if (size * 2 >= table.length) {
            grow();
        }
        int place = place(table, hash);
        if (table[place] == 0) {
            table[place] = nonZero(hash);
            size++;
        }
    }

    boolean contains(long hash) {
        return table[place(table, hash)] != 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether it is time to use what there is; one patient more does no harm. */
    boolean isFull() {
        return size >= limit;
    }

    private void grow() {
        long[] larger = new long[table.length * 2];
        for (long hash : table) {
            if (hash != 0) {
                larger[place(larger, hash)] = hash;
            }
        }
        table = larger;
    }

    /** Where the hash is, or else can be put. */
    private static int place(long[] table, long hash) {
        long wanted = nonZero(hash);
        int place = (int) (wanted >>> 20) & (table.length - 1);
        while (table[place] != 0 && table[place] != wanted) {
            place = (place + 1) & (table.length - 1);
        }
        return place;
    }

    private static long nonZero(long hash) {
        return hash == 0 ? 1 : hash;
    }
}
