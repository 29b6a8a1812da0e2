package io.github.cumulusmaven.deid;

import java.util.Set;

/** The way in which an element is kept. */
sealed interface Treatment {
    /** Keeps a primitive, changed or as it is. */
    record Primitive(Action action) implements Treatment {}

    /**
     * Keeps an element with elements, by the rules of its type.
     *
     * @param systems if not empty: only values with one of these as their system stay
     */
    record Typed(String type, Set<String> systems) implements Treatment {
        public Typed {
            systems = Set.copyOf(systems);
        }
    }
}
