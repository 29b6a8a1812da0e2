package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Synthea writes each note inline, twice: in a DocumentReference and in the DiagnosticReport of the same visit. Most
 * EHRs hand out an address instead, so a quarter of the documents get one, and some of their reports with them.
 */
final class ExternalNotes {
    private static final int DOCUMENTS_OF_16 = 4;
    private static final int REPORTS_OF_16 = 1;
    private static final String REPORT_IDENTIFIER = "urn:uuid:";

    private final Resources resources;

    private ExternalNotes(Resources resources) {
        this.resources = resources;
    }

    static void moveOut(Resources resources) {
        ExternalNotes notes = new ExternalNotes(resources);
        resources.all("DocumentReference").forEach(notes::moveOut);
    }

    private void moveOut(ObjectNode document) {
        int digit = Character.digit(Fhir.id(document).charAt(0), 16);
        if (digit < DOCUMENTS_OF_16) {
            ObjectNode attachment = (ObjectNode) document.at("/content/0/attachment");
            ObjectNode binary = binary(document, attachment);
            resources.add(binary);
            if (digit < REPORTS_OF_16) {
                moveOut((ObjectNode) report(document).at("/presentedForm/0"), binary);
            }
            moveOut(attachment, binary);
        }
    }

    private static ObjectNode binary(ObjectNode document, ObjectNode attachment) {
        ObjectNode binary = Fhir.resource("Binary", Derived.id("Binary", Fhir.id(document)));
        Fhir.copy(attachment, "contentType", binary);
        Fhir.copy(attachment, "data", binary);
        return binary;
    }

    private static void moveOut(ObjectNode attachment, ObjectNode binary) {
        JsonNode data = attachment.remove("data");
        if (!binary.get("data").equals(data)) {
            throw new IllegalStateException(Fhir.referenceTo(binary) + " is not the note it stands for");
        }
        attachment.put("url", Fhir.referenceTo(binary));
    }

    private ObjectNode report(ObjectNode document) {
        String identifier = document.at("/identifier/0/value").textValue();
        return resources.get("DiagnosticReport/" + identifier.substring(REPORT_IDENTIFIER.length()));
    }
}
