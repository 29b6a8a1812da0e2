package io.github.cumulusmaven.etl.canary;

import io.github.cumulusmaven.bulk.InvalidSetting;
import java.util.Locale;

/** Whether rows are compared with what identifies patients. */
public enum CanaryMode {
    /** All rows, with all Patients. */
    ON,
    /** None. */
    OFF;

    /** The word for it in a configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the mode of a configuration, in any case; the modes {@code sampled} and {@code full} of earlier versions mean
     * {@link #ON}.
     *
     * @throws InvalidSetting for a word that names none
     */
    public static CanaryMode parse(String word) throws InvalidSetting {
        return switch (word.trim().toLowerCase(Locale.ROOT)) {
            case "on", "full", "sampled" -> ON;
            case "off" -> OFF;
            default -> throw new InvalidSetting("phiCanary", word, "must be on or off");
        };
    }
}
