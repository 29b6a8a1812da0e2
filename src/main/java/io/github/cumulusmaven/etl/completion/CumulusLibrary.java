package io.github.cumulusmaven.etl.completion;

import java.util.List;

/**
 * What Cumulus Library needs before it shows an Encounter: rows in {@code etl__completion} for all of {@link #TYPES}, of
 * the Encounter's group, as of the Encounter's first export or later. Where {@code etl__completion} has no row at all, it
 * takes the data as untracked and shows every Encounter; {@code excluded_resources} is read by none of its code. Read from
 * Cumulus Library {@value #VERSION}, core study ({@code completion_utils.jinja}, {@code builder_encounter.py}), on
 * 2026-11-29; {@code mvn -f src/checks/library verify} proves it.
 */
public final class CumulusLibrary {
    /** The version that was read and is tried. */
    public static final String VERSION = "6.3.7";

    /** The resource types whose tables must be complete; Immunization is not among them. */
    public static final List<String> TYPES = List.of(
            "AllergyIntolerance",
            "Condition",
            "DiagnosticReport",
            "DocumentReference",
            "EpisodeOfCare",
            "MedicationDispense",
            "MedicationRequest",
            "Observation",
            "Procedure",
            "ServiceRequest",
            "Specimen");

    private CumulusLibrary() {}
}
