package io.github.cumulusmaven.hydrate;

import java.io.IOException;

/** Notes which resources lack a Medication or a note, for a person to look at. Called from many threads. */
@FunctionalInterface
public interface FailureList {
    /** Keeps none. */
    FailureList NONE = (type, id, reference, problem, words) -> {};

    /**
     * Adds a resource that lacks something.
     *
     * @param type the resource's type
     * @param id the resource's id
     * @param reference the reference to what it lacks, as the resource has it
     * @param problem why that is missing
     * @param words more on the reason
     */
    void add(String type, String id, String reference, Problem problem, String words) throws IOException;
}
