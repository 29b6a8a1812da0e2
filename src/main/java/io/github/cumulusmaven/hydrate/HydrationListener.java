package io.github.cumulusmaven.hydrate;

/** Is told what happens; never what is in a resource, nor its id. Called from many threads. */
public interface HydrationListener {
    /** The search begins. */
    default void began(HydrationKind kind) {}

    /**
     * It is known what will be read in search of references.
     *
     * @param bytes of the files as they lie on disk
     */
    default void planned(long bytes) {}

    /** So many more of these bytes were read. */
    default void read(long bytes) {}

    /**
     * One thing came.
     *
     * @param bytes of it
     */
    default void fetched(HydrationKind kind, long bytes) {}

    /** One thing did not come. */
    default void failed(HydrationKind kind, Problem problem, String words) {}
}
