package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class StatusPollTest {
    private static final String PATH = "/status/1";
    private static final Answer DONE = Exports.manifest(true, "");
    private static final Answer RUNNING = Answer.of(202);

    private final HandClock clock = new HandClock("2026-11-23T04:03:48Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock, Duration.ofMillis(200));
    private final Recorder recorder = new Recorder();
    private final List<String> progress = new ArrayList<>();

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private StatusPoll poll(Duration longest, Sleeper sleeper) {
        return new StatusPoll(
                new StatusRequest(gateway, Exports.TOKEN),
                longest,
                clock,
                sleeper,
                new ExportListeners(List.of(recorder)));
    }

    private Manifest await(URI url, Duration longest) throws Exception {
        return poll(longest, clock).await(url, progress::add);
    }

    private Manifest await(Answer... inTurn) throws Exception {
        server.on(PATH, inTurn);
        return await(server.url(PATH), Duration.ofMinutes(5));
    }

    private ExportFailure failure(Answer... inTurn) {
        return catchThrowableOfType(ExportFailure.class, () -> await(inTurn));
    }

    private static Answer[] times(int count, Answer answer, Answer... then) {
        List<Answer> all = new ArrayList<>(Collections.nCopies(count, answer));
        all.addAll(Arrays.asList(then));
        return all.toArray(Answer[]::new);
    }

    @Test
    @DisplayName("ST-01 ST-02 asks the polling URL for JSON, with the token")
    void headers() throws Exception {
        await(DONE);

        TestServer.Request request = server.requests(PATH).get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.header("Accept")).contains("application/json");
        assertThat(request.header("Authorization")).contains("Bearer s3cret-token");
        assertThat(clock.sleeps()).isEmpty();
    }

    @Test
    @DisplayName("ST-03 waits longer and longer where the server says nothing")
    void growth() throws Exception {
        await(times(12, RUNNING, DONE));

        assertThat(clock.sleeps())
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1                             | PT1S",
                "120                           | PT2M",
                "18000                         | PT5M",
                "0                             | PT1S",
                "-5                            | PT1S",
                "soon                          | PT1S",
                "Mon, 23 Nov 2026 04:04:18 GMT | PT30S",
                "Mon, 23 Nov 2026 03:00:00 GMT | PT1S",
                "Tue, 24 Nov 2026 04:04:18 GMT | PT5M",
                "1795406688                    | PT1M",
                "1795407174966000              | PT5M",
                "999999999999999999            | PT5M",
            })
    @DisplayName("ST-04 waits as the server asks, within reason")
    void retryAfter(String sent, Duration wait) throws Exception {
        await(RUNNING.with("Retry-After", sent), DONE);

        assertThat(clock.sleeps()).containsExactly(wait);
    }

    @Test
    @DisplayName("ST-04 the longest wait is the user's")
    void longest() throws Exception {
        server.on(PATH, RUNNING.with("Retry-After", "120"), DONE);

        await(server.url(PATH), Duration.ofSeconds(7));

        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    @DisplayName("ST-05 tells of the progress as the server words it")
    void progress() throws Exception {
        await(
                RUNNING.with("X-Progress", "50%").with("Retry-After", "3"),
                RUNNING.with("X-Progress", " in progress "),
                RUNNING,
                DONE);

        assertThat(recorder.events())
                .containsExactly("working '50%' '3' PT3S", "working 'in progress' '' PT1S", "working '' '' PT2S");
        assertThat(progress).containsExactly("50%", "in progress", "");
    }

    @Test
    @DisplayName("ST-06 being told that it asks too often, it asks less often from then on")
    void tooOften() throws Exception {
        Answer eager = RUNNING.with("Retry-After", "1");
        Answer stop = Answer.of(429, "text/html", "Too Many Requests");

        await(eager, stop.with("Retry-After", "1"), eager, stop.with("Retry-After", "1"), eager, DONE);

        assertThat(clock.sleeps()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 2L, 4L, 4L);
        assertThat(recorder.events("statusRefused")).hasSize(2);
    }

    @Test
    @DisplayName("ST-06 the first 429 of the reference server names a point of time in milliseconds")
    void epochMillis() throws Exception {
        await(Answer.of(429).with("Retry-After", String.valueOf(clock.millis() + 61_000)), DONE);

        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(61));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 405, 413, 422, 501})
    @DisplayName("ST-07 an error is the job's end, whatever form its words have")
    void failed(int status) {
        ExportFailure html = failure(Answer.of(status, "text/html", "<h1>John Doe</h1>"));
        ExportFailure fhir = failure(Answer.outcome(status, "error", "processing", "Group x does not exist"));

        assertThat(html.kind()).isEqualTo(Kind.JOB_FAILED);
        assertThat(html).hasMessageContaining("HTTP " + status).hasMessageNotContaining("John");
        assertThat(fhir.kind()).isEqualTo(Kind.JOB_FAILED);
        assertSaid(fhir, "Group x does not exist");
        assertThat(recorder.events()).containsExactly("statusRefused " + status, "statusRefused " + status);
        assertThat(clock.sleeps()).isEmpty();
    }

    /** In the message where it is about the request, else in what only the log gets to see. */
    private static void assertSaid(ExportFailure failure, String words) {
        assertThat(failure.getCause()).isInstanceOfSatisfying(HttpRefusal.class, refusal -> {
            assertThat(refusal.words()).contains(words);
            assertThat(failure.getMessage().contains(words)).isEqualTo(refusal.status() < 500);
        });
    }

    @ParameterizedTest
    @CsvSource({"401, 1", "403, 3"})
    @DisplayName("ST-07 a refused credential says nothing of the job; a firewall may take its 403 back")
    void notUs(int status, int times) {
        assertThatThrownBy(() -> await(Answer.of(status)))
                .isInstanceOfSatisfying(HttpRefusal.class, refusal -> assertThat(refusal.status())
                        .isEqualTo(status));
        assertThat(server.requests(PATH)).hasSize(times);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 422})
    @DisplayName("ST-08 what is said to be transient passes, whatever its status")
    void transientWhateverTheStatus(int status) throws Exception {
        await(times(9, Answer.outcome(status, "error", "transient", "reindexing"), DONE));

        assertThat(server.requests(PATH)).hasSize(10);
    }

    @Test
    @DisplayName("ST-08 a transient error passes, however often it comes")
    void transience() throws Exception {
        await(times(40, Answer.outcome(500, "error", "transient", "busy"), DONE));

        assertThat(server.requests(PATH)).hasSize(41);
    }

    @Test
    @DisplayName("ST-08 a server that says five times in a row that the job failed is believed")
    void verdict() {
        ExportFailure failure = failure(Answer.outcome(500, "error", "processing", "export failed"));

        assertThat(failure.kind()).isEqualTo(Kind.JOB_FAILED);
        assertSaid(failure, "export failed");
        assertThat(server.requests(PATH)).hasSize(5);
        assertThat(clock.sleeps()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L);
    }

    @Test
    @DisplayName("ST-08 one that takes it back is not")
    void verdictTakenBack() throws Exception {
        Answer failed = Answer.outcome(500, "error", "processing", "export failed");

        await(Stream.of(times(4, failed), times(1, RUNNING), times(4, failed), times(1, DONE))
                .flatMap(Arrays::stream)
                .toArray(Answer[]::new));

        assertThat(server.requests(PATH)).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504})
    @DisplayName("ST-07 a gateway's page about the server's absence is outlasted for a day, no longer")
    void outage(int status) {
        ExportFailure failure = failure(Answer.of(status, "text/html", "<h1>Maintenance</h1>"));

        assertThat(failure.kind()).isEqualTo(Kind.STATUS_UNREACHABLE);
        Duration waited = Duration.between(Instant.parse("2026-11-23T04:03:48Z"), clock.instant());
        assertThat(waited).isBetween(Duration.ofHours(24), Duration.ofHours(24).plusMinutes(6));
    }

    @Test
    @DisplayName("ST-07 the day begins anew with each answer")
    void outagesInPieces() throws Exception {
        Answer down = Answer.of(503);
        Answer[] night = times(200, down.with("Retry-After", "300"));

        await(Stream.of(night, times(1, RUNNING), night, times(1, RUNNING), night, times(1, DONE))
                .flatMap(Arrays::stream)
                .toArray(Answer[]::new));

        assertThat(clock.instant())
                .isAfter(Instant.parse("2026-11-24T04:03:48Z").plus(Duration.ofDays(1)));
    }

    static Stream<Arguments> brokenAnswers() {
        return Stream.of(
                Arguments.of("half a status line", Answer.raw("HTTP/1.1 2")),
                Arguments.of(
                        "half a manifest",
                        Answer.of(200, "{\"output\":[]" + " ".repeat(88)).cut(12)),
                Arguments.of(
                        "a stalled manifest",
                        Answer.of(200, "{".repeat(99)).cut(1).stalling()),
                Arguments.of("half an error", Answer.of(500, "{".repeat(99)).cut(1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenAnswers")
    @DisplayName("ST-07 what the network breaks is asked for again")
    void network(String what, Answer broken) throws Exception {
        try (TestServer raw = new TestServer().otherwise(broken, broken, broken, DONE)) {
            Manifest manifest = await(raw.url(PATH), Duration.ofMinutes(5));

            assertThat(manifest.transactionTime()).isEqualTo(Exports.TIME);
            assertThat(clock.sleeps()).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L);
            assertThat(recorder.events("retrying")).hasSize(3);
        }
    }

    @Test
    @DisplayName("ST-07 a manifest whose gzip is cut is asked for again")
    void cutGzip() throws Exception {
        byte[] gzip = Answer.gzip(DONE.body());
        Answer cut = DONE.withBody(Arrays.copyOf(gzip, gzip.length - 5));

        assertThat(await(cut, DONE.gzipped()).transactionTime()).isEqualTo(Exports.TIME);
        assertThat(server.requests(PATH)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://ehr.invalid/status/1", "http://127.0.0.1:1/status/1"})
    @DisplayName("ST-07 a network that is down is outlasted for a day: the name was good when the job began")
    void networkDown(URI url) {
        assertThatThrownBy(() -> await(url, Duration.ofHours(6)))
                .isInstanceOfSatisfying(ExportFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.STATUS_UNREACHABLE);
                    assertThat(failure.where()).isEqualTo(url.toString());
                });
        assertThat(clock.instant()).isAfter(Instant.parse("2026-11-24T04:03:48Z"));
    }

    @Test
    @DisplayName("KO-01 what cannot pass is not waited for")
    void final_() {
        assertThatThrownBy(() -> await(URI.create("http://ehr.example/status"), Duration.ofMinutes(5)))
                .isInstanceOfSatisfying(
                        HttpFailure.class, failure -> assertThat(failure.kind()).isEqualTo(HttpFailure.Kind.EXPOSED));
        assertThat(clock.sleeps()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    @DisplayName("ST-12 ST-13 a job that the server does not know, three times in two minutes, is gone")
    void gone(int status) {
        ExportFailure failure =
                failure(RUNNING, Answer.outcome(status, "error", "not-found", "The export was not found"));

        assertThat(failure.kind()).isEqualTo(Kind.JOB_GONE);
        assertThat(failure).hasMessageContaining("The export was not found");
        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("ST-13 who asks more often is told no for two minutes all the same")
    void goneForTheImpatient() {
        server.on(PATH, Answer.of(404));

        assertThatThrownBy(() -> await(server.url(PATH), Duration.ofSeconds(7))).isInstanceOf(ExportFailure.class);

        assertThat(Duration.between(Instant.parse("2026-11-23T04:03:48Z"), clock.instant()))
                .isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 410})
    @DisplayName("ST-13 a server that knows the job again after two denials has only been unwell, and may be so again")
    void deniedInPassing(int status) throws Exception {
        Answer denied = Answer.of(status);

        await(denied, denied, RUNNING, denied, denied, DONE);

        assertThat(server.requests(PATH)).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                  | EMPTY",
                "'  '                                                | EMPTY",
                "<html><body>Please sign in, John Doe</body></html>  | NOT_JSON",
                "[]                                                  | NOT_JSON",
                "{}                                                  | NO_OUTPUT",
                "{\"output\":[]                                      | NOT_JSON",
                "{\"resourceType\":\"Patient\",\"id\":\"John Doe\"}  | NO_OUTPUT",
                "{\"transactionTime\":\"t\"}                         | NO_OUTPUT",
                "{\"status\":\"failed\",\"outputs\":[]}              | NO_OUTPUT",
            })
    @DisplayName("ST-14 a 200 with anything else than a manifest is no success, and not quoted")
    void notAManifest(String body, String what) {
        ExportFailure failure = failure(Answer.of(200, "text/html", body));

        assertThat(failure.kind()).isEqualTo(Kind.NOT_A_MANIFEST);
        assertThat(failure).hasMessage(what);
        assertThat(failure.where()).isEqualTo(server.url(PATH).toString());
    }

    @Test
    @DisplayName("ST-08 each failed request is counted once, whoever listens")
    void countedOnce() throws Exception {
        Recorder other = new Recorder();
        server.on(PATH, Answer.of(503), Answer.of(503), Answer.of(503), DONE);
        TimeLimits limits = Exports.limits(clock);

        new StatusPoll(
                        new StatusRequest(gateway, Exports.TOKEN),
                        Duration.ofMinutes(5),
                        clock,
                        limits,
                        new ExportListeners(List.of(other, recorder)))
                .await(server.url(PATH), progress -> {});

        assertThat(other.events("retrying"))
                .extracting(event -> event.replaceFirst("retrying status request (\\d+)/.*", "$1"))
                .containsExactly("1", "2", "3");
    }

    @Test
    @DisplayName("ST-14 but it may be a proxy's: only five in a row are believed")
    void pageInBetween() throws Exception {
        Answer page = Answer.of(200, "text/html", "<h1>Sign in</h1>");

        await(Stream.of(times(4, page, RUNNING), times(4, page, DONE))
                .flatMap(Arrays::stream)
                .toArray(Answer[]::new));

        assertThat(server.requests(PATH)).hasSize(10);
    }

    @Test
    @DisplayName("ST-14 nor is one with an OperationOutcome")
    void outcomeInstead() {
        assertThat(failure(Answer.outcome(200, "error", "exception", "job crashed")))
                .hasMessage("OPERATION_OUTCOME");
    }

    @Test
    void anInterruptedWaitEndsIt() {
        server.on(PATH, RUNNING);
        StatusPoll poll = poll(Duration.ofMinutes(5), wait -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(() -> poll.await(server.url(PATH), progress::add)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aDiskThatIsFullEndsIt() {
        server.on(PATH, RUNNING);

        assertThatThrownBy(() -> poll(Duration.ofMinutes(5), clock).await(server.url(PATH), text -> {
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
    }
}
