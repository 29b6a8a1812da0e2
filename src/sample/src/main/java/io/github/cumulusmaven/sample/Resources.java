package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Resources by type and id. Both are sorted, so that whatever walks them does so in the same order each time. */
final class Resources {
    /** What the ETL makes tables of, and so what the sample must have. */
    static final List<String> EXPORTED = List.of(
            "AllergyIntolerance",
            "Condition",
            "Device",
            "DiagnosticReport",
            "DocumentReference",
            "Encounter",
            "EpisodeOfCare",
            "Immunization",
            "Location",
            "Medication",
            "MedicationDispense",
            "MedicationRequest",
            "Observation",
            "Organization",
            "Patient",
            "Practitioner",
            "PractitionerRole",
            "Procedure",
            "ServiceRequest",
            "Specimen");

    private final SortedMap<String, SortedMap<String, ObjectNode>> byType = new TreeMap<>();

    void add(ObjectNode resource) {
        String type = Fhir.type(resource);
        String id = Fhir.id(resource);
        if (byType.computeIfAbsent(type, any -> new TreeMap<>()).putIfAbsent(id, resource) != null) {
            throw new IllegalStateException(type + "/" + id + " exists twice");
        }
    }

    Collection<ObjectNode> all(String type) {
        return byType.getOrDefault(type, new TreeMap<>()).values();
    }

    Stream<ObjectNode> all() {
        return byType.values().stream().flatMap(resources -> resources.values().stream());
    }

    Set<String> types() {
        return byType.keySet();
    }

    /** The target of a reference of the form {@code Type/id}. */
    Optional<ObjectNode> find(String reference) {
        int slash = reference.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        SortedMap<String, ObjectNode> ofType = byType.getOrDefault(reference.substring(0, slash), new TreeMap<>());
        return Optional.ofNullable(ofType.get(reference.substring(slash + 1)));
    }

    ObjectNode get(String reference) {
        return find(reference).orElseThrow(() -> new IllegalStateException("There is no " + reference));
    }
}
