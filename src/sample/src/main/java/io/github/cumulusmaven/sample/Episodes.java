package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** An episode of care for each disorder that was treated, with a drug or a procedure, over four weeks or more. */
final class Episodes {
    private static final Duration SHORTEST = Duration.ofDays(28);
    private static final String TYPES = "http://terminology.hl7.org/CodeSystem/episodeofcare-type";
    /** By the SNOMED code of the condition; the standard list of episode types fits no others. */
    private static final Map<String, Fhir.Coding> TYPE_OF_CONDITION = Map.of(
            "44054006", new Fhir.Coding(TYPES, "diab", "Post coordinated diabetes program"),
            "6525002", new Fhir.Coding(TYPES, "da", "Drug and alcohol rehabilitation"));

    private final Resources resources;

    private Episodes(Resources resources) {
        this.resources = resources;
    }

    static void addTo(Resources resources) {
        Episodes episodes = new Episodes(resources);
        episodes.treatedConditions().stream()
                .map(resources::get)
                .filter(Episodes::isDisorder)
                .filter(episodes::isLong)
                .forEach(episodes::add);
    }

    private Set<String> treatedConditions() {
        Set<String> conditions = new TreeSet<>();
        for (String type : List.of("MedicationRequest", "Procedure")) {
            for (ObjectNode treatment : resources.all(type)) {
                treatment
                        .path("reasonReference")
                        .forEach(reason ->
                                conditions.add(reason.path("reference").textValue()));
            }
        }
        return conditions;
    }

    /** Synthea also keeps circumstances among the conditions, such as a risky habit or a former operation. */
    private static boolean isDisorder(ObjectNode condition) {
        String text = condition.at("/code/text").textValue();
        return !text.endsWith("(finding)") && !text.endsWith("(situation)");
    }

    private boolean isLong(ObjectNode condition) {
        OffsetDateTime end = end(condition).orElse(OffsetDateTime.MAX);
        return !start(condition).plus(SHORTEST).isAfter(end);
    }

    private void add(ObjectNode condition) {
        ObjectNode episode = episode(condition);
        resources.add(episode);
        resources.all("Encounter").stream()
                .filter(encounter -> isPartOf(encounter, condition))
                .forEach(encounter ->
                        encounter.withArray("episodeOfCare").add(Fhir.reference(Fhir.referenceTo(episode))));
    }

    private ObjectNode episode(ObjectNode condition) {
        Optional<OffsetDateTime> end = end(condition);
        ObjectNode episode = Fhir.resource("EpisodeOfCare", Derived.id("EpisodeOfCare", Fhir.id(condition)))
                .put("status", end.isPresent() ? "finished" : "active");
        episode.withArray("type").add(type(condition));
        episode.withArray("diagnosis").addObject().set("condition", Fhir.reference(Fhir.referenceTo(condition)));
        Fhir.copy(condition, "subject", episode, "patient");
        ObjectNode encounter =
                resources.get(condition.at("/encounter/reference").textValue());
        Fhir.copy(encounter, "serviceProvider", episode, "managingOrganization");
        ObjectNode period = episode.putObject("period").put("start", Fhir.dateTime(start(condition)));
        end.ifPresent(time -> period.put("end", Fhir.dateTime(time)));
        episode.set("careManager", encounter.at("/participant/0/individual").deepCopy());
        return episode;
    }

    private static ObjectNode type(ObjectNode condition) {
        JsonNode code = condition.path("code");
        Fhir.Coding known = TYPE_OF_CONDITION.get(Fhir.code(code));
        return known != null
                ? Fhir.concept(known)
                : Fhir.object().put("text", "Treatment of " + code.path("text").textValue());
    }

    private boolean isPartOf(ObjectNode encounter, ObjectNode condition) {
        OffsetDateTime begin = Fhir.dateTime(encounter.at("/period/start"));
        return encounter.at("/subject/reference").equals(condition.at("/subject/reference"))
                && Fhir.code(encounter.at("/reasonCode/0")).equals(Fhir.code(condition.path("code")))
                && !begin.isBefore(start(condition))
                && !begin.isAfter(end(condition).orElse(OffsetDateTime.MAX));
    }

    private static OffsetDateTime start(ObjectNode condition) {
        return Fhir.dateTime(condition.get("onsetDateTime"));
    }

    /** Care ends with the condition or with the patient's life. */
    private Optional<OffsetDateTime> end(ObjectNode condition) {
        ObjectNode patient = resources.get(condition.at("/subject/reference").textValue());
        return Optional.ofNullable(condition.get("abatementDateTime"))
                .or(() -> Optional.ofNullable(patient.get("deceasedDateTime")))
                .map(Fhir::dateTime);
    }
}
