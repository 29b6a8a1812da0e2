package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a resource says of its medication.
 *
 * @param id of the resource
 * @param reference to a Medication; empty where there is none
 */
record MedicationReference(String id, String reference) {
    /** The resource types that refer to Medications by {@code medicationReference} (FHIR R4). */
    static final List<String> TYPES = List.of("MedicationRequest", "MedicationDispense", "MedicationAdministration");

    /** Nothing for what is no resource. */
    static Optional<MedicationReference> of(byte[] line) {
        try (JsonParser json = FhirJson.mapper().createParser(line)) {
            return json.nextToken() == JsonToken.START_OBJECT ? Optional.of(read(json)) : Optional.empty();
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static MedicationReference read(JsonParser json) throws IOException {
        String id = "";
        String reference = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("id") && value == JsonToken.VALUE_STRING) {
                id = json.getText();
            } else if (name.equals("medicationReference") && value == JsonToken.START_OBJECT) {
                reference = reference(json);
            } else {
                json.skipChildren();
            }
        }
        return new MedicationReference(id, reference);
    }

    private static String reference(JsonParser json) throws IOException {
        String reference = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = json.currentName().equals("reference");
            if (json.nextToken() == JsonToken.VALUE_STRING && wanted) {
                reference = json.getText().trim();
            }
            json.skipChildren();
        }
        return reference;
    }

    /** A contained resource comes with the one that refers to it. */
    boolean leadsOut() {
        return !reference.isEmpty() && !reference.startsWith("#");
    }
}
