package io.github.cumulusmaven.mojo;

import java.nio.file.Path;

/** The tables are made, and more resources than allowed are missing from them. */
final class ResourcesLost extends Exception {
    private static final long serialVersionUID = 1L;

    private final long count;
    private final transient Path output;

    ResourcesLost(long count, Path output) {
        this.count = count;
        this.output = output;
    }

    /** How many resources, and files that could not be read. */
    long count() {
        return count;
    }

    /** Where all the others are. */
    Path output() {
        return output;
    }
}
