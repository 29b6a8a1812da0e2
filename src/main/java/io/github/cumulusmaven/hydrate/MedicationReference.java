package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Holds what a resource says of its medication.
 *
 * @param resourceType of the resource
 * @param id of the resource
 * @param reference to a Medication; empty where there is none
 * @param type the resource type that stands beside the reference; empty where none does
 */
record MedicationReference(String resourceType, String id, String reference, String type) {
    /** The resource types that refer to Medications by {@code medicationReference} (FHIR R4). */
    static final List<String> TYPES = List.of("MedicationRequest", "MedicationDispense", "MedicationAdministration");

    /** Reads the reference of a resource; empty where the line is no JSON object. */
    static Optional<MedicationReference> of(byte[] line) {
        try (JsonParser json = FhirJson.mapper().createParser(line)) {
            return json.nextToken() == JsonToken.START_OBJECT ? Optional.of(read(json)) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static MedicationReference read(JsonParser json) throws IOException {
        String resourceType = "";
        String id = "";
        MedicationReference found = new MedicationReference("", "", "", "");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                id = json.getText();
            } else if (name.equals("resourceType") && value == JsonToken.VALUE_STRING) {
                resourceType = json.getText();
            } else if (name.equals("medicationReference") && value == JsonToken.START_OBJECT) {
                found = reference(json);
            } else {
                json.skipChildren();
            }
        }
        return new MedicationReference(resourceType, id, found.reference, found.type);
    }

    private static MedicationReference reference(JsonParser json) throws IOException {
        String reference = "";
        String type = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("reference")) {
                reference = json.getText().trim();
            } else if (json.currentToken() == JsonToken.VALUE_STRING && name.equals("type")) {
                type = json.getText().trim();
            }
            json.skipChildren();
        }
        return new MedicationReference("", "", reference, type);
    }

    /**
     * Tells whether the reference leads to a separate resource of a type: a contained one comes with the one that
     * refers to it.
     */
    boolean leadsOut(String ofType) {
        return resourceType.equals(ofType) && !reference.isEmpty() && !reference.startsWith("#");
    }
}
