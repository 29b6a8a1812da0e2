package io.github.cumulusmaven.progress;

import java.util.List;

/** A mode was asked for that does not exist. */
public final class UnknownProgressMode extends Exception {
    private static final long serialVersionUID = 1L;

    private final String value;
    private final transient List<String> allowed;

    UnknownProgressMode(String value, List<String> allowed) {
        super("'" + value + "' is none of " + String.join(", ", allowed));
        this.value = value;
        this.allowed = allowed;
    }

    public String value() {
        return value;
    }

    public List<String> allowed() {
        return allowed;
    }
}
