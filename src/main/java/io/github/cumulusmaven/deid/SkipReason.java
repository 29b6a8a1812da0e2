package io.github.cumulusmaven.deid;

/** Why nothing of a resource is written. */
public enum SkipReason {
    /** Not well-formed JSON, or not UTF-8. */
    NOT_JSON("not JSON"),
    /** Nested too deeply, of too many parts, or with too long a number or name, to be a resource of a table. */
    TOO_COMPLEX("too deeply nested, of too many parts, or with too long a number or name"),
    /** Not an object, or without the name of a resource type. */
    NOT_A_RESOURCE("not a FHIR resource"),
    /** A resource, but not of the type that was asked for. */
    OTHER_TYPE("of another resource type"),
    /** Without the id that makes it a row. */
    NO_ID("without an id"),
    /** An object where FHIR has a primitive, or the reverse, so that no rule fits. */
    WRONG_SHAPE("an element has not the shape that FHIR gives it"),
    /** It says of itself that it must not be used by those who do not understand one of its extensions. */
    MODIFIER_EXTENSION("a modifier extension is not understood");

    private final String text;

    SkipReason(String text) {
        this.text = text;
    }

    /** Whether something is wrong with the resource, rather than that it is left out on purpose. */
    public boolean isError() {
        return this != MODIFIER_EXTENSION;
    }

    /** In words, for a report. */
    public String text() {
        return text;
    }
}
