package io.github.cumulusmaven.etl.canary;

/**
 * What the PHI canary is to do.
 *
 * @param mode whether it compares at all
 * @param acknowledged the findings that a person has looked at and calls harmless
 */
public record CanaryConfig(CanaryMode mode, AcknowledgedFindings acknowledged) {
    /** Compares, and acknowledges nothing. */
    public static final CanaryConfig ON = of(CanaryMode.ON);

    /** Makes a configuration that acknowledges nothing. */
    public static CanaryConfig of(CanaryMode mode) {
        return new CanaryConfig(mode, AcknowledgedFindings.NONE);
    }
}
