package io.github.cumulusmaven.etl.canary;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts findings by place; the counts are the same in whatever portions the rows are compared. Bounded, as rows are
 * many.
 */
public final class PhiFindings {
    private static final int ROWS_SHOWN = 3;

    /** Places are elements of FHIR; only a row that nests what nobody nests could make more. */
    static final int MOST_PLACES = 10_000;

    private final SortedMap<PhiPlace, Rows> places = new TreeMap<>();
    private long rowsChecked;

    private static final class Rows {
        private final SortedMap<Long, String> first = new TreeMap<>();
        private long ofPass;
        private long most;

        void add(long count, SortedMap<Long, String> rows, long before) {
            ofPass += count;
            most = Math.max(most, ofPass);
            rows.forEach((row, id) -> {
                first.put(before + row, id);
                if (first.size() > ROWS_SHOWN) {
                    first.remove(first.lastKey());
                }
            });
        }
    }

    /** Begins a pass: a row that holds values of several passes is counted once. */
    void beginPass() {
        places.values().forEach(rows -> rows.ofPass = 0);
        rowsChecked = 0;
    }

    /** Adds a row's finding; the row is the next one to be counted. */
    void add(PhiPlace place, String rowId) {
        rows(place).add(1, new TreeMap<>(Map.of(rowsChecked, rowId)), 0);
    }

    /** Counts a row. */
    void rowChecked() {
        rowsChecked++;
    }

    /**
     * Adds the findings of some more rows.
     *
     * @param before how many rows of the same table stand before them
     */
    void add(PhiFindings more, long before) {
        more.places.forEach((place, rows) -> rows(place).add(rows.most, rows.first, before));
        rowsChecked += more.rowsChecked;
    }

    private Rows rows(PhiPlace place) {
        Rows known = places.get(place);
        if (known != null) {
            return known;
        }
        Rows rows = new Rows();
        if (places.size() < MOST_PLACES) {
            places.put(place, rows);
        }
        return rows;
    }

    /** Returns how many rows the last pass compared. */
    long rowsChecked() {
        return rowsChecked;
    }

    /** Lists all findings, in the order of their places. */
    List<PhiFinding> list(NarrowestRule rules) {
        return places.entrySet().stream()
                .map(entry -> new PhiFinding(
                        entry.getKey(),
                        entry.getValue().most,
                        entry.getValue().first.values().stream()
                                .filter(id -> !id.isEmpty())
                                .toList(),
                        rules.of(entry.getKey())))
                .toList();
    }
}
