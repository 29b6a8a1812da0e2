package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;

/** The first fill of each prescription that a patient took to a pharmacy. */
final class Dispenses {
    private static final String CATEGORIES = "http://terminology.hl7.org/CodeSystem/medicationdispense-category";
    private static final Fhir.Coding FIRST_FILL =
            new Fhir.Coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "FF", "First Fill");
    private static final Map<String, Fhir.Coding> CATEGORY_OF_REQUEST = Map.of(
            "community", new Fhir.Coding(CATEGORIES, "community", "Community"),
            "outpatient", new Fhir.Coding(CATEGORIES, "outpatient", "Outpatient"));
    private static final int LONGEST_WAIT_IN_MINUTES = 2 * 24 * 60;
    private static final int COUNTER_MINUTES = 20;

    private final Resources resources;

    private Dispenses(Resources resources) {
        this.resources = resources;
    }

    static void addTo(Resources resources) {
        Dispenses dispenses = new Dispenses(resources);
        resources.all("MedicationRequest").forEach(dispenses::add);
    }

    private void add(ObjectNode request) {
        Fhir.Coding category = CATEGORY_OF_REQUEST.get(Fhir.code(request.at("/category/0")));
        OffsetDateTime handedOver = handedOver(request);
        if (category != null && handedOver.isBefore(lastMoment(request))) {
            resources.add(dispense(request, category, handedOver));
        }
    }

    private ObjectNode dispense(ObjectNode request, Fhir.Coding category, OffsetDateTime handedOver) {
        ObjectNode dispense = Fhir.resource("MedicationDispense", Derived.id("MedicationDispense", Fhir.id(request)))
                .put("status", "completed");
        dispense.set("category", Fhir.concept(category));
        Fhir.copy(request, "medicationCodeableConcept", dispense);
        Fhir.copy(request, "medicationReference", dispense);
        Fhir.copy(request, "subject", dispense);
        Fhir.copy(request, "encounter", dispense, "context");
        dispense.withArray("authorizingPrescription").add(Fhir.reference(Fhir.referenceTo(request)));
        dispense.set("type", Fhir.concept(FIRST_FILL));
        dispense.put("whenPrepared", Fhir.dateTime(handedOver.minusMinutes(COUNTER_MINUTES)));
        dispense.put("whenHandedOver", Fhir.dateTime(handedOver));
        Fhir.copy(request, "dosageInstruction", dispense);
        return dispense;
    }

    private static OffsetDateTime handedOver(ObjectNode request) {
        long wait = Derived.number("wait/" + Fhir.id(request), LONGEST_WAIT_IN_MINUTES);
        return Fhir.dateTime(request.get("authoredOn")).plusMinutes(COUNTER_MINUTES + wait);
    }

    private OffsetDateTime lastMoment(ObjectNode request) {
        ObjectNode patient = resources.get(request.at("/subject/reference").textValue());
        return patient.has("deceasedDateTime")
                ? Fhir.dateTime(patient.get("deceasedDateTime"))
                : LastUpdated.END.atOffset(ZoneOffset.UTC);
    }
}
