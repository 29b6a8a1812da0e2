package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.redact.ServerWords;
import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * What came back on a kick-off.
 *
 * @param exportUrl as it was sent, with its query
 * @param status the HTTP status
 * @param headers of the answer
 * @param body of the answer, without the secrets that it quoted; empty where the job was taken, as nobody waited for it
 * @param capabilities the server's CapabilityStatement, or an empty object where it gave none
 */
public record KickOffAnswer(URI exportUrl, int status, HttpHeaders headers, String body, JsonNode capabilities) {
    private static final int LONGEST_TEXT = 4096;

    /**
     * What the server says about an error, as JSON where it is that, else as text. Null where the status is none of an
     * error: such a body may hold resources, which do not belong into a log.
     */
    JsonNode errorBody() {
        if (status < 400) {
            return FhirJson.mapper().nullNode();
        }
        String beginning = body.substring(0, Math.min(body.length(), LONGEST_TEXT));
        JsonNode json = FhirJson.parseAnswer(body)
                .map(JsonNode.class::cast)
                .orElseGet(() -> FhirJson.mapper().getNodeFactory().textNode(beginning));
        return FhirJson.withTexts(json, text -> ServerWords.withoutTokens(ServerWords.withoutValues(text)));
    }
}
