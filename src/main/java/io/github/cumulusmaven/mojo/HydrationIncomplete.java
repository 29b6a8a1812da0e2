package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.hydrate.Hydrated;
import java.util.List;

/** More than allowed could not be fetched. */
final class HydrationIncomplete extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Hydrated> results;

    HydrationIncomplete(List<Hydrated> results) {
        this.results = List.copyOf(results);
    }

    /** How many things are missing. */
    long count() {
        return results.stream().mapToLong(Hydrated::errors).sum();
    }

    /** Whether the server was not asked for all. */
    boolean gaveUp() {
        return results.stream().anyMatch(result -> result.gaveUp().isPresent());
    }
}
