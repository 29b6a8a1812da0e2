package io.github.cumulusmaven.deid;

import java.util.Set;

/**
 * What the rules say of one element of a resource.
 *
 * @param path how a rules file names it, by the type that it belongs to: {@code Reference.display}
 * @param asItIs whether it is a primitive that stays as it is
 * @param systems where not empty: only what has one of these as its system stays
 */
public record ElementRule(String path, boolean asItIs, Set<String> systems) {
    public ElementRule {
        systems = Set.copyOf(systems);
    }
}
