package io.github.cumulusmaven.deid.json;

/** Ends the reading of a document. Thrown often, so without a stack trace. */
public final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooComplex;

    private Unreadable(boolean tooComplex, String what) {
        super(what, null, false, false);
        this.tooComplex = tooComplex;
    }

    static Unreadable malformed() {
        return new Unreadable(false, "no JSON");
    }

    static Unreadable tooComplex() {
        return new Unreadable(true, "beyond the limits of depth, values and lengths");
    }

    /** Tells a document beyond the limits from one that is no JSON in UTF-8. */
    public boolean isTooComplex() {
        return tooComplex;
    }
}
