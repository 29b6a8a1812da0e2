package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * What came back on a kick-off.
 *
 * @param exportUrl as it was sent, with its query
 * @param status the HTTP status
 * @param headers of the answer
 * @param body of the answer
 * @param capabilities the server's CapabilityStatement, or an empty object where it gave none
 */
public record KickOffAnswer(URI exportUrl, int status, HttpHeaders headers, String body, JsonNode capabilities) {
    /** The body as JSON where it is that, else as text. */
    JsonNode bodyAsJson() {
        return FhirJson.parseObject(body)
                .map(JsonNode.class::cast)
                .orElseGet(() -> FhirJson.mapper().getNodeFactory().textNode(body));
    }
}
