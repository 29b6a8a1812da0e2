package io.github.cumulusmaven.etl;

import java.util.List;
import java.util.Optional;

/**
 * An element of a table that holds what identifies a patient; without what it holds.
 *
 * @param task whose table it is
 * @param element below the row, with dots: {@code subject.display}
 * @param rows how many at least
 * @param firstRows the anonymous ids of the first of them; none for a row whose id could be a real one
 * @param rule how a rules file names the element, where it can drop it
 */
public record PhiFinding(EtlTask task, String element, long rows, List<String> firstRows, Optional<String> rule) {
    public PhiFinding {
        firstRows = List.copyOf(firstRows);
    }
}
