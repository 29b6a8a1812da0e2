package io.github.cumulusmaven.hydrate;

import java.io.IOException;

/** Notes which resources lack a Medication or a note, for a person to look at. Called from many threads. */
@FunctionalInterface
public interface FailureList {
    /** Keeps none. */
    FailureList NONE = (type, id, reference, problem, words) -> {};

    /**
     * Adds one.
     *
     * @param type of the resource that lacks something
     * @param id of it
     * @param reference to what it lacks, as the resource has it
     * @param problem why it is not there
     * @param words more on that
     */
    void add(String type, String id, String reference, Problem problem, String words) throws IOException;
}
