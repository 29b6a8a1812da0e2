package io.github.cumulusmaven.etl.canary;

import java.util.List;

/** The tables hold what identifies patients, so they were not published. */
public final class PhiFound extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<PhiFinding> findings;
    private final String output;

    /** Takes all findings that nobody has acknowledged. */
    public PhiFound(List<PhiFinding> findings, String output) {
        super("identifiers of patients in " + findings.size() + " elements");
        this.findings = List.copyOf(findings);
        this.output = output;
    }

    public List<PhiFinding> findings() {
        return findings;
    }

    /** The folder where nothing was published. */
    public String output() {
        return output;
    }
}
