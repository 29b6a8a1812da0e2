package io.github.cumulusmaven.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request, without its credential.
 *
 * @param method GET, POST or DELETE
 * @param url absolute
 * @param headers by name, in the order they are sent
 * @param body empty for none
 */
public record HttpCall(String method, URI url, Map<String, String> headers, String body) {
    public HttpCall {
        headers = Map.copyOf(headers);
    }

    /** A GET that accepts one media type. */
    public static HttpCall get(URI url, String accept) {
        return new HttpCall("GET", url, Map.of("Accept", accept), "");
    }

    /** A DELETE. */
    public static HttpCall delete(URI url) {
        return new HttpCall("DELETE", url, Map.of("Accept", "application/fhir+json"), "");
    }

    /** A POST of {@code application/x-www-form-urlencoded} fields, already encoded. */
    public static HttpCall form(URI url, String encoded) {
        return new HttpCall(
                "POST",
                url,
                Map.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"),
                encoded);
    }

    /** The same call with one more header. */
    public HttpCall with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpCall(method, url, more, body);
    }

    HttpCall to(URI next) {
        return new HttpCall(method, next, headers, body);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** Says where it goes, and nothing of what it carries. */
    @Override
    public String toString() {
        return method + " " + SignedUrl.redact(url);
    }
}
