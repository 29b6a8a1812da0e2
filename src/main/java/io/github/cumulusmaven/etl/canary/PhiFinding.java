package io.github.cumulusmaven.etl.canary;

import java.util.List;
import java.util.Optional;

/**
 * An element of a table that holds what identifies a patient; without what it holds.
 *
 * @param place where it is
 * @param rows how many at least
 * @param firstRows the anonymous ids of the first of them; none for a row whose id could be a real one
 * @param rule how to drop the element and the least beside it, where rules can
 */
public record PhiFinding(PhiPlace place, long rows, List<String> firstRows, Optional<RulesChange> rule) {
    public PhiFinding {
        firstRows = List.copyOf(firstRows);
    }
}
