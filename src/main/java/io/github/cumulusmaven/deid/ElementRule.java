package io.github.cumulusmaven.deid;

import java.util.Set;

/**
 * The rule for one element of a resource.
 *
 * @param path the element's name in a rules file, by the type that it belongs to: {@code Reference.display}
 * @param asItIs whether the element is a primitive that stays as it is
 * @param systems if not empty: only values with one of these as their system stay
 */
public record ElementRule(String path, boolean asItIs, Set<String> systems) {
    public ElementRule {
        systems = Set.copyOf(systems);
    }
}
