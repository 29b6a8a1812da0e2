package io.github.cumulusmaven.deid;

/** Signals that a line of a rules file cannot be followed. The message says what is wrong with the line. */
public final class InvalidRules extends Exception {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;

    InvalidRules(String file, int line, String what) {
        super(what);
        this.file = file;
        this.line = line;
    }

    public String file() {
        return file;
    }

    /** Returns the number of the line, counted from 1. */
    public int line() {
        return line;
    }
}
