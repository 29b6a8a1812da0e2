package io.github.cumulusmaven.deid;

import java.util.List;

/** Signals that a line of a rules file cannot be followed. */
public final class InvalidRules extends Exception {
    private static final long serialVersionUID = 1L;

    /** Names what is wrong with a line; in each stand the values that are told with it. */
    public enum Kind {
        /** No element or verb: the word, the verbs that there are. */
        UNKNOWN_STATEMENT,
        /** A verb without an absolute URL, or with more than that: the verb. */
        NO_URL,
        /** A local system without the beginning of a URL or URN, or with more than that. */
        NO_PREFIX,
        /** Something unknown behind the URL of an extension. */
        UNKNOWN_CONTENT,
        /** An extension that is simple and has nested ones. */
        SIMPLE_AND_NESTED,
        /** An element without an action: the element. */
        NO_ACTION,
        /** More than an action: the element, the action. */
        MORE_THAN_ACTION,
        /** An unknown action: the word, the actions that there are. */
        UNKNOWN_ACTION,
        /** Something unknown behind a type: the element. */
        MORE_THAN_TYPE,
        /** A system behind an action, which has none: the element, the action. */
        SYSTEM_OF_ACTION,
        /** A second statement about the same: what it is about, the line of the first. */
        TWICE,
        /** Two statements about an extension that do not agree: the statement, the line and the verb of the first. */
        CONTRADICTION,
        /** An element of whatever resource is contained: what holds it. */
        OF_ANY_RESOURCE,
        /** An element that FHIR R4 does not have: the element, and, where there is one, the most similar one. */
        UNKNOWN_ELEMENT,
        /** An element inside a data type, with more than "drop": the element. */
        INSIDE_TYPE,
        /** An element that each row needs: the element. */
        FIXED,
        /** An action for an element of a type that has elements: the element, the type. */
        NOT_PRIMITIVE,
        /** An action for an element that has elements of its own: the element. */
        NOT_PRIMITIVE_BUT_GROUP,
        /** The year of what is no date: the element. */
        NOT_A_DATE,
        /** A hash of what is no reference. */
        NOT_A_REFERENCE,
        /** An action that looks at a system where there is none: the action, the element. */
        NO_SYSTEM_BESIDE,
        /** A type for a primitive: the element. */
        PRIMITIVE,
        /** A type for an element that has elements of its own: the element. */
        GROUP,
        /** A type that is not the element's: the element, its type, the other one. */
        OTHER_TYPE,
        /** Systems of a type that has none: the type. */
        TYPE_WITHOUT_SYSTEM,
        /** An element to be dropped that is not kept: the element. */
        NOT_KEPT,
        /** A type of which no rule keeps an element: the type, and, where it has one, an element of it. */
        NOTHING_OF_TYPE
    }

    private final String file;
    private final int line;
    private final Kind kind;
    private final transient List<String> values;

    InvalidRules(String file, int line, Kind kind, String... values) {
        super(kind + " in line " + line);
        this.file = file;
        this.line = line;
        this.kind = kind;
        this.values = List.of(values);
    }

    public String file() {
        return file;
    }

    /** Returns the number of the line, counted from 1. */
    public int line() {
        return line;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the values that the kind tells of, in its order. */
    public List<String> values() {
        return values;
    }
}
