package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The group to export: every other patient, so that an export of the group differs from one of all patients. */
final class Cohort {
    static final String ID = "cohort";

    private Cohort() {}

    static void addTo(Resources resources) {
        ObjectNode group = Fhir.resource("Group", ID)
                .put("active", true)
                .put("type", "person")
                .put("actual", true)
                .put("name", "Sample cohort");
        ArrayNode members = group.putArray("member");
        boolean in = true;
        for (ObjectNode patient : resources.all("Patient")) {
            if (in) {
                members.addObject().set("entity", Fhir.reference(Fhir.referenceTo(patient)));
            }
            in = !in;
        }
        resources.add(group);
    }
}
