package io.github.cumulusmaven.etl.canary;

import java.util.ArrayList;
import java.util.List;

/**
 * Hashes of values, each with the kind of the value and how many Patients have it, up to a number that memory is sure to
 * have room for. Where there are more, the set narrows itself to a part of all hashes and names the parts that are left
 * for further passes: each value is wholly of one part, so that it does not matter how many parts there are.
 *
 * <p>Patients are counted by setting one of 24 bits, named by the Patient's id: a Patient that comes again is not counted
 * again, and never are more counted than there are.
 */
final class ValueSet {
    /** How many Patients may share a value: a value of more identifies none of them. */
    private static final int MOST_SHARING = 10;

    private static final int SMALLEST = 1024;
    private static final int SHARING_BITS = 24;
    private static final int SHARING = (1 << SHARING_BITS) - 1;

    private final int limit;
    private final int part;
    private int parts;
    private final List<Part> left = new ArrayList<>();
    private long[] hashes = new long[SMALLEST];
    private int[] notes = new int[SMALLEST];
    private int size;

    /**
     * A part of the hashes, for passes over the rows.
     *
     * @param number the part's number, from 0 on
     * @param of the number of parts, a power of two
     */
    record Part(int number, int of) {
        static final Part ALL = new Part(0, 1);
    }

    ValueSet(int limit, Part part) {
        this.limit = limit;
        this.part = part.number();
        this.parts = part.of();
    }

    /** Adds a value of a Patient; of several kinds, the highest counts. */
    void add(long hash, PhiKind kind, long patient) {
        if (!isOfPart(hash)) {
            return;
        }
        int place = place(hashes, hash);
        if (hashes[place] == 0) {
            if (size >= limit) {
                narrow();
                add(hash, kind, patient);
                return;
            }
            if (size * 2 >= hashes.length) {
                resize(hashes.length * 2);
                place = place(hashes, hash);
            }
            hashes[place] = nonZero(hash);
            size++;
        }
        int kinds = Math.max(notes[place] >>> SHARING_BITS, kind.rank());
        int sharing = (notes[place] & SHARING) | 1 << Math.floorMod(patient, SHARING_BITS);
        notes[place] = kinds << SHARING_BITS | sharing;
    }

    /** Tells whether a value identifies somebody. */
    boolean contains(long hash) {
        int place = place(hashes, hash);
        return hashes[place] != 0 && !isShared(notes[place]);
    }

    /** Returns the kind of a value that the set contains. */
    PhiKind kind(long hash) {
        return PhiKind.ofRank(notes[place(hashes, hash)] >>> SHARING_BITS);
    }

    private static boolean isShared(int note) {
        return Integer.bitCount(note & SHARING) > MOST_SHARING;
    }

    /** Counts the values that too many Patients share. */
    long shared() {
        long shared = 0;
        for (int note : notes) {
            shared += isShared(note) ? 1 : 0;
        }
        return shared;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the parts that did not fit in. */
    List<Part> left() {
        return left;
    }

    private boolean isOfPart(long hash) {
        return (nonZero(hash) >>> 44 & parts - 1) == part;
    }

    private void narrow() {
        left.add(new Part(part + parts, parts * 2));
        parts *= 2;
        resize(hashes.length);
    }

    /** Puts all that is of the part into new tables. */
    private void resize(int capacity) {
        long[] oldHashes = hashes;
        int[] oldNotes = notes;
        hashes = new long[capacity];
        notes = new int[capacity];
        size = 0;
        for (int old = 0; old < oldHashes.length; old++) {
            if (oldHashes[old] != 0 && isOfPart(oldHashes[old])) {
                int place = place(hashes, oldHashes[old]);
                hashes[place] = oldHashes[old];
                notes[place] = oldNotes[old];
                size++;
            }
        }
    }

    /** Finds the place of the hash, or the place where it can be put. */
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
