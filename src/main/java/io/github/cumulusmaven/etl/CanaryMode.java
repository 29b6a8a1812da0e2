package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.InvalidSetting;
import java.util.Locale;

/** How much of the output is searched for the source's identifiers. */
public enum CanaryMode {
    /** Some of the patients' identifiers, in some of the rows. */
    SAMPLE,
    /** All identifiers, in all rows. */
    FULL,
    /** Nothing. */
    NONE;

    /** Reads the user's word. */
    public static CanaryMode parse(String word) throws InvalidSetting {
        for (CanaryMode mode : values()) {
            if (mode.name().equalsIgnoreCase(word.trim())) {
                return mode;
            }
        }
        throw new InvalidSetting("phiCanary", word, "must be one of sample, full, none");
    }

    /** The user's word. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
