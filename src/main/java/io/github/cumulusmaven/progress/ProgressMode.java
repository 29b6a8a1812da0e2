package io.github.cumulusmaven.progress;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ways to show progress. */
public enum ProgressMode {
    /** Shows a footer where somebody looks at a terminal, else lines. */
    AUTO,
    /** {@link LineProgress}. */
    PLAIN,
    /** {@link Progress#NONE}. */
    NONE;

    /** Finds the mode of that name, in any case. */
    public static Optional<ProgressMode> parse(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.word().equals(name.trim().toLowerCase(Locale.ROOT)))
                .findAny();
    }

    /** Lists the names. */
    public static List<String> words() {
        return Arrays.stream(values()).map(ProgressMode::word).toList();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Considers where the output goes.
     *
     * @param interactive false under {@code -B}
     * @param terminal see {@link Terminals#isTerminal()}
     * @param term the environment variable {@code TERM}
     * @param infoEnabled false under {@code -q}
     * @param quietTransfers true under {@code -ntp}: who wants no transfer progress wants no moving line
     * @return AUTO for {@link FooterProgress}; the others as they are
     */
    public ProgressMode in(
            boolean interactive, boolean terminal, Optional<String> term, boolean infoEnabled, boolean quietTransfers) {
        if (this == NONE || !infoEnabled) {
            return NONE;
        }
        boolean redraws = terminal
                && term.filter(name -> !name.isBlank() && !name.equals("dumb")).isPresent();
        return this == AUTO && interactive && redraws && !quietTransfers ? AUTO : PLAIN;
    }
}
