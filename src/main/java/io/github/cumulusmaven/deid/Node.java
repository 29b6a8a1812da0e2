package io.github.cumulusmaven.deid;

import org.jspecify.annotations.Nullable;

/** The rules for the properties of a type, or of an element with elements of its own. */
final class Node {
    /** Stands for an element without elements. */
    static final Node NONE = new Node("", 0);

    final String path;
    /**
     * The counter for names that FHIR R4 does not know: such a name could be anything, so it is not repeated in a
     * report.
     */
    final int counterOfUnknown;

    /** Whether codes of this type may be made up on site. */
    boolean hasLocalCodes;

    /** For extensions: the same rules, except that a value which could be an id becomes an anonymous one. */
    @Nullable
    Node hashing;

    /** The properties by the number of their names; empty where the type has no such element. */
    @Nullable
    Slot[] slots = {};

    Node(String path, int counterOfUnknown) {
        this.path = path;
        this.counterOfUnknown = counterOfUnknown;
    }
}
