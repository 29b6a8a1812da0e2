package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.InvalidSetting;
import java.util.Arrays;

/**
 * How closely a file is looked at before it counts as whole. Its length, compression, checksum and the number of its
 * resources are always checked, as far as the server announces them.
 */
public enum Validation {
    /** Not at all. */
    NONE,
    /** The last line complete, the first one a resource of the right type. */
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
                .orElseThrow(() -> new InvalidSetting("validate", word, InvalidSetting.Kind.NO_VALIDATION));
    }
}
