package io.github.cumulusmaven.etl.canary;

/** Is told how far the PHI canary is; called from one thread at a time. */
public interface CanaryListener {
    /** The canary begins to read: Patients, or, where memory cannot hold all their values at once, rows again. */
    default void canaryBegan() {}

    /**
     * Some more was read.
     *
     * @param bytes of Patients or rows, uncompressed
     */
    default void canaryRead(long bytes) {}
}
