package io.github.cumulusmaven.bulk;

/** How closely a file is looked at before it counts as whole. Its length, compression and checksum are always checked. */
public enum Validation {
    /** Not at all. */
    NONE,
    /** As many lines as announced, the last one complete, the first one a resource of the right type. */
    LINES,
    /** Each line a resource of the right type, besides. */
    JSON
}
