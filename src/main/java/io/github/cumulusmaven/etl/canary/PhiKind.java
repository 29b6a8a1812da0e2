package io.github.cumulusmaven.etl.canary;

/**
 * The element of a Patient that a value comes from; where a value comes from several, the one of the highest rank
 * counts.
 */
public enum PhiKind {
    /** A street line. */
    ADDRESS(1, "address"),
    /** A phone number or mail address. */
    TELECOM(2, "telecom"),
    /** The name of the patient, or of a contact person. */
    NAME(3, "name"),
    /** A full birth date. */
    BIRTH_DATE(4, "birthDate"),
    /** An identifier of any system. */
    IDENTIFIER(5, "identifier"),
    /** The Patient's id on the server. */
    ID(6, "id");

    private static final PhiKind[] ALL = values();

    private final int rank;
    private final String word;

    PhiKind(int rank, String word) {
        this.rank = rank;
        this.word = word;
    }

    /** Returns the kind's word in a file of acknowledged findings: the element's name in FHIR. */
    public String word() {
        return word;
    }

    /** Returns the kind's rank, small and positive; where a value is of several kinds, the highest rank counts. */
    int rank() {
        return rank;
    }

    static PhiKind ofRank(int rank) {
        return ALL[rank - 1];
    }

    /** Tells whether a directory of physicians and nursing homes may hold the same value. */
    boolean isPublicInDirectories() {
        return this == ADDRESS || this == TELECOM || this == NAME;
    }
}
