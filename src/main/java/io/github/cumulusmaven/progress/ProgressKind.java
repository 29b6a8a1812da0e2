package io.github.cumulusmaven.progress;

import java.util.Optional;

/** What is to be shown, everything considered. */
public enum ProgressKind {
    /** {@link FooterProgress}. */
    FOOTER,
    /** {@link LineProgress}. */
    LINES,
    /** {@link NoProgress}. */
    NONE;

    /**
     * Chooses by what the user asked for and where the output goes.
     *
     * @param interactive false under {@code -B}
     * @param terminal see {@link Terminals#isTerminal()}
     * @param term the environment variable {@code TERM}
     * @param infoEnabled false under {@code -q}
     * @param quietTransfers true under {@code -ntp}: who wants no transfer progress wants no moving line
     */
    public static ProgressKind choose(
            ProgressMode mode,
            boolean interactive,
            boolean terminal,
            Optional<String> term,
            boolean infoEnabled,
            boolean quietTransfers) {
        if (mode == ProgressMode.NONE || !infoEnabled) {
            return NONE;
        }
        boolean redraws = terminal
                && term.filter(name -> !name.isBlank() && !name.equals("dumb")).isPresent();
        return mode == ProgressMode.AUTO && interactive && redraws && !quietTransfers ? FOOTER : LINES;
    }
}
