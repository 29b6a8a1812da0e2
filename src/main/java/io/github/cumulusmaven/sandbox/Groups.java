package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The groups of patients. Data without any get one of all patients, so that there is always one to export. */
final class Groups {
    static final String COHORT = "cohort";

    private final ResourceIndex index;

    Groups(ResourceIndex index) {
        this.index = index;
    }

    Optional<PatientSelection> members(String id) throws IOException {
        if (isOfAll(id)) {
            return Optional.of(PatientSelection.ALL);
        }
        return index.read(id).flatMap(DataFolder::resource).map(Groups::members);
    }

    /** Members that have left are none (FHIR: {@code Group.member.inactive}). */
    private static PatientSelection members(ObjectNode group) {
        Set<String> ids = new HashSet<>();
        for (JsonNode member : group.path("member")) {
            if (!member.path("inactive").asBoolean()) {
                FhirJson.text(member.path("entity"), "reference")
                        .flatMap(PatientCompartment::patientOf)
                        .ifPresent(ids::add);
            }
        }
        return PatientSelection.of(ids);
    }

    /** The Group itself. */
    Optional<byte[]> read(String id) throws IOException {
        return isOfAll(id) ? Optional.of(allPatients()) : index.read(id);
    }

    private boolean isOfAll(String id) throws IOException {
        return id.equals(COHORT) && index.isEmpty();
    }

    private static byte[] allPatients() {
        return FhirJson.mapper()
                .createObjectNode()
                .put("resourceType", "Group")
                .put("id", COHORT)
                .put("active", true)
                .put("type", "person")
                .put("actual", false)
                .put("name", "All patients")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
