package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Gives each laboratory report the order that led to it and, where its panel needs one, the specimen. */
final class LabOrders {
    private static final String SNOMED = "http://snomed.info/sct";
    private static final Fhir.Coding LABORATORY = new Fhir.Coding(SNOMED, "108252007", "Laboratory procedure");
    private static final Fhir.Coding BLOOD = new Fhir.Coding(SNOMED, "119297000", "Blood specimen (specimen)");
    private static final Fhir.Coding SERUM = new Fhir.Coding(SNOMED, "119364003", "Serum specimen (specimen)");
    private static final Fhir.Coding URINE = new Fhir.Coding(SNOMED, "122575003", "Urine specimen (specimen)");

    /** By the LOINC code of the panel. Panels that are a questionnaire or a classification have no specimen. */
    private static final Map<String, Fhir.Coding> SPECIMENS = Map.ofEntries(
            Map.entry("24321-2", SERUM),
            Map.entry("24323-8", SERUM),
            Map.entry("24356-8", URINE),
            Map.entry("24357-6", URINE),
            Map.entry("50190-8", SERUM),
            Map.entry("51990-0", BLOOD),
            Map.entry("57698-3", SERUM),
            Map.entry("58410-2", BLOOD),
            Map.entry("75689-0", SERUM),
            Map.entry("89577-1", SERUM));

    private final Resources resources;

    private LabOrders(Resources resources) {
        this.resources = resources;
    }

    static void addTo(Resources resources) {
        LabOrders orders = new LabOrders(resources);
        resources.all("DiagnosticReport").stream()
                .filter(LabOrders::isLaboratory)
                .forEach(orders::add);
    }

    private static boolean isLaboratory(ObjectNode report) {
        return report.at("/category/0/coding/0/code").asText().equals("LAB");
    }

    private void add(ObjectNode report) {
        ObjectNode order = order(report);
        resources.add(order);
        report.withArray("basedOn").add(Fhir.reference(Fhir.referenceTo(order)));
        Fhir.Coding material = SPECIMENS.get(Fhir.code(report.path("code")));
        if (material != null) {
            link(specimen(report, material), order, report);
        }
    }

    private ObjectNode order(ObjectNode report) {
        ObjectNode order = Fhir.resource("ServiceRequest", Derived.id("ServiceRequest", Fhir.id(report)))
                .put("status", "completed")
                .put("intent", "order");
        order.withArray("category").add(Fhir.concept(LABORATORY));
        Fhir.copy(report, "code", order);
        Fhir.copy(report, "subject", order);
        Fhir.copy(report, "encounter", order);
        Fhir.copy(report, "effectiveDateTime", order, "occurrenceDateTime");
        ObjectNode encounter = resources.get(report.at("/encounter/reference").textValue());
        order.set("authoredOn", encounter.at("/period/start"));
        order.set("requester", encounter.at("/participant/0/individual").deepCopy());
        return order;
    }

    /** One sample of a kind serves all panels of the same moment. */
    private ObjectNode specimen(ObjectNode report, Fhir.Coding material) {
        String drawn = report.get("effectiveDateTime").textValue();
        String key = report.at("/encounter/reference").textValue() + "/" + drawn + "/" + material.code();
        String id = Derived.id("Specimen", key);
        return resources.find("Specimen/" + id).orElseGet(() -> addSpecimen(id, report, material));
    }

    private ObjectNode addSpecimen(String id, ObjectNode report, Fhir.Coding material) {
        ObjectNode specimen = Fhir.resource("Specimen", id).put("status", "available");
        specimen.set("type", Fhir.concept(material));
        Fhir.copy(report, "subject", specimen);
        specimen.putArray("request");
        Fhir.copy(report, "effectiveDateTime", specimen.putObject("collection"), "collectedDateTime");
        resources.add(specimen);
        return specimen;
    }

    private void link(ObjectNode specimen, ObjectNode order, ObjectNode report) {
        ObjectNode reference = Fhir.reference(Fhir.referenceTo(specimen));
        specimen.withArray("request").add(Fhir.reference(Fhir.referenceTo(order)));
        report.withArray("specimen").add(reference);
        for (JsonNode result : report.path("result")) {
            resources.get(result.path("reference").textValue()).set("specimen", reference.deepCopy());
        }
    }
}
