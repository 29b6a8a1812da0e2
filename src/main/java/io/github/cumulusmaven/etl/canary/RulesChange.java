package io.github.cumulusmaven.etl.canary;

import java.util.List;
import java.util.Optional;

/**
 * How to change a site's rules file, so that an element is dropped.
 *
 * @param remove lines that must go, as they keep it or would contradict
 * @param add the statement to put in; none where it is enough that the others go
 * @param emptied the element that a study needs, and that would be gone from all rows of the table, if it is such a one
 */
public record RulesChange(List<String> remove, Optional<String> add, Optional<String> emptied) {
    public RulesChange {
        remove = List.copyOf(remove);
    }
}
