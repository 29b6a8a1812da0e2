package io.github.cumulusmaven.bulk;

import java.util.Arrays;

/** How closely a file is looked at before it counts as whole. Its length, compression and checksum are always checked. */
public enum Validation {
    /** Not at all. */
    NONE,
    /** As many lines as announced, the last one complete, the first one a resource of the right type. */
    LINES,
    /** Each line a resource of the right type, besides. */
    JSON;

    /**
     * The one of that name, in any case.
     *
     * @throws InvalidSetting for a name that is none
     */
    public static Validation parse(String word) throws InvalidSetting {
        return Arrays.stream(values())
                .filter(one -> one.name().equalsIgnoreCase(word.trim()))
                .findFirst()
                .orElseThrow(() -> new InvalidSetting("validate", word, "must be none, lines or json"));
    }
}
