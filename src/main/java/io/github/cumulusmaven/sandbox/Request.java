package io.github.cumulusmaven.sandbox;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a client asks for, read to its end.
 *
 * @param method of HTTP
 * @param url as the client wrote it
 * @param headers of HTTP
 * @param body as text, empty for none
 */
record Request(String method, URI url, Headers headers, String body) {
    private static final int LARGEST_BODY = 1024 * 1024;

    /** A body that is a little too large is read to its end, so that the client hears the refusal. */
    private static final int LARGEST_READ = 16 * LARGEST_BODY;

    private static final String FORM = "application/x-www-form-urlencoded";

    static Request of(HttpExchange exchange) throws IOException, Refusal {
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(LARGEST_BODY);
            if (isMore(in)) {
                throw Refusal.tooLarge(LARGEST_BODY);
            }
        }
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders(),
                new String(body, StandardCharsets.UTF_8));
    }

    private static boolean isMore(InputStream in) throws IOException {
        byte[] rest = new byte[64 * 1024];
        long total = 0;
        for (int count = in.read(rest); count >= 0 && total < LARGEST_READ; count = in.read(rest)) {
            total += count;
        }
        return total > 0;
    }

    /** The decoded segments of the path: names to look up, never parts of a file's path. */
    List<String> path() {
        String path = Optional.ofNullable(url.getRawPath()).orElse("").replaceFirst("^/", "");
        return Arrays.stream(path.split("/", -1))
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
    }

    void allow(String... methods) throws Refusal {
        if (!List.of(methods).contains(method)) {
            throw Refusal.wrongMethod(List.of(methods));
        }
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.getFirst(name));
    }

    /** The media types or codings of a header that the client would take, in lower case: not those of weight zero. */
    Stream<String> accepted(String name) {
        return values(name)
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .filter(item -> !item.replace(" ", "").matches("(?i).*;q=0(\\.0*)?"))
                .map(item -> item.replaceFirst(";.*", "").trim().toLowerCase(Locale.ROOT));
    }

    boolean accepts(String mediaType) {
        return accepted("Accept").anyMatch(mediaType::equals);
    }

    /** The preferences (RFC 7240), in lower case. */
    Stream<String> preferences() {
        return values("Prefer")
                .flatMap(value -> Arrays.stream(value.split("[,;]", -1)))
                .map(preference ->
                        preference.trim().replaceFirst("\\s*=\\s*", "=").toLowerCase(Locale.ROOT));
    }

    private Stream<String> values(String header) {
        return headers.getOrDefault(header, List.of()).stream();
    }

    Map<String, List<String>> query() throws Refusal {
        return parameters(Optional.ofNullable(url.getRawQuery()).orElse(""));
    }

    boolean isForm() {
        return hasContentType(FORM);
    }

    boolean hasContentType(String mediaType) {
        return header("Content-Type")
                .map(type -> type.replaceFirst(";.*", "").trim())
                .filter(mediaType::equalsIgnoreCase)
                .isPresent();
    }

    Map<String, List<String>> form() throws Refusal {
        return parameters(body);
    }

    private static Map<String, List<String>> parameters(String encoded) throws Refusal {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                parameters.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
            }
        }
        return parameters;
    }

    private static String decode(String text) throws Refusal {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw Refusal.badRequest("The parameters are not URL-encoded");
        }
    }
}
