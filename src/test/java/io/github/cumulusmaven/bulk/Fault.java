package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.BulkServer.Answer;
import io.github.cumulusmaven.bulk.RawServer.Script;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What may go wrong with one answer, on the wire or in it. */
enum Fault {
    NO_CONNECTION("connection refused", Fault::unanswered),
    NO_ANSWER("connection closed without an answer", Fault::unanswered),
    CUT_HEAD("connection lost within the headers", (good, scene) -> Script.cut("HTTP/1.1 200 OK\r\nContent-Le")),
    SILENCE("no answer in time", (good, scene) -> Script.stall("")),
    CUT_BODY("body cut, its length announced", (good, scene) -> sent(head(good, scene.now(), true), half(good), true)),
    CUT_CHUNKS("body cut, in chunks", Fault::cutChunks),
    CUT_OPEN_BODY(
            "body cut, its length not announced",
            (good, scene) -> sent(head(good, scene.now(), false), half(good), true)),
    STALLED_BODY("body stalls", (good, scene) -> sent(head(good, scene.now(), true), half(good), false)),
    BAD_GZIP("damaged gzip", Fault::badGzip),
    HALF("half of it, as if it were whole", (good, scene) -> whole(good.withBody(half(good)), scene.now())),
    LINE_LESS("whole lines missing", Fault::lineLess),
    EMPTY("200, without a body", (good, scene) -> whole(Answer.of(200), scene.now())),
    WEB_PAGE(
            "200 and a web page",
            (good, scene) -> whole(Answer.of(200, "text/html", "<html><body>Sign in</body></html>\n"), scene.now())),
    OUTCOME(
            "200 and an OperationOutcome",
            (good, scene) -> whole(Answer.outcome(200, "error", "exception", "try later"), scene.now())),
    HTTP_400(400),
    HTTP_401(401),
    HTTP_403(403),
    HTTP_404(404),
    HTTP_408(408),
    HTTP_410(410),
    HTTP_425(425),
    HTTP_429(429),
    HTTP_429_SECONDS(
            "429, Retry-After: 30", (good, scene) -> whole(refusal(429).with("Retry-After", "30"), scene.now())),
    HTTP_429_DATE(
            "429, Retry-After: a date in 40 s",
            (good, scene) -> whole(
                    refusal(429).with("Retry-After", date(scene.now().plus(Duration.ofSeconds(40)))), scene.now())),
    HTTP_500(500),
    HTTP_502(502),
    HTTP_503(503),
    HTTP_504(504),
    LOOP("redirect to itself", (good, scene) -> redirect(scene.here(), scene.now())),
    ELSEWHERE("redirect to another site", (good, scene) -> redirect(scene.elsewhere(), scene.now()));

    /**
     * Where and when an answer is given.
     *
     * @param now by the server's clock
     * @param here the URL that was asked for
     * @param elsewhere the same on another site
     */
    record Scene(Instant now, URI here, URI elsewhere) {}

    @FunctionalInterface
    private interface Spoiler {
        Script spoil(Answer good, Scene scene);
    }

    private final String words;
    private final Spoiler spoiler;

    Fault(String words, Spoiler spoiler) {
        this.words = words;
        this.spoiler = spoiler;
    }

    Fault(int status) {
        this(String.valueOf(status), (good, scene) -> whole(refusal(status), scene.now()));
    }

    /** What it is called. */
    String words() {
        return words;
    }

    /** What is sent in place of the answer. */
    Script spoil(Answer good, Scene scene) {
        return spoiler.spoil(good, scene);
    }

    /** Shows itself only by nothing happening. */
    boolean isSilent() {
        return this == SILENCE || this == STALLED_BODY;
    }

    /** Leaves who asked without a word on whether the request arrived. */
    boolean hidesOutcome() {
        return this == NO_ANSWER || this == CUT_HEAD || this == SILENCE;
    }

    /** The answer as it should be. */
    static Script whole(Answer answer, Instant now) {
        return sent(head(answer, now, true), answer.body(), true);
    }

    private static Script unanswered(Answer good, Scene scene) {
        return Script.cut("");
    }

    private static Answer refusal(int status) {
        return Answer.of(status, "text/html", "<h1>" + status + "</h1>");
    }

    private static Script redirect(URI to, Instant now) {
        return whole(Answer.of(307).with("Location", to.toString()), now);
    }

    private static byte[] half(Answer answer) {
        return Arrays.copyOf(answer.body(), answer.body().length / 2);
    }

    private static Script cutChunks(Answer good, Scene scene) {
        Answer chunked = good.with("Transfer-Encoding", "chunked");
        byte[] half = half(good);
        byte[] size = (Integer.toHexString(half.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] none = new byte[0];
        return sent(head(chunked, scene.now(), false), half.length == 0 ? none : joined(size, half), true);
    }

    private static Script badGzip(Answer good, Scene scene) {
        boolean packed = good.headers().containsKey("Content-Encoding");
        byte[] bytes = packed ? good.body().clone() : BulkServer.gzip(good.body());
        for (int index = bytes.length / 2; index < bytes.length - 1; index++) {
            bytes[index] ^= 0x55;
        }
        return whole(good.withBody(bytes).with("Content-Encoding", "gzip"), scene.now());
    }

    /** Of NDJSON, plain or not. */
    private static Script lineLess(Answer good, Scene scene) {
        boolean packed = good.headers().containsKey("Content-Encoding");
        byte[] plain = packed ? ServedExport.unpacked(good.body()) : good.body();
        int end = plain.length - 1;
        while (end > 0 && plain[end - 1] != '\n') {
            end--;
        }
        byte[] less = Arrays.copyOf(plain, end);
        return whole(good.withBody(packed ? BulkServer.gzip(less) : less), scene.now());
    }

    private static Script sent(String head, byte[] body, boolean hangsUp) {
        return new Script(joined(head.getBytes(StandardCharsets.ISO_8859_1), body), hangsUp);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }

    private static String head(Answer answer, Instant now, boolean withLength) {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.put("Date", date(now));
        headers.put("Connection", "close");
        if (withLength) {
            headers.put("Content-Length", String.valueOf(answer.body().length));
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " So\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private static String date(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT).format(time.atOffset(ZoneOffset.UTC));
    }
}
