package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.InvalidSetting;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much of what was written is compared with what identifies patients. */
public enum CanaryMode {
    /** Some of it, at little cost. */
    SAMPLED,
    /** All of it. */
    FULL,
    /** Nothing. */
    OFF;

    /** As it stands in a configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The mode of that name, in any case.
     *
     * @throws InvalidSetting for a name that is none
     */
    public static CanaryMode parse(String word) throws InvalidSetting {
        return Arrays.stream(values())
                .filter(mode -> mode.word().equals(word.trim().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidSetting(
                        "phiCanary",
                        word,
                        "must be one of "
                                + Arrays.stream(values()).map(CanaryMode::word).collect(Collectors.joining(", "))));
    }
}
