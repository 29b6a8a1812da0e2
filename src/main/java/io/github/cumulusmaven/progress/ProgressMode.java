package io.github.cumulusmaven.progress;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How the user wants to be told. */
public enum ProgressMode {
    /** A footer where somebody looks at a terminal, else lines. */
    AUTO,
    /** Lines. */
    PLAIN,
    /** Nothing. */
    NONE;

    /** The mode of that name, in any case. */
    public static ProgressMode parse(String name) throws UnknownProgressMode {
        for (ProgressMode mode : values()) {
            if (mode.word().equals(name.trim().toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new UnknownProgressMode(name, words());
    }

    private static List<String> words() {
        return Arrays.stream(values()).map(ProgressMode::word).toList();
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
