package io.github.cumulusmaven.deid;

import org.jspecify.annotations.Nullable;

/** The rules for the properties of one type, or of an element with elements of its own. */
final class Node {
    /** For what has no elements. */
    static final Node NONE = new Node("", 0);

    final String path;
    /** Counts what FHIR R4 does not know: such a name could be anything, so that it is not repeated. */
    final int counterOfUnknown;

    /** Whether a code here may be one that was made up on site. */
    boolean hasLocalCodes;

    /** For extensions: the same rules, but that a value which could be an id becomes an anonymous one. */
    @Nullable
    Node hashing;

    /** By number of the name; empty where the type has no such element. */
    @Nullable
    Slot[] slots = {};

    Node(String path, int counterOfUnknown) {
        this.path = path;
        this.counterOfUnknown = counterOfUnknown;
    }
}
