package io.github.cumulusmaven.http;

import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.redact.Secrets;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Refusals of servers that there are not. */
public final class Refusals {
    private Refusals() {}

    /** With an OperationOutcome that has an issue for each of the words, or with no body. */
    public static HttpRefusal of(String method, URI url, int status, String... words) {
        return of(method, url, status, words.length == 0 ? "" : outcome(words), Optional.empty(), false);
    }

    /** Of a server that asks to be left alone for a time. */
    public static HttpRefusal asking(String method, URI url, int status, Duration wait) {
        return of(method, url, status, "", Optional.of(wait), false);
    }

    /** Of a request with a token. */
    public static HttpRefusal ofToken(String method, URI url) {
        return of(method, url, 401, "", Optional.empty(), true);
    }

    private static HttpRefusal of(
            String method, URI url, int status, String text, Optional<Duration> retryAfter, boolean tokenSent) {
        return new HttpRefusal(
                method,
                url,
                status,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                text,
                retryAfter,
                Optional.empty(),
                tokenSent,
                new Secrets());
    }

    private static String outcome(String... words) {
        var outcome = FhirJson.mapper().createObjectNode().put("resourceType", "OperationOutcome");
        var issues = outcome.putArray("issue");
        for (String text : words) {
            issues.addObject()
                    .put("severity", "error")
                    .put("code", "processing")
                    .put("diagnostics", text);
        }
        return outcome.toString();
    }
}
