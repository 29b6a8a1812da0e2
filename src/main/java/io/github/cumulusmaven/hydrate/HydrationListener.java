package io.github.cumulusmaven.hydrate;

/** Is told what happens; never what is in a resource, nor its id. Called from many threads. */
public interface HydrationListener {
    /** The search begins. */
    default void began(HydrationKind kind) {}

    /**
     * One thing came.
     *
     * @param bytes of it
     */
    default void fetched(HydrationKind kind, long bytes) {}

    /** One thing did not come. */
    default void failed(HydrationKind kind, Problem problem, String words) {}

    /** Something that a person should know. */
    default void warned(String warning) {}
}
