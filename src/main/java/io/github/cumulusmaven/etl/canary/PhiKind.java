package io.github.cumulusmaven.etl.canary;

/** The element of a Patient that a value comes from; where a value is of several, the one of the highest rank counts. */
public enum PhiKind {
    /** A street line. */
    ADDRESS(1, "address"),
    /** A phone number or mail address. */
    TELECOM(2, "telecom"),
    /** The name of the patient, or of somebody to contact. */
    NAME(3, "name"),
    /** A full birth date. */
    BIRTH_DATE(4, "birthDate"),
    /** A number of any system. */
    IDENTIFIER(5, "identifier"),
    /** The id on the server. */
    ID(6, "id");

    private static final PhiKind[] ALL = values();

    private final int rank;
    private final String word;

    PhiKind(int rank, String word) {
        this.rank = rank;
        this.word = word;
    }

    /** The word for it in a file of acknowledged findings: the element's name in FHIR. */
    public String word() {
        return word;
    }

    /** Small and positive; where a value is of several kinds, the highest counts. */
    int rank() {
        return rank;
    }

    static PhiKind ofRank(int rank) {
        return ALL[rank - 1];
    }

    /** Whether a directory of physicians and nursing homes may hold the same. */
    boolean isPublicInDirectories() {
        return this == ADDRESS || this == TELECOM || this == NAME;
    }
}
