package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.redact.ServerWords;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What came back on a kick-off.
 *
 * @param exportUrl as it was sent, with its query
 * @param status the HTTP status
 * @param headers of the answer
 * @param body of the answer, without the secrets that it quoted; empty where the job was taken, as nobody waited for it
 * @param refusal the same as a failure, for where it is one
 * @param metadata waits for the server's CapabilityStatement; an empty object where it gave none
 */
public record KickOffAnswer(
        URI exportUrl, int status, HttpHeaders headers, String body, HttpRefusal refusal, Supplier<JsonNode> metadata) {
    private static final int ACCEPTED = 202;

    private static final int LONGEST_TEXT = 4096;

    /** Where the job is, as the server named it, be the status 202 or another that a gateway made of it. */
    Optional<String> location() {
        return location(status, headers);
    }

    /** The same of an answer whose body nobody has read yet. */
    static Optional<String> location(int status, HttpHeaders headers) {
        Optional<String> named = status / 100 == 2 ? url(headers, "Content-Location") : Optional.empty();
        return named.isEmpty() && Tolerances.NAME_LOCATION.contains(status) ? url(headers, "Location") : named;
    }

    private static Optional<String> url(HttpHeaders headers, String name) {
        return headers.firstValue(name).map(KickOffAnswer::bare).filter(url -> !url.isEmpty());
    }

    /** Without what some write around a URL; in linear time, as a header may be long. */
    private static String bare(String url) {
        int begin = 0;
        int end = url.length();
        while (begin < end && Tolerances.BEFORE_URL.indexOf(url.charAt(begin)) >= 0) {
            begin++;
        }
        while (end > begin && Tolerances.AFTER_URL.indexOf(url.charAt(end - 1)) >= 0) {
            end--;
        }
        return url.substring(begin, end);
    }

    /** Whether the server has begun: it says so, or names a job. */
    boolean isTaken() {
        return status == ACCEPTED || location().isPresent();
    }

    /** Whether it is the one of the specification (KO-20). */
    boolean isRegular() {
        return status == ACCEPTED && url(headers, "Content-Location").isPresent();
    }

    /** How long the server asks to be left alone. */
    Optional<Duration> retryAfter() {
        return refusal.retryAfter();
    }

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
