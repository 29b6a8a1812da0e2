package io.github.cumulusmaven.deid;

import java.util.Set;

/** How an element is kept. */
sealed interface Treatment {
    /** A primitive, changed or as it is. */
    record Primitive(Action action) implements Treatment {}

    /**
     * Something with elements, by the rules of its type.
     *
     * @param systems where not empty: only what has one of these as its system
     */
    record Typed(String type, Set<String> systems) implements Treatment {
        public Typed {
            systems = Set.copyOf(systems);
        }
    }
}
