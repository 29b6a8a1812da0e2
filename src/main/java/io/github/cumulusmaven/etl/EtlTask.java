package io.github.cumulusmaven.etl;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Names the tables: one resource type each, built in this order. Encounter and Patient come first, as consumers show nothing
 * of the others without them. What stays of a type's resources stands in {@code deid/rules.txt}, without which a row has
 * little more than its id; what Cumulus Library waits for, in {@code completion.CumulusLibrary}.
 */
public enum EtlTask {
    ENCOUNTER("Encounter"),
    PATIENT("Patient"),
    ALLERGY_INTOLERANCE("AllergyIntolerance"),
    CONDITION("Condition"),
    DEVICE("Device"),
    DIAGNOSTIC_REPORT("DiagnosticReport"),
    DOCUMENT_REFERENCE("DocumentReference"),
    EPISODE_OF_CARE("EpisodeOfCare"),
    IMMUNIZATION("Immunization"),
    LOCATION("Location"),
    MEDICATION("Medication"),
    MEDICATION_DISPENSE("MedicationDispense"),
    MEDICATION_REQUEST("MedicationRequest"),
    OBSERVATION("Observation"),
    ORGANIZATION("Organization"),
    PRACTITIONER("Practitioner"),
    PRACTITIONER_ROLE("PractitionerRole"),
    PROCEDURE("Procedure"),
    SERVICE_REQUEST("ServiceRequest"),
    SPECIMEN("Specimen");

    private final String type;

    EtlTask(String type) {
        this.type = type;
    }

    /** The FHIR resource type. */
    public String type() {
        return type;
    }

    /** The table's name. */
    public String table() {
        return type.toLowerCase(Locale.ROOT);
    }

    /** The task that a user names, in any case. */
    public static Optional<EtlTask> named(String name) {
        return Arrays.stream(values())
                .filter(task -> task.type.equalsIgnoreCase(name.trim()))
                .findFirst();
    }

    /** The task of a resource type. */
    public static Optional<EtlTask> ofType(String type) {
        return Arrays.stream(values()).filter(task -> task.type.equals(type)).findFirst();
    }

    /** All tables' names, in order. */
    public static List<String> tables() {
        return Arrays.stream(values()).map(EtlTask::table).toList();
    }
}
