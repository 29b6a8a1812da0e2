package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.AddedFile;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one run has brought over.
 *
 * @param kind of things
 * @param fetched how many came
 * @param present how many were there already
 * @param problems why others did not come, or were not tried
 * @param files new ones
 * @param gaveUp why the server was not asked for all, if it was not
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

    /** How many are missing that should be there. */
    public long errors() {
        return problems.entrySet().stream()
                .filter(entry -> entry.getKey().isError())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Whether some are left out that no error is made of, though they are somewhere. */
    public boolean leavesOut() {
        return problems.keySet().stream().anyMatch(problem -> !problem.isError() && problem != Problem.NO_LINK);
    }

    /** How many should be there. */
    public long wanted() {
        return fetched + present + errors();
    }
}
