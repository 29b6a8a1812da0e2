package io.github.cumulusmaven.http;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request, without its credential.
 *
 * @param method GET, POST or DELETE
 * @param url absolute
 * @param headers by name
 * @param body empty for none
 * @param limit how long to wait for the whole answer, where the gateway's own limits are too patient
 * @param once whether the server must not see it twice, not even where the JDK's client would repeat it
 */
public record HttpCall(
        String method, URI url, Map<String, String> headers, String body, Optional<Duration> limit, boolean once) {
    public HttpCall {
        headers = Map.copyOf(headers);
    }

    /** Makes a request with the gateway's own time limit. */
    public HttpCall(String method, URI url, Map<String, String> headers, String body) {
        this(method, url, headers, body, Optional.empty(), false);
    }

    /** Makes a GET that accepts one media type. */
    public static HttpCall get(URI url, String accept) {
        return new HttpCall("GET", url, Map.of("Accept", accept), "");
    }

    /** Makes a DELETE. */
    public static HttpCall delete(URI url) {
        return new HttpCall("DELETE", url, Map.of("Accept", "application/fhir+json"), "");
    }

    /** Makes a POST of {@code application/x-www-form-urlencoded} fields, already encoded. */
    public static HttpCall form(URI url, String encoded) {
        return new HttpCall(
                "POST",
                url,
                Map.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"),
                encoded);
    }

    /** Returns this call with one more header. */
    public HttpCall with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpCall(method, url, more, body, limit, once);
    }

    /** Returns this call with a time limit of its own for the complete answer. */
    public HttpCall within(Duration ownLimit) {
        return new HttpCall(method, url, headers, body, Optional.of(ownLimit), once);
    }

    /** Returns this call, marked to reach the server once or not at all. */
    public HttpCall onceOnly() {
        return new HttpCall(method, url, headers, body, limit, true);
    }

    HttpCall to(URI next) {
        return new HttpCall(method, next, headers, body, limit, once);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** Writes the method and the redacted URL, and nothing of the headers and the body. */
    @Override
    public String toString() {
        return method + " " + RedactedUrl.of(url);
    }
}
