package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What a server tells of resources that are gone. They were never in the sample, so nothing refers to them. */
final class Deletions {
    private static final List<Deletion> ALL = List.of(
            new Deletion("2023-01-23T08:14:52.310Z", List.of("Observation/1", "Observation/2", "Observation/3")),
            // A patient who withdrew, with all that hung on it.
            new Deletion(
                    "2023-04-11T16:40:03.127Z",
                    List.of("Condition/1", "Condition/2", "Encounter/1", "Observation/4", "Patient/1")),
            new Deletion("2023-06-30T22:05:41.008Z", List.of("DiagnosticReport/1", "DocumentReference/1")),
            new Deletion("2023-09-18T11:27:19.655Z", List.of("MedicationRequest/1")),
            new Deletion("2023-12-04T05:53:36.942Z", List.of("Condition/3", "Procedure/1")));

    private Deletions() {}

    /** One transaction; each item is a type and a number from which the id is made. */
    private record Deletion(String time, List<String> items) {}

    static Resources bundles() {
        Resources bundles = new Resources();
        ALL.stream().map(Deletions::bundle).forEach(bundles::add);
        return bundles;
    }

    private static ObjectNode bundle(Deletion deletion) {
        ObjectNode bundle = Fhir.resource("Bundle", Derived.id("Bundle", deletion.time()));
        bundle.putObject("meta").put("lastUpdated", deletion.time());
        bundle.put("type", "transaction");
        for (String item : deletion.items()) {
            String type = item.substring(0, item.indexOf('/'));
            bundle.withArray("entry")
                    .addObject()
                    .putObject("request")
                    .put("method", "DELETE")
                    .put("url", type + "/" + Derived.id("deleted", item));
        }
        return bundle;
    }
}
