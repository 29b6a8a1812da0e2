package io.github.cumulusmaven.smart;

/** Signals that a client assertion was refused. Says why, and nothing of what the assertion holds. */
public final class AssertionRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final String description;

    AssertionRefused(String error, String description) {
        super(error + ": " + description);
        this.error = error;
        this.description = description;
    }

    /**
     * Returns OAuth's error code: {@code invalid_client}, or {@code invalid_request} when the assertion is no signed
     * JWT at all.
     */
    public String error() {
        return error;
    }

    /** Returns OAuth's {@code error_description}. */
    public String description() {
        return description;
    }
}
