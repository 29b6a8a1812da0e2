package io.github.cumulusmaven.etl.canary;

import java.util.List;
import java.util.Optional;

/**
 * An element of a table that holds values which identify patients; without the values.
 *
 * @param place the element and the kind of the values
 * @param rows how many rows have it, at least
 * @param firstRows the anonymous ids of the first rows; none for a row whose id could be a real one
 * @param rule the change of rules that drops the element and the least beside it, if there is one
 */
public record PhiFinding(PhiPlace place, long rows, List<String> firstRows, Optional<RulesChange> rule) {
    public PhiFinding {
        firstRows = List.copyOf(firstRows);
    }
}
