package io.github.cumulusmaven.etl.canary;

/**
 * What the PHI canary is to do.
 *
 * @param mode how many rows it compares
 * @param acknowledged the findings that a person has looked at and calls harmless
 */
public record CanaryConfig(CanaryMode mode, AcknowledgedFindings acknowledged) {
    /** Makes a configuration that acknowledges nothing. */
    public static CanaryConfig of(CanaryMode mode) {
        return new CanaryConfig(mode, AcknowledgedFindings.NONE);
    }
}
