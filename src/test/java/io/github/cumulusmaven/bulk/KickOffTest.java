package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class KickOffTest {
    private static final String PATH = "/fhir/$export";

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock, Duration.ofMillis(200));
    private final Recorder recorder = new Recorder();
    private final List<String> noted = new ArrayList<>();

    @TempDir
    private Path temporary;

    /** Writes into a real folder, and remembers what was noted. */
    private final class RememberedNote extends KickOffNote {
        RememberedNote(ExportFolder folder, ExportConfig config) throws ExportFailure {
            super(
                    folder,
                    new StateKeeper(folder, clock),
                    new ExportListeners(List.of()),
                    new ExportState.KickingOff(
                            config.request("id", clock.instant().toString()), null, null));
        }

        @Override
        void lost(HttpRefusal answer) {
            super.lost(answer);
            noted.add("lost");
        }

        @Override
        void sending() throws IOException {
            super.sending();
            noted.add("sending");
        }

        @Override
        void notTaken() throws IOException {
            super.notTaken();
            noted.add("not taken");
        }

        @Override
        void busy() {
            super.busy();
            noted.add("busy");
        }
    }

    @BeforeEach
    void capabilities() {
        server.on(
                "/fhir/metadata",
                Answer.of(
                        200,
                        "application/fhir+json",
                        "{\"resourceType\":\"CapabilityStatement\",\"software\":{\"name\":\"EHR\"}}"));
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private KickOffAnswer send(URI fhirUrl) throws Exception {
        return send(fhirUrl, gateway);
    }

    private KickOffAnswer send(URI fhirUrl, HttpGateway through) throws Exception {
        ExportConfig config = Exports.config(fhirUrl, temporary.resolve("export"), false);
        try (ExportFolder folder = ExportFolder.take(config.directory())) {
            KickOffNote note = new RememberedNote(folder, config);
            return new KickOff(config, through, Exports.TOKEN, Exports.retries(5, clock, recorder), clock, note).send();
        }
    }

    private KickOffAnswer send() throws Exception {
        return send(server.url("/fhir"));
    }

    private URI statusUrl(Answer answer) throws Exception {
        server.on(PATH, answer);
        return KickOff.statusUrl(send(), gateway);
    }

    private ExportFailure failure(Answer answer) {
        return catchThrowableOfType(ExportFailure.class, () -> statusUrl(answer));
    }

    @Test
    @DisplayName("KO-04 KO-05 asks for FHIR and for an asynchronous answer, with the token")
    void headers() throws Exception {
        statusUrl(
                Answer.of(202).with("Content-Location", server.url("/status/1").toString()));

        TestServer.Request request = server.requests(PATH).get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.header("Accept")).contains("application/fhir+json");
        assertThat(request.header("Prefer")).contains("respond-async");
        assertThat(request.header("Authorization")).contains("Bearer s3cret-token");
    }

    @Test
    @DisplayName("KO-03 KO-12 at the level's address, with the query")
    void address() throws Exception {
        server.on("/fhir/Group/a%20b/$export", Answer.of(202));

        KickOffAnswer answer = send(server.url("/fhir/Group/a%20b?_type=Patient"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.exportUrl()).isEqualTo(server.url("/fhir/Group/a%20b/$export?_type=Patient"));
        assertThat(server.requests())
                .extracting(TestServer.Request::path)
                .contains("/fhir/Group/a%20b/$export?_type=Patient");
    }

    @ParameterizedTest
    @CsvSource({
        "https://other.example/s?_jobId=1,   https://other.example/s?_jobId=1",
        "/status/1,                          {base}/status/1",
        "status/1,                           {base}/fhir/status/1",
        "$export-poll-status?_jobId=7,       {base}/fhir/$export-poll-status?_jobId=7",
        "../bulkstatus/1,                    {base}/bulkstatus/1",
        "' /status/1 ',                      {base}/status/1",
        "<{base}/status/1>,                  {base}/status/1",
        "'\"{base}/status/1\"',              {base}/status/1",
    })
    @DisplayName("KO-20 the polling URL, made absolute where the server forgot to")
    void location(String sent, String meant) throws Exception {
        String base = server.url("/").toString().replaceFirst("/$", "");

        assertThat(statusUrl(Answer.of(202).with("Content-Location", sent.replace("{base}", base))))
                .hasToString(meant.replace("{base}", base));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                     | NO_CONTENT_LOCATION",
                "ftp://127.0.0.1/x      | ftp://127.0.0.1/x",
                "http:///x              | http:///x",
                "http://h/a%zb          | http://h/a%zb",
                "mailto:a@b             | mailto:a@b",
                "http://other.example/1 | http://other.example/1",
            })
    @DisplayName("KO-23 without a usable polling URL it fails, and says which one the server named")
    void noLocation(String sent, String what) {
        ExportFailure failure =
                failure(sent.isEmpty() ? Answer.of(202) : Answer.of(202).with("Content-Location", sent));

        assertThat(failure.kind()).isEqualTo(Kind.KICKOFF_WITHOUT_STATUS_URL);
        assertThat(failure).hasMessage(sent.isEmpty() ? what : "NAMED_URL [" + what + "]");
        assertThat(failure.where()).isEqualTo(server.url(PATH).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 204, 303, 400, 401, 403, 404, 405, 406, 422, 500, 501})
    @DisplayName(
            "KO-21 KO-23 all else than 202 is a refusal where it names no job, and not repeated: a job may have been made")
    void refused(int status) {
        ExportFailure failure = failure(Answer.of(status));

        assertThat(failure.kind()).isEqualTo(Kind.KICKOFF_REFUSED);
        assertThat(failure).hasMessageContaining("HTTP " + status);
        assertThat(server.requests(PATH)).hasSize(1);
        assertThat(clock.sleeps()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527})
    @DisplayName("KO-23 a gateway's word is none of the server's, which may have begun")
    void gateway(int status) {
        ExportFailure failure = failure(Answer.of(status));

        assertThat(failure.kind()).isEqualTo(Kind.KICKOFF_UNKNOWN);
        assertThat(failure).hasMessageContaining("HTTP " + status);
        assertThat(server.requests(PATH)).hasSize(1);
    }

    @Test
    @DisplayName("KO-21 the server's words are shown")
    void words() {
        ExportFailure failure = failure(Answer.outcome(400, "error", "processing", "type Foo is not available"));

        assertThat(failure).hasMessageEndingWith("HTTP 400 (error processing: type Foo is not available)");
        assertThat(failure.getCause()).isInstanceOfSatisfying(HttpRefusal.class, refusal -> assertThat(refusal.status())
                .isEqualTo(400));
    }

    @Test
    @DisplayName("KO-21 an error in another format is not quoted")
    void html() {
        assertThat(failure(Answer.of(500, "text/html", "Something broke!"))).hasMessageNotContaining("broke");
    }

    @Test
    @DisplayName("KO-22 waits as long as a busy server asks, and tries again")
    void busy() throws Exception {
        server.on(
                PATH,
                Answer.outcome(429, "error", "throttled", "one at a time").with("Retry-After", "20"),
                Answer.of(503),
                Answer.of(202).with("Content-Location", "/status/1"));

        assertThat(send().status()).isEqualTo(202);

        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(2));
        assertThat(recorder.events())
                .containsExactly(
                        "retrying kick-off (until 2026-11-24T04:00:00Z at the latest) 1/0 PT20S",
                        "retrying kick-off (until 2026-11-24T04:00:00Z at the latest) 2/0 PT2S");
        assertThat(noted).containsExactly("sending", "not taken", "busy", "sending", "not taken", "sending");
    }

    @ParameterizedTest
    @CsvSource({
        "200, Content-Location",
        "201, Content-Location",
        "204, Content-Location",
        "202, Location",
        "201, Location",
        "303, Location",
    })
    @DisplayName(
            "KO-20 a job that is named under another status, or in another header, is begun, and not asked for again")
    void takenOtherwise(int status, String header) throws Exception {
        assertThat(statusUrl(Answer.of(status).with(header, "/status/1"))).isEqualTo(server.url("/status/1"));

        assertThat(server.requests(PATH)).hasSize(1);
        assertThat(server.requests("/status/1")).isEmpty();
    }

    @Test
    @DisplayName("KO-20 a redirect to another server names no job: a login page is not to see the token")
    void redirectedElsewhere() {
        ExportFailure failure = failure(Answer.of(303).with("Location", "https://login.example/signin"));

        assertThat(failure.kind()).isEqualTo(Kind.KICKOFF_WITHOUT_STATUS_URL);
        assertThat(failure.namedUrl()).isEqualTo("https://login.example/signin");
        assertThat(server.requests(PATH)).hasSize(1);
    }

    @Test
    @Timeout(10)
    @DisplayName("KO-20 a Content-Location of 100,000 blanks takes no time")
    void longLocation() throws Exception {
        String blanks = " ".repeat(100_000);

        assertThat(KickOffAnswer.location(
                        202,
                        HttpHeaders.of(
                                Map.of("Content-Location", List.of("</a" + blanks + "b>" + blanks)),
                                (name, value) -> true)))
                .contains("/a" + blanks + "b");
    }

    @Test
    @DisplayName("KO-20 a Location that says nothing of a job is none")
    void otherLocation() {
        assertThat(failure(Answer.of(200).with("Location", "/status/1")).kind()).isEqualTo(Kind.KICKOFF_REFUSED);
    }

    @Test
    @DisplayName("KO-22 an export that runs already is waited for, be it told by 429 or by 409")
    void conflict() throws Exception {
        server.on(
                PATH,
                Answer.outcome(409, "error", "conflict", "an export is in progress")
                        .with("Retry-After", "60"),
                Answer.of(202).with("Content-Location", "/status/1"));

        assertThat(send().status()).isEqualTo(202);
        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/fhir+xml | <?xml version=\"1.0\"?><OperationOutcome xmlns=\"http://hl7.org/fhir\"><issue>"
                        + "<severity value=\"error\"/><code value=\"invalid\"/><details><text value=\"this &lt;Group&gt;\"/>"
                        + "</details></issue></OperationOutcome> | error invalid: this <Group>",
                "text/plain | Group 7 is not registered | Group 7 is not registered",
                "application/json | {\"message\":\"Unknown group\",\"statusCode\":400,\"error\":\"Bad Request\"}"
                        + " | Bad Request: Unknown group",
                "application/json | {\"fault\":{\"faultstring\":\"No such app\",\"detail\":{\"errorcode\":\"x\"}}}"
                        + " | No such app",
                "application/problem+json | {\"type\":\"about:blank\",\"title\":\"Forbidden\",\"detail\":"
                        + "\"your address is not on the list\"} | Forbidden: your address is not on the list",
                "application/json | {\"state\":\"off\"} | {\"state\":\"off\"}",
                "text/html | <html><head><style>p {x}</style><script>y</script></head><h1>Access&nbsp;Denied</h1> "
                        + "<p>Reference #18.2f | Access Denied Reference #18.2f",
            })
    @DisplayName("KO-21 the words of a refusal are shown, in whatever form they came")
    void wordsInAnyForm(String type, String body, String words) {
        assertThat(failure(Answer.of(403, type, body))).hasMessageEndingWith("HTTP 403 (" + words + ")");
    }

    @Test
    @DisplayName("SM-17 a secret that a page quotes is not shown, and no more than 300 characters are")
    void wordsOfAPage() {
        gateway.secrets().add("client-secret-1");

        assertThat(failure(Answer.of(400, "text/html", "<p>client-secret-1 " + "x".repeat(1000))))
                .hasMessageContaining("[secret] xxx")
                .hasMessageNotContaining("client-secret")
                .message()
                .hasSizeLessThan(400);
    }

    @Test
    @DisplayName("KO-21 a refusal says whether it was asked with a token")
    void refusedToken() {
        assertThat(failure(Answer.of(401)).getCause())
                .isInstanceOfSatisfying(HttpRefusal.class, refusal -> assertThat(refusal.isTokenSent())
                        .isTrue());
    }

    @Test
    @DisplayName("KO-22 a server that wants hours gets them, and is not asked meanwhile")
    void hours() throws Exception {
        server.on(
                PATH,
                Answer.outcome(429, "error", "throttled", "one a day").with("Retry-After", "36000"),
                Answer.of(202).with("Content-Location", "/status/1"));

        assertThat(send().status()).isEqualTo(202);
        assertThat(clock.sleeps()).containsExactly(Duration.ofHours(10));
    }

    @Test
    @DisplayName("KO-22 one that wants more than the window is not waited for: it has refused, and said until when")
    void staysBusy() throws Exception {
        ExportFailure failure =
                failure(Answer.outcome(429, "error", "throttled", "one a week").with("Retry-After", "86401"));

        assertThat(failure.kind()).isEqualTo(Kind.KICKOFF_REFUSED);
        assertThat(failure).hasMessageContaining("one a week");
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(HttpRefusal.class, refusal -> assertThat(refusal.retryAfter())
                        .contains(Duration.ofSeconds(86401)));
        assertThat(server.requests(PATH)).hasSize(1);
        assertThat(clock.sleeps()).isEmpty();
    }

    @Test
    @DisplayName("KO-22 one that is busy without end is asked more and more seldom, until the window closes")
    void busyWithoutEnd() throws Exception {
        ExportFailure failure = failure(Answer.of(429));

        assertThat(failure.kind()).isEqualTo(Kind.KICKOFF_REFUSED);
        assertThat(clock.sleeps()).startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(clock.sleeps()).endsWith(Duration.ofMinutes(5));
        assertThat(clock.instant())
                .isBetween(Instant.parse("2026-11-24T03:55:00Z"), Instant.parse("2026-11-24T04:00:00Z"));
    }

    @Test
    @DisplayName("ST-15 no other site than the one asked may take the job: it would name who gets the token")
    void foreignAnswer() throws Exception {
        try (TestServer other = new TestServer(clock)) {
            String elsewhere = other.url("/take-over").toString().replace("127.0.0.1", "localhost");
            other.on("/take-over", Answer.of(202).with("Content-Location", elsewhere));
            server.on(PATH, Answer.of(307).with("Location", elsewhere));

            assertThatThrownBy(this::send)
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(HttpFailure.Kind.FOREIGN_ANSWER));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 2", "HTTP/1.1 202 Accepted\r\nContent-Loc"})
    @DisplayName("KO-23 a kick-off whose answer is lost reaches the server once: neither we nor the JDK repeat it")
    void lostAnswer(String sent) throws Exception {
        try (TestServer raw = new TestServer().on(PATH, Answer.raw(sent))) {
            assertThatThrownBy(() -> send(raw.url("/fhir")))
                    .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.KICKOFF_UNKNOWN));

            assertThat(raw.requests(PATH)).hasSize(1);
            assertThat(noted).containsExactly("sending");
        }
        assertThat(clock.sleeps()).isEmpty();
    }

    @Test
    @DisplayName("KO-23 one that gets no answer in time is not repeated")
    void noAnswer() throws Exception {
        try (TestServer raw = new TestServer().on(PATH, Answer.raw("").stalling());
                HttpGateway hasty = new HttpGateway(
                                new HttpGateway.Limits(
                                        Duration.ofSeconds(9), Duration.ofMillis(200), Duration.ofSeconds(9)),
                                "test/1",
                                clock)
                        .allow(raw.url("/fhir"))) {
            assertThatThrownBy(() -> send(raw.url("/fhir"), hasty))
                    .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.KICKOFF_UNKNOWN));
        }
        assertThat(clock.sleeps()).isEmpty();
    }

    @Test
    @DisplayName("KO-23 one for which a connection would be kept alive and then closed reaches the server once")
    void closedKeptAliveConnection() throws Exception {
        try (TestServer raw = new TestServer().on(PATH, Answer.raw("")).otherwise(Answer.of(200, "{}"))) {
            HttpCall before = HttpCall.get(raw.url("/fhir/Patient"), "application/json");
            for (int connection = 0; connection < 2; connection++) {
                try (HttpReply reply = gateway.send(before, Exports.TOKEN)) {
                    assertThat(reply.text()).isEqualTo("{}");
                }
            }
            assertThat(raw.connections()).as("kept alive").isEqualTo(1);

            assertThatThrownBy(() -> send(raw.url("/fhir")))
                    .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.KICKOFF_UNKNOWN));

            assertThat(raw.requests(PATH)).hasSize(1);
        }
    }

    @Test
    @DisplayName("KO-23 LG-02 the kick-off does not wait for metadata that do not come")
    void slowMetadata() throws Exception {
        try (TestServer raw = new TestServer()
                .on(PATH, Answer.of(202))
                .otherwise(Answer.raw("").stalling())) {
            assertThat(send(raw.url("/fhir")).status()).isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("KO-23 a job that was accepted is not lost because the words after it were")
    void acceptedWithCutBody(boolean hangsUp) throws Exception {
        Answer accepted = Answer.of(202, "{".repeat(99))
                .with("Content-Location", "/status/1")
                .cut(1);
        try (TestServer raw = new TestServer().on(PATH, hangsUp ? accepted : accepted.stalling())) {
            assertThat(KickOff.statusUrl(send(raw.url("/fhir")), gateway)).isEqualTo(raw.url("/status/1"));
        }
    }

    @Test
    @DisplayName("KO-23 no connection is tried again, for nothing was asked yet")
    void noConnection() throws Exception {
        server.close();

        assertThatThrownBy(() -> send(server.url("/fhir")))
                .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(HttpFailure.Kind.NO_CONNECTION));
        assertThat(recorder.events()).hasSize(4);
    }

    @Test
    @DisplayName("LG-02 the capabilities are asked for without a token")
    void asksForCapabilities() throws Exception {
        server.on(PATH, Answer.of(202));

        assertThat(send().metadata().get().path("software").path("name").asText())
                .isEqualTo("EHR");
        TestServer.Request request = server.requests("/fhir/metadata").get(0);
        assertThat(request.header("Authorization")).isEmpty();
        assertThat(request.header("Accept-Encoding")).contains("gzip");
    }

    @Test
    @DisplayName("LG-02 an export does not need them")
    void capabilitiesInAnyState() throws Exception {
        server.on(PATH, Answer.of(202));
        for (Answer bad : new Answer[] {
            Answer.of(404),
            Answer.of(401),
            Answer.of(500, "text/html", "<h1>"),
            Answer.of(200, "text/html", "<h1>"),
            Answer.of(200, "application/json", "[]"),
            Answer.of(200, "application/json", "{\"a\":".repeat(5000)),
            Answer.of(302).with("Location", "ftp://127.0.0.1/"),
            Answer.of(302).with("Location", "/fhir/metadata"),
            Answer.of(200).withBody(new byte[] {0x1f, (byte) 0x8b, 8, 0})
        }) {
            server.on("/fhir/metadata", bad);

            assertThat(send().metadata().get()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"})
    @DisplayName("LG-02 nor does it break with the connection")
    void capabilitiesCut(String sent) throws Exception {
        try (TestServer raw = new TestServer().on(PATH, Answer.of(202)).otherwise(Answer.raw(sent))) {
            assertThat(send(raw.url("/fhir")).metadata().get()).isEmpty();
        }
    }
}
