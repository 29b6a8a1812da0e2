package io.github.cumulusmaven.bulk;

/** The requests of an export, in their order. */
enum Phase {
    DISCOVERY("discovery"),
    TOKEN("token"),
    KICK_OFF("kick-off"),
    POLL("status request"),
    PAGE("second manifest page"),
    DELETED("deleted file"),
    OUTPUT("output file, 1.1 MB"),
    ERROR("error file, signed link"),
    PACKED("output file, gzip"),
    DELETE("DELETE");

    private final String words;

    Phase(String words) {
        this.words = words;
    }

    /** What it is called. */
    String words() {
        return words;
    }

    boolean isFile() {
        return this == OUTPUT || this == DELETED || this == PACKED || this == ERROR;
    }
}
