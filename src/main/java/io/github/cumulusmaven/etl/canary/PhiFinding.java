package io.github.cumulusmaven.etl.canary;

import java.util.List;
import java.util.Optional;

/**
 * An element of a table that holds what identifies a patient; without what it holds.
 *
 * @param place where it is
 * @param rows how many at least
 * @param firstRows the anonymous ids of the first of them; none for a row whose id could be a real one
 * @param rule the statement of a rules file that drops the element and the least beside it, where there is one
 */
public record PhiFinding(PhiPlace place, long rows, List<String> firstRows, Optional<String> rule) {
    public PhiFinding {
        firstRows = List.copyOf(firstRows);
    }
}
