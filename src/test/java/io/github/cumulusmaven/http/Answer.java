package io.github.cumulusmaven.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;

/**
 * Sends an answer of a {@link TestServer} just as a test has put it together, wrongly if need be.
 *
 * @param headers those to send; a {@code Date} is added, and what the framing needs
 * @param body of a raw answer, all that is sent
 * @param framing how the client is told where the body ends
 * @param sent bytes of the body after which the server hangs up, or {@link #WHOLE}
 * @param rest what is written after the body, at its own pace
 */
public record Answer(int status, Map<String, String> headers, byte[] body, Framing framing, int sent, Rest rest) {
    private static final int WHOLE = -1;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    /** How a client is told where a body ends. */
    public enum Framing {
        LENGTH,
        CHUNKS,
        CLOSE,
        /** Not at all: the body is all that is sent. */
        RAW
    }

    /** Writes more after the body. */
    @FunctionalInterface
    public interface Rest {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    /** Without a body. */
    public static Answer of(int status) {
        return new Answer(status, Map.of(), new byte[0], Framing.LENGTH, WHOLE, out -> {});
    }

    /** With a body that does not say what it is. */
    public static Answer of(int status, String body) {
        return of(status).withBody(body.getBytes(StandardCharsets.UTF_8));
    }

    /** With a body of any type. */
    public static Answer of(int status, String type, String body) {
        return of(status, body).with("Content-Type", type);
    }

    /** FHIR's own form of an error. */
    public static Answer outcome(int status, String severity, String code, String text) {
        return of(
                status,
                "application/fhir+json",
                """
                {"resourceType":"OperationOutcome","issue":[{"severity":"%s","code":"%s","diagnostics":"%s"}]}"""
                        .formatted(severity, code, text));
    }

    /** Lines of NDJSON, each with its newline. */
    public static Answer ndjson(String... lines) {
        return of(200, "application/fhir+ndjson", String.join("\n", lines) + "\n");
    }

    /** Just these characters, head and all, before the server hangs up. */
    public static Answer raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Just these bytes, head and all, before the server hangs up. */
    public static Answer raw(byte[] bytes) {
        return of(0).framed(Framing.RAW).withBody(bytes);
    }

    /** The same with one more header. */
    public Answer with(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body, framing, sent, rest);
    }

    /** The same with these bytes as its body. */
    public Answer withBody(byte[] other) {
        return new Answer(status, headers, other, framing, sent, rest);
    }

    /** The same with its body gzipped, which it does not say. */
    public Answer gzipped() {
        return withBody(gzip(body));
    }

    /** The same with its body as one chunk, and the last one unless it is cut. */
    public Answer chunked() {
        return framed(Framing.CHUNKS);
    }

    /** The same without a length. */
    public Answer untilClose() {
        return framed(Framing.CLOSE);
    }

    private Answer framed(Framing other) {
        return new Answer(status, headers, body, other, sent, rest);
    }

    /** The same as if it were whole, but the server hangs up after so many bytes of the body. */
    public Answer cut(int bytes) {
        return new Answer(status, headers, body, framing, bytes, rest);
    }

    /** The same, and then more. */
    public Answer then(Rest more) {
        return new Answer(status, headers, body, framing, sent, more);
    }

    /** The same, and then nothing, with the connection open. */
    public Answer stalling() {
        return then(out -> new CountDownLatch(1).await());
    }

    /** The part of the file that is asked for, if it is still the same file; all of it otherwise. */
    public Answer ranged(TestServer.Request request) {
        String range = request.header("Range").orElse("");
        boolean same = request.header("If-Range").filter(headers::containsValue).isPresent();
        if (range.isEmpty() || !same) {
            return this;
        }
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        if (from >= body.length) {
            return of(416);
        }
        byte[] part = Arrays.copyOfRange(body, from, body.length);
        return new Answer(206, headers, part, framing, sent, rest)
                .with("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
    }

    /** Some bytes as one gzip member. */
    public static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    /** As HTTP writes a time. */
    public static String date(Instant time) {
        return DATE.format(time);
    }

    /** Sends it, and tells whether the connection is good for another request. */
    boolean send(OutputStream out, Instant now) throws IOException, InterruptedException {
        int length = sent == WHOLE ? body.length : Math.min(sent, body.length);
        if (framing != Framing.RAW) {
            write(out, head(now));
        }
        if (framing == Framing.CHUNKS && length > 0) {
            write(out, Integer.toHexString(length) + "\r\n");
        }
        out.write(body, 0, length);
        if (framing == Framing.CHUNKS && sent == WHOLE) {
            write(out, length > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n");
        }
        out.flush();
        rest.write(out);
        out.flush();
        return isKept();
    }

    private boolean isKept() {
        boolean framed = framing == Framing.LENGTH || framing == Framing.CHUNKS;
        return framed && sent == WHOLE && !"close".equals(headers.get("Connection"));
    }

    private String head(Instant now) {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        all.putIfAbsent("Date", date(now));
        if (framing == Framing.LENGTH && status != 204 && status != 304) {
            all.putIfAbsent("Content-Length", String.valueOf(body.length));
        } else if (framing == Framing.CHUNKS) {
            all.put("Transfer-Encoding", "chunked");
        }
        if (!isKept()) {
            all.put("Connection", "close");
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " \r\n");
        all.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        return head.append("\r\n").toString();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
