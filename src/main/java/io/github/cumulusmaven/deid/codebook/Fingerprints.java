package io.github.cumulusmaven.deid.codebook;

/**
 * A set of 64 bits of each id's hash, at 8 to 16 bytes each (and half as much again while the set grows). Two ids that
 * have the same bits by chance (one pair in billions of billions) cost one line of a file that can be computed again.
 */
final class Fingerprints {
    private static final int FIRST_PLACES = 1024;

    private long[] places = new long[FIRST_PLACES];
    private int size;

    /** Adds a fingerprint; returns whether it is new. */
    boolean add(long fingerprint) {
        if (size * 4L > places.length * 3L) {
            grow();
        }
        boolean added = insert(places, nonZero(fingerprint));
        size += added ? 1 : 0;
        return added;
    }

    int size() {
        return size;
    }

    /** Forgets all, and frees the memory. */
    void clear() {
        places = new long[FIRST_PLACES];
        size = 0;
    }

    boolean contains(long fingerprint) {
        long wanted = nonZero(fingerprint);
        int place = (int) wanted & (places.length - 1);
        while (places[place] != 0 && places[place] != wanted) {
            place = (place + 1) & (places.length - 1);
        }
        return places[place] == wanted;
    }

    private void grow() {
        long[] larger = new long[places.length * 2];
        for (long fingerprint : places) {
            if (fingerprint != 0) {
                insert(larger, fingerprint);
            }
        }
        places = larger;
    }

    private static boolean insert(long[] places, long fingerprint) {
        int place = (int) fingerprint & (places.length - 1);
        while (places[place] != 0) {
            if (places[place] == fingerprint) {
                return false;
            }
            place = (place + 1) & (places.length - 1);
        }
        places[place] = fingerprint;
        return true;
    }

    private static long nonZero(long fingerprint) {
        return fingerprint == 0 ? 1 : fingerprint;
    }
}
