package io.github.cumulusmaven.hydrate;

/** Hears of the progress of a hydration; never what is in a resource, nor its id. Called from many threads. */
public interface HydrationListener {
    /** Hears that the search for references begins. */
    default void began(HydrationKind kind) {}

    /**
     * Hears how many bytes will be searched for references.
     *
     * @param bytes size of the files on the disk
     */
    default void planned(long bytes) {}

    /** Hears that so many more of these bytes were read. */
    default void read(long bytes) {}

    /**
     * Hears that one resource or note was fetched.
     *
     * @param bytes its size
     */
    default void fetched(HydrationKind kind, long bytes) {}

    /** Hears that one resource or note could not be fetched. */
    default void failed(HydrationKind kind, Problem problem, String words) {}
}
