package io.github.cumulusmaven.hydrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;

/**
 * An attachment in the JSON of a resource.
 *
 * @param from where its object begins
 * @param to where it ends
 * @param url of its data, as the resource has it; empty for none
 * @param contentType as the resource has it; empty for none
 * @param size that the resource tells, in bytes, or -1
 * @param inline whether the data are in it
 */
record Attachment(int from, int to, String url, String contentType, long size, boolean inline) {
    static Attachment of(ObjectNode json, int from, int to) {
        String data = FhirJson.text(json, "data").orElse("");
        return new Attachment(
                from,
                to,
                FhirJson.text(json, "url").orElse("").trim(),
                FhirJson.text(json, "contentType").orElse("").trim(),
                json.path("size").canConvertToLong() ? json.path("size").longValue() : -1,
                !data.isBlank());
    }

    /** Whether there is something to fetch for it. */
    boolean isExternal() {
        return !url.isEmpty() && !inline;
    }
}
