package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Synthea refers to providers by identifier, either as a search ({@code Practitioner?identifier=…}) or with no
 * reference at all. Servers answer with ids, so that is what most of the sample gets. The performers of reports keep
 * the search form, because it does occur and readers of an export must cope with it.
 */
final class ProviderReferences {
    private static final List<String> PROVIDERS = List.of("Location", "Organization", "Practitioner");
    private static final Map<String, String> TYPE_OF_FIELD = Map.of(
            "location", "Location",
            "managingOrganization", "Organization",
            "organization", "Organization",
            "practitioner", "Practitioner");

    private final Map<String, String> idsBySearch = new HashMap<>();

    private ProviderReferences() {}

    static ProviderReferences of(Resources resources) {
        ProviderReferences references = new ProviderReferences();
        PROVIDERS.forEach(type -> resources.all(type).forEach(references::index));
        return references;
    }

    /** The literal form of a search for a provider; fails unless exactly one provider has the identifier. */
    String literal(String search) {
        String literal = idsBySearch.get(search);
        if (literal == null) {
            throw new IllegalStateException("No provider, or more than one, matches " + search);
        }
        return literal;
    }

    void rewrite(Resources resources) {
        resources
                .all()
                .filter(resource -> !Fhir.type(resource).equals("DiagnosticReport"))
                .forEach(resource -> Fhir.eachObject(resource, this::rewrite));
    }

    private void index(ObjectNode provider) {
        for (JsonNode identifier : provider.path("identifier")) {
            String search = search(Fhir.type(provider), identifier);
            // A null value marks an identifier that several share.
            idsBySearch.put(search, idsBySearch.containsKey(search) ? null : Fhir.referenceTo(provider));
        }
    }

    private void rewrite(ObjectNode object) {
        String reference = object.path("reference").asText();
        if (reference.contains("?")) {
            object.put("reference", literal(reference));
        }
        TYPE_OF_FIELD.forEach((field, type) -> addReference(object.path(field), type));
    }

    private void addReference(JsonNode value, String type) {
        if (value.isArray()) {
            value.forEach(element -> addReference(element, type));
        } else if (value instanceof ObjectNode object && object.has("identifier") && !object.has("reference")) {
            ObjectNode logical = object.deepCopy();
            object.removeAll();
            object.put("reference", literal(search(type, logical.get("identifier"))));
            object.setAll(logical);
        }
    }

    private static String search(String type, JsonNode identifier) {
        return type + "?identifier=" + identifier.path("system").asText() + "|"
                + identifier.path("value").asText();
    }
}
