package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.http.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** What may go wrong with one answer, on the wire or in it. */
enum Fault {
    NO_CONNECTION("connection refused", Fault::unanswered),
    NO_ANSWER("connection closed without an answer", Fault::unanswered),
    CUT_HEAD("connection lost within the headers", (good, scene) -> Answer.raw("HTTP/1.1 200 OK\r\nContent-Le")),
    SILENCE("no answer in time", (good, scene) -> Answer.raw("").stalling()),
    CUT_BODY("body cut, its length announced", (good, scene) -> good.cut(half(good))),
    CUT_CHUNKS("body cut, in chunks", (good, scene) -> good.chunked().cut(half(good))),
    CUT_OPEN_BODY("body cut, its length not announced", (good, scene) -> good.untilClose()
            .cut(half(good))),
    STALLED_BODY("body stalls", (good, scene) -> good.cut(half(good)).stalling()),
    BAD_GZIP("damaged gzip", Fault::badGzip),
    HALF("half of it, as if it were whole", (good, scene) -> good.withBody(Arrays.copyOf(good.body(), half(good)))),
    LINE_LESS("whole lines missing", Fault::lineLess),
    EMPTY("200, without a body", (good, scene) -> Answer.of(200)),
    WEB_PAGE("200 and a web page", (good, scene) -> Answer.of(200, "text/html", "<html><body>Sign in</body></html>\n")),
    OUTCOME("200 and an OperationOutcome", (good, scene) -> Answer.outcome(200, "error", "exception", "try later")),
    HTTP_400(400),
    HTTP_401(401),
    HTTP_403(403),
    HTTP_404(404),
    HTTP_408(408),
    HTTP_410(410),
    HTTP_425(425),
    HTTP_429(429),
    HTTP_429_SECONDS("429, Retry-After: 30", (good, scene) -> refusal(429).with("Retry-After", "30")),
    HTTP_429_DATE("429, Retry-After: a date in 40 s", (good, scene) -> refusal(429)
            .with("Retry-After", Answer.date(scene.now().plus(Duration.ofSeconds(40))))),
    HTTP_500(500),
    HTTP_502(502),
    HTTP_503(503),
    HTTP_504(504),
    LOOP("redirect to itself", (good, scene) -> redirect(scene.here())),
    ELSEWHERE("redirect to another site", (good, scene) -> redirect(scene.elsewhere()));

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
        Answer spoil(Answer good, Scene scene);
    }

    private final String words;
    private final Spoiler spoiler;

    Fault(String words, Spoiler spoiler) {
        this.words = words;
        this.spoiler = spoiler;
    }

    Fault(int status) {
        this(String.valueOf(status), (good, scene) -> refusal(status));
    }

    /** What it is called. */
    String words() {
        return words;
    }

    /** What is sent in place of the answer. */
    Answer spoil(Answer good, Scene scene) {
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

    private static Answer unanswered(Answer good, Scene scene) {
        return Answer.raw("");
    }

    private static Answer refusal(int status) {
        return Answer.of(status, "text/html", "<h1>" + status + "</h1>");
    }

    private static Answer redirect(URI to) {
        return Answer.of(307).with("Location", to.toString());
    }

    private static int half(Answer answer) {
        return answer.body().length / 2;
    }

    private static Answer badGzip(Answer good, Scene scene) {
        boolean packed = good.headers().containsKey("Content-Encoding");
        byte[] bytes = packed ? good.body().clone() : Answer.gzip(good.body());
        for (int index = bytes.length / 2; index < bytes.length - 1; index++) {
            bytes[index] ^= 0x55;
        }
        return good.withBody(bytes).with("Content-Encoding", "gzip");
    }

    /** Of NDJSON, plain or not. */
    private static Answer lineLess(Answer good, Scene scene) {
        boolean packed = good.headers().containsKey("Content-Encoding");
        byte[] plain = packed ? ServedExport.unpacked(good.body()) : good.body();
        int end = plain.length - 1;
        while (end > 0 && plain[end - 1] != '\n') {
            end--;
        }
        byte[] less = Arrays.copyOf(plain, end);
        return good.withBody(packed ? Answer.gzip(less) : less);
    }
}
