package io.github.cumulusmaven.deid;

/** The reasons why no row is written for a resource. */
public enum SkipReason {
    /** The line is not well-formed JSON, or not UTF-8. */
    NOT_JSON("not JSON"),
    /**
     * The resource is nested too deeply, has too many parts, or too long a number or name, to be a resource of a table.
     */
    TOO_COMPLEX("too deeply nested, of too many parts, or with too long a number or name"),
    /** The line is not an object, or without the name of a resource type. */
    NOT_A_RESOURCE("not a FHIR resource"),
    /** The resource is not of the requested type. */
    OTHER_TYPE("of another resource type"),
    /** The resource has no id, and so cannot be a row. */
    NO_ID("without an id"),
    /** An element is an object where FHIR has a primitive, or the reverse, so that no rule fits. */
    WRONG_SHAPE("an element has not the shape that FHIR gives it"),
    /** The resource has a modifier extension that is not understood: FHIR forbids to use it then. */
    MODIFIER_EXTENSION("a modifier extension is not understood");

    private final String text;

    SkipReason(String text) {
        this.text = text;
    }

    /** Tells whether the resource is faulty, rather than left out on purpose. */
    public boolean isError() {
        return this != MODIFIER_EXTENSION;
    }

    /** Returns the reason's words for a report. */
    public String text() {
        return text;
    }
}
