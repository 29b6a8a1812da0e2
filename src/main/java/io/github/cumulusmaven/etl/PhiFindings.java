package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ElementRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** What was found, by table and element, the same whatever the number of passes; bounded, as rows are many. */
final class PhiFindings {
    private static final int ROWS_SHOWN = 3;

    private final SortedMap<Place, Rows> places =
            new TreeMap<>(Comparator.comparing(Place::task).thenComparing(Place::element));

    private record Place(EtlTask task, String element) {}

    private static final class Rows {
        private final SortedMap<Long, String> first = new TreeMap<>();
        private long ofPass;
        private long most;
    }

    /** Rows that hold the values of several patients are counted once. */
    void beginPass() {
        places.values().forEach(rows -> rows.ofPass = 0);
    }

    void add(EtlTask task, String element, long position, String rowId) {
        Rows rows = places.computeIfAbsent(new Place(task, element), place -> new Rows());
        rows.ofPass++;
        rows.most = Math.max(rows.most, rows.ofPass);
        rows.first.put(position, rowId);
        if (rows.first.size() > ROWS_SHOWN) {
            rows.first.remove(rows.first.lastKey());
        }
    }

    /** @param rules what they say of an element of a resource type */
    List<PhiFinding> list(BiFunction<String, String, Optional<ElementRule>> rules) {
        List<PhiFinding> list = new ArrayList<>();
        places.forEach((place, rows) -> list.add(new PhiFinding(
                place.task(),
                place.element(),
                rows.most,
                rows.first.values().stream().filter(id -> !id.isEmpty()).toList(),
                rules.apply(place.task().type(), place.element())
                        .map(ElementRule::path)
                        .filter(path -> !place.element().equals("id")))));
        return list;
    }
}
