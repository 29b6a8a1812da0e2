package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.github.cumulusmaven.fhir.OperationOutcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes back to a client.
 *
 * @param status of HTTP
 * @param headers by name
 * @param length of the body in bytes
 * @param body closed by sending
 */
record Answer(int status, Map<String, String> headers, long length, InputStream body) {
    static final String JSON = "application/json";
    static final String FHIR_JSON = "application/fhir+json";

    private static final int BUFFER = 64 * 1024;

    /** How the JDK's server is told that no body follows; to it, zero means "of unknown length". */
    private static final long NO_BODY = -1;

    static Answer empty(int status) {
        return new Answer(status, Map.of(), 0, InputStream.nullInputStream());
    }

    static Answer json(int status, String contentType, JsonNode json) {
        return bytes(status, contentType, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Answer outcome(int status, OperationOutcome outcome) {
        return json(status, FHIR_JSON, Outcomes.json(outcome));
    }

    static Answer bytes(int status, String contentType, byte[] bytes) {
        return new Answer(status, Map.of("Content-Type", contentType), bytes.length, new ByteArrayInputStream(bytes));
    }

    Answer with(String name, String value) {
        return with(Map.of(name, value));
    }

    Answer with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new Answer(status, all, length, body);
    }

    /** A 206 with a part of the body. */
    Answer part(ByteRange range) throws IOException {
        try {
            body.skipNBytes(range.first());
        } catch (IOException | RuntimeException failure) {
            body.close();
            throw failure;
        }
        return new Answer(206, headers, range.length(), body).with("Content-Range", range.of(length));
    }

    /** Sends it and returns the length of the body as sent. */
    long send(HttpExchange exchange) throws IOException {
        try (body) {
            headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            if (length == 0 || exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, NO_BODY);
                return 0;
            }
            exchange.sendResponseHeaders(status, length);
            try (OutputStream out = exchange.getResponseBody()) {
                return copy(out);
            }
        }
    }

    /** The body may go on after what is to be sent of it. */
    private long copy(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = length;
        for (int count = 0; left > 0 && count >= 0; left -= Math.max(0, count)) {
            count = body.read(buffer, 0, (int) Math.min(buffer.length, left));
            out.write(buffer, 0, Math.max(0, count));
        }
        return length - left;
    }
}
