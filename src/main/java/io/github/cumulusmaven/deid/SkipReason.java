package io.github.cumulusmaven.deid;

/** The reasons why no row is written for a resource. */
public enum SkipReason {
    /** Not well-formed JSON, or not UTF-8. */
    NOT_JSON,
    /** Nested too deeply, of too many parts, or with too long a number or name, to be a resource of a table. */
    TOO_COMPLEX,
    /** Not an object, or without the name of a resource type. */
    NOT_A_RESOURCE,
    /** A resource, but not of the type that was asked for. */
    OTHER_TYPE,
    /** Without the id that makes it a row. */
    NO_ID,
    /** An object where FHIR has a primitive, or the reverse, so that no rule fits. */
    WRONG_SHAPE,
    /** It says of itself that it must not be used by those who do not understand one of its extensions. */
    MODIFIER_EXTENSION
}
