package io.github.cumulusmaven.etl;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one task did.
 *
 * @param task which
 * @param read resources that were found in the input
 * @param written rows of the table
 * @param superseded resources that a later one with the same id replaced
 * @param deleted resources that are in the export and among its deleted ones
 * @param deletedIds how many ids the export says are deleted
 * @param problems lines that are no rows, by reason
 * @param misplaced the resource types of lines in files of this type; an empty one for lines of any type
 * @param unreadableFiles files that could not be read to their end
 * @param incomplete why the table is not called complete, where it is not
 */
public record TableSummary(
        EtlTask task,
        long read,
        long written,
        long superseded,
        long deleted,
        long deletedIds,
        Map<LineProblem, Long> problems,
        Set<String> misplaced,
        long unreadableFiles,
        Optional<Incomplete> incomplete) {
    public TableSummary {
        Map<LineProblem, Long> sorted = new EnumMap<>(LineProblem.class);
        sorted.putAll(problems);
        problems = sorted;
        misplaced = Set.copyOf(misplaced);
    }

    TableSummary withIncomplete(Optional<Incomplete> reason) {
        return new TableSummary(
                task, read, written, superseded, deleted, deletedIds, problems, misplaced, unreadableFiles, reason);
    }

    /** Resources and files that are missing though they should not. */
    public long errors() {
        return unreadableFiles
                + problems.entrySet().stream()
                        .filter(entry -> entry.getKey().isError())
                        .mapToLong(Map.Entry::getValue)
                        .sum();
    }

    /** Resources left out as they should be. */
    public long skipped() {
        return problems.getOrDefault(LineProblem.MODIFIER_EXTENSION, 0L);
    }
}
