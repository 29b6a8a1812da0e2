package io.github.cumulusmaven.etl.canary;

import java.util.List;

/** Signals that the tables hold values which identify patients, so they were not published. */
public final class PhiFound extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<PhiFinding> findings;
    private final String output;

    /** Takes all findings that are not acknowledged. */
    public PhiFound(List<PhiFinding> findings, String output) {
        super("identifiers of patients in " + findings.size() + " elements");
        this.findings = List.copyOf(findings);
        this.output = output;
    }

    public List<PhiFinding> findings() {
        return findings;
    }

    /** Returns the output folder, in which nothing was published. */
    public String output() {
        return output;
    }
}
