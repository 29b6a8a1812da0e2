package io.github.cumulusmaven.etl.canary;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of the PHI canary.
 *
 * @param mode how many rows it compares
 * @param acknowledged the findings that a person has looked at and declared harmless
 * @param patients a folder with Patients beside those of the input
 */
public record CanaryConfig(CanaryMode mode, AcknowledgedFindings acknowledged, Optional<Path> patients) {}
