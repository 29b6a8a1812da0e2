package io.github.cumulusmaven.etl.canary;

import io.github.cumulusmaven.fhir.InvalidSetting;
import java.util.List;
import java.util.Locale;

/** The choice of the rows that the canary compares with the Patients' values. */
public enum CanaryMode {
    /** Compares small tables, and a part of the rows of large ones, at little cost. */
    SAMPLED,
    /** Compares all rows. */
    FULL,
    /** Compares no rows. */
    OFF;

    /** Returns the mode's word in a configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the mode of a configuration, in any case; {@code on} is {@link #FULL}.
     *
     * @throws InvalidSetting for a word that names none
     */
    public static CanaryMode parse(String word) throws InvalidSetting {
        return switch (word.trim().toLowerCase(Locale.ROOT)) {
            case "sampled" -> SAMPLED;
            case "on", "full" -> FULL;
            case "off" -> OFF;
            default ->
                throw new InvalidSetting(
                        "phiCanary", word, InvalidSetting.Kind.NOT_ONE_OF, List.of("sampled", "full", "off"));
        };
    }
}
