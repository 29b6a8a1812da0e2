package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.completion.CompletionRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the rows that Encounters get in {@code etl__completion_encounters}: one for each Encounter and group.
 *
 * @param byFile what they say, by the file that holds the Encounters
 * @param groups that there are
 */
record EncounterCompletion(Map<Path, CompletionRows> byFile, Set<String> groups) {
    EncounterCompletion(Map<Path, CompletionRows> byFile) {
        this(byFile, byFile.values().stream().map(rows -> rows.origin().group()).collect(Collectors.toSet()));
    }

    /** Writes the row of an Encounter, and returns its key within the table. */
    String write(Path file, String anonymizedId, OutputStream target) throws IOException {
        CompletionRows rows = Objects.requireNonNull(byFile.get(file));
        rows.encounter(anonymizedId, target);
        return groups.size() == 1
                ? anonymizedId
                : key(anonymizedId, rows.origin().group());
    }

    /** The keys of all rows that Encounters with these ids may have. */
    SortedSet<String> keys(SortedSet<String> anonymizedIds) {
        return groups.size() < 2
                ? anonymizedIds
                : anonymizedIds.stream()
                        .flatMap(id -> groups.stream().map(group -> key(id, group)))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String key(String id, String group) {
        return id + " " + group;
    }
}
