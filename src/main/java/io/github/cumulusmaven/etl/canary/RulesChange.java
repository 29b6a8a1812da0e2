package io.github.cumulusmaven.etl.canary;

import java.util.List;
import java.util.Optional;

/**
 * A change of a site's rules file that drops an element.
 *
 * @param remove the lines to remove, as they keep the element or would contradict
 * @param add the statement to add; none where it is enough to remove the lines
 * @param emptied the element, if a study needs it and all rows of the table would lose it
 */
public record RulesChange(List<String> remove, Optional<String> add, Optional<String> emptied) {
    public RulesChange {
        remove = List.copyOf(remove);
    }
}
