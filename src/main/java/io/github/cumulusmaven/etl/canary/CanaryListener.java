package io.github.cumulusmaven.etl.canary;

/** Hears how far the PHI canary is; called from one thread at a time. */
public interface CanaryListener {
    /**
     * Hears that the canary begins to read Patients or, where memory cannot hold all their values at once, rows again.
     */
    default void canaryBegan() {}

    /**
     * Hears how much more was read.
     *
     * @param bytes size of the Patients or rows, uncompressed
     */
    default void canaryRead(long bytes) {}
}
