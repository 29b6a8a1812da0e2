package io.github.cumulusmaven.table;

import io.github.cumulusmaven.table.RowBuffer.RowKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds out which rows of a table must go because a later row (or an earlier one, if so wanted), or a later deletion, has
 * their id. Remembers one key a row: in memory up to a limit, beyond it on disk, spread over partitions of which one at a time is
 * looked at. Tables without duplicates so cost no second look at their rows.
 */
final class RowIndex {
    private static final int PARTITIONS = 256;
    private static final int ENTRY = 3;

    private final Path folder;
    private final int limit;
    private long[] entries = new long[ENTRY * 1024];
    private int size;
    private long rows;
    private long deletions;
    private boolean spilled;
    private boolean firstStays;

    /**
     * An empty index.
     *
     * @param folder for partitions, private to this index; made when it is needed
     * @param limit how many keys are kept in memory
     */
    RowIndex(Path folder, int limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /** Takes the key of the next row. */
    void add(RowKey key) throws IOException {
        remember(key, rows++);
    }

    /** Takes the key of the next deleted id: the rows so far that have it go, and later ones bring it back. */
    void delete(RowKey key) throws IOException {
        remember(key, -1 - deletions++);
    }

    /** Lets rows go because of an earlier one. */
    void keepFirst() {
        firstStays = true;
    }

    long rows() {
        return rows;
    }

    private void remember(RowKey key, long row) throws IOException {
        if (size == limit) {
            spill();
        }
        if (ENTRY * size == entries.length) {
            entries = Arrays.copyOf(entries, entries.length * 2);
        }
        int at = ENTRY * size++;
        entries[at] = key.high();
        entries[at + 1] = key.low();
        entries[at + 2] = row;
    }

    private void spill() throws IOException {
        Files.createDirectories(folder);
        int[] counts = new int[PARTITIONS];
        for (int entry = 0; entry < size; entry++) {
            counts[partitionOf(entries[ENTRY * entry])]++;
        }
        ByteBuffer[] parts = new ByteBuffer[PARTITIONS];
        for (int partition = 0; partition < PARTITIONS; partition++) {
            parts[partition] = ByteBuffer.allocate(counts[partition] * ENTRY * Long.BYTES);
        }
        for (int at = 0; at < ENTRY * size; at += ENTRY) {
            parts[partitionOf(entries[at])]
                    .putLong(entries[at])
                    .putLong(entries[at + 1])
                    .putLong(entries[at + 2]);
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Files.write(
                    file(partition), parts[partition].array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        spilled = true;
        size = 0;
    }

    private static int partitionOf(long high) {
        return (int) (high >>> (Long.SIZE - 8));
    }

    private Path file(int partition) {
        return folder.resolve(Integer.toString(partition));
    }

    /** Looks for the rows that must go. */
    Outdated outdated() throws IOException {
        Outdated outdated = new Outdated(firstStays);
        if (!spilled) {
            outdated.scan(entries, size);
            return outdated;
        }
        spill();
        entries = new long[0];
        for (int partition = 0; partition < PARTITIONS; partition++) {
            LongBuffer read =
                    ByteBuffer.wrap(Files.readAllBytes(file(partition))).asLongBuffer();
            long[] keys = new long[read.remaining()];
            read.get(keys);
            outdated.scan(keys, keys.length / ENTRY);
            Files.delete(file(partition));
        }
        return outdated;
    }

    /** The rows that must go, by their number in the table. */
    static final class Outdated {
        private final BitSet rows = new BitSet();
        private final BitSet obsolete = new BitSet();
        private long superseded;
        private long deleted;
        private final boolean firstStays;

        Outdated(boolean firstStays) {
            this.firstStays = firstStays;
        }

        boolean contains(long row) {
            return rows.get(Math.toIntExact(row));
        }

        /** Says whether a later row or deletion has a deleted id, by the number of its deletion. */
        boolean isObsolete(int deletion) {
            return obsolete.get(deletion);
        }

        boolean isEmpty() {
            return rows.isEmpty();
        }

        long superseded() {
            return superseded;
        }

        long deleted() {
            return deleted;
        }

        /** Goes through entries in their order, with a hash table of those that stay so far. */
        private void scan(long[] entries, int size) {
            int[] last = new int[Math.max(2, Integer.highestOneBit(Math.max(1, size)) * 4)];
            for (int entry = 0; entry < size; entry++) {
                int slot = slot(entries, entry, last);
                long next = entries[ENTRY * entry + 2];
                if (last[slot] != 0) {
                    long before = entries[ENTRY * (last[slot] - 1) + 2];
                    if (firstStays && before >= 0 && next >= 0) {
                        outdate(next, false);
                        continue;
                    }
                    outdate(before, next < 0);
                }
                last[slot] = entry + 1;
            }
        }

        private static int slot(long[] entries, int entry, int[] last) {
            int slot = (int) entries[ENTRY * entry + 1] & (last.length - 1);
            while (last[slot] != 0 && !same(entries, last[slot] - 1, entry)) {
                slot = (slot + 1) & (last.length - 1);
            }
            return slot;
        }

        private static boolean same(long[] entries, int left, int right) {
            return entries[ENTRY * left] == entries[ENTRY * right]
                    && entries[ENTRY * left + 1] == entries[ENTRY * right + 1];
        }

        private void outdate(long rowOrDeletion, boolean deleting) {
            if (rowOrDeletion < 0) {
                obsolete.set(Math.toIntExact(-1 - rowOrDeletion));
                return;
            }
            rows.set(Math.toIntExact(rowOrDeletion));
            if (deleting) {
                deleted++;
            } else {
                superseded++;
            }
        }
    }
}
