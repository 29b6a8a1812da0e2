package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.AddedFile;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of one run for one kind of resources.
 *
 * @param kind what was fetched
 * @param fetched how many the run fetched
 * @param present how many the folder had already
 * @param problems how many are missing, by reason
 * @param files the files that the run added
 * @param gaveUp why the run stopped asking the server, if it did
 */
public record Hydrated(
        HydrationKind kind,
        long fetched,
        long present,
        Map<Problem, Long> problems,
        List<AddedFile> files,
        Optional<String> gaveUp) {
    public Hydrated {
        problems = new EnumMap<>(problems);
        files = List.copyOf(files);
    }

    /** Counts the missing ones that are errors. */
    public long errors() {
        return problems.entrySet().stream()
                .filter(entry -> entry.getKey().isError())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Tells whether some were left out on purpose, though the server may have them. */
    public boolean leavesOut() {
        return problems.keySet().stream().anyMatch(problem -> !problem.isError() && problem != Problem.NO_LINK);
    }

    /** Counts all that should be in the folder. */
    public long wanted() {
        return fetched + present + errors();
    }
}
