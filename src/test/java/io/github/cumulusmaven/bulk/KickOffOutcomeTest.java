package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Refusals;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.http.UrlRewrites;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** What the folder knows of a job once its kick-off is over, however that ended: the next run has nothing else. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class KickOffOutcomeTest {
    private static final String KICK_OFF = "/fhir/$export";
    private static final String STATUS = "/status/1";

    @TempDir
    private Path temporary;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private Path path;

    @BeforeEach
    void folder() {
        path = temporary.resolve("export");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void start(URI fhirUrl, Authorizer authorizer, InstantSource time) throws Exception {
        ExportConfig config = Exports.config(fhirUrl, path, false);
        try (HttpGateway gateway = Exports.gateway(time, Duration.ofMinutes(2));
                ExportFolder folder = ExportFolder.forExport(config, false)) {
            new BulkExport(config, gateway, authorizer, FolderSeal.NONE, time, clock, List.of()).start(folder, false);
        }
    }

    private void start() throws Exception {
        start(server.url("/fhir"), Exports.TOKEN, clock);
    }

    private Optional<ExportState> state() throws Exception {
        return ExportFolder.look(path);
    }

    private void assertNoSecondKickOff() {
        assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.KICKOFF_INTERRUPTED));
        assertThat(server.requests(KICK_OFF)).hasSize(1);
    }

    @Test
    @DisplayName("KO-23 a job is known as soon as the headers of its 202 are here: no word of its body is waited for")
    void knownFromItsHeaders() throws Exception {
        Answer accepted = Answer.of(202, "{".repeat(99))
                .with("Content-Location", "/status/1")
                .cut(1)
                .stalling();
        try (TestServer raw = new TestServer().on("/fhir/$export", accepted).otherwise(Answer.of(400))) {
            assertThatThrownBy(() -> start(raw.url("/fhir"), Exports.TOKEN, clock))
                    .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.JOB_FAILED));

            assertThat(state()).containsInstanceOf(Accepted.class);
        }
    }

    @Test
    @DisplayName("KO-23 an interrupt between the 202 and the note of it loses nothing: the next run goes on")
    void interruptedWithTheAnswerHere() throws Exception {
        server.on(KICK_OFF, Answer.of(202).with("Content-Location", STATUS));
        // The gateway asks for the time when the headers of an answer are here.
        InstantSource interrupting = () -> {
            if (!server.requests(KICK_OFF).isEmpty()) {
                Thread.currentThread().interrupt();
            }
            return clock.instant();
        };

        assertThatThrownBy(() -> start(server.url("/fhir"), Exports.TOKEN, interrupting))
                .isInstanceOf(InterruptedException.class);

        assertThat(Thread.interrupted()).isFalse();
        assertThat(state()).hasValueSatisfying(state -> assertThat(state)
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.job().statusUrl()).isEqualTo(server.url(STATUS))));
        assertThat(server.requests(STATUS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://h/a%zb", "ftp://127.0.0.1/x"})
    @DisplayName("KO-20 KO-23 a job that was taken somewhere unknown is not begun a second time")
    void takenWithoutStatusUrl(String location) throws Exception {
        server.on(KICK_OFF, location.isEmpty() ? Answer.of(202) : Answer.of(202).with("Content-Location", location));

        assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.KICKOFF_WITHOUT_STATUS_URL));

        assertThat(state()).containsInstanceOf(KickingOff.class);
        assertNoSecondKickOff();
    }

    @ParameterizedTest
    @CsvSource({"201, Content-Location", "200, Content-Location", "202, Location", "303, Location"})
    @DisplayName("KO-20 KO-23 nor one that was taken under another status or header: the next run goes on with it")
    void takenOtherwise(int status, String header) throws Exception {
        server.on(KICK_OFF, Answer.of(status).with(header, STATUS));
        server.on(STATUS, Answer.of(400));
        for (int run = 0; run < 2; run++) {
            assertThatThrownBy(this::start)
                    .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.JOB_FAILED));
        }
        assertThat(server.requests(KICK_OFF)).hasSize(1);
        assertThat(server.requests(STATUS)).hasSize(2);
        assertThat(ExportFolder.logged(path).orElseThrow().statusUrl())
                .isEqualTo(server.url(STATUS).toString());
    }

    @Test
    @DisplayName("ST-03 the first status request comes a second or more after the kick-off, or when the server says")
    void firstWait() {
        for (String asked : List.of("", "40", "999999")) {
            Answer accepted = Answer.of(202).with("Content-Location", STATUS);
            server.on(KICK_OFF, asked.isEmpty() ? accepted : accepted.with("Retry-After", asked));
            server.on(STATUS, Answer.of(400));
            path = temporary.resolve("waits" + asked);
            assertThatThrownBy(this::start).isInstanceOf(ExportFailure.class);
        }
        assertThat(clock.sleeps().get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThat(clock.sleeps().subList(1, 3)).containsExactly(Duration.ofSeconds(40), Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("KO-20 a status URL on a host that nobody knows here stops the run at once; the folder keeps the job")
    void unknownHost() throws Exception {
        server.on(KICK_OFF, Answer.of(202).with("Content-Location", "https://fhir-0.svc.invalid/jobs/1"));
        for (int run = 0; run < 2; run++) {
            assertThatThrownBy(this::start).isInstanceOfSatisfying(ExportFailure.class, failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.STATUS_HOST_UNKNOWN);
                assertThat(failure.namedUrl()).isEqualTo("https://fhir-0.svc.invalid/jobs/1");
                assertThat(failure.where()).isEqualTo(server.url("/fhir").toString());
            });
        }
        assertThat(clock.sleeps()).isEmpty();
        assertThat(server.requests(KICK_OFF)).hasSize(1);
        assertThat(state()).containsInstanceOf(Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "KO-20 where the user knows the address of such a host, the job goes on, with the token, kicked off or resumed")
    void rewrittenHost(boolean fromTheStart) throws Exception {
        server.on(KICK_OFF, Answer.of(202).with("Content-Location", "http://fhir-0.svc.invalid:8080/fhir/jobs/1?x=1"));
        String file = "http://fhir-0.svc.invalid:8080/fhir/files/p";
        server.on("/r4/jobs/1", Exports.manifest(true, Exports.entry(URI.create(file), "Patient", 1)));
        server.on("/r4/files/p", Answer.ndjson(Exports.resource("Patient", 1)));
        URI base = server.url("/fhir");
        UrlRewrites known =
                new UrlRewrites(Map.of(URI.create("https://fhir-0.svc.invalid:8080/fhir/"), server.url("/r4")));
        if (!fromTheStart) {
            server.on(
                    KICK_OFF,
                    Answer.of(202).with("Content-Location", "https://fhir-0.svc.invalid:8080/fhir/jobs/1?x=1"));
            assertThatThrownBy(this::start).isInstanceOf(ExportFailure.class);
        }
        ExportConfig config = Exports.config(base, path, false);
        try (HttpGateway gateway = Exports.gateway(clock).rewriting(known);
                ExportFolder folder = ExportFolder.forExport(config, false)) {
            new BulkExport(config, gateway, Exports.TOKEN, FolderSeal.NONE, clock, clock, List.of())
                    .start(folder, false);
        }
        assertThat(state()).containsInstanceOf(ExportState.Done.class);
        assertThat(server.requests(KICK_OFF)).hasSize(1);
        assertThat(server.requests("/r4/jobs/1").get(0).path()).isEqualTo("/r4/jobs/1?x=1");
        assertThat(server.requests("/r4/files/p").get(0).header("Authorization"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 502, 504, 520, 522, 524, 527})
    @DisplayName("KO-23 nor one that a gateway gave up waiting for")
    void gatewayGaveUp(int status) throws Exception {
        server.on(KICK_OFF, Answer.of(status));

        assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.KICKOFF_UNKNOWN));

        assertThat(state()).containsInstanceOf(KickingOff.class);
        assertNoSecondKickOff();
    }

    @ParameterizedTest
    @CsvSource({"200, true", "202, true", "401, false", "404, false", "503, false"})
    @DisplayName("ST-15 KO-23 nor one that another site may have taken")
    void foreignAnswer(int status, boolean mayHaveBegun) throws Exception {
        try (TestServer other = new TestServer(clock)) {
            other.on("/take-over", Answer.of(status));
            server.on(
                    KICK_OFF,
                    Answer.of(307).with("Location", other.url("/take-over").toString()));

            assertThatThrownBy(this::start)
                    .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                            .isEqualTo(HttpFailure.Kind.FOREIGN_ANSWER));

            assertThat(state().isPresent()).isEqualTo(mayHaveBegun);
            if (mayHaveBegun) {
                assertNoSecondKickOff();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("KO-21 who was answered 401, and then gets no other token, has begun nothing")
    void noOtherToken(boolean networkFails) throws Exception {
        server.on(KICK_OFF, Answer.of(401));
        Authorizer ending = new Authorizer() {
            @Override
            public Optional<String> authorization(URI target) {
                return Optional.of("Bearer s3cret-token");
            }

            @Override
            public boolean renew(String refused) throws IOException {
                throw networkFails
                        ? new HttpFailure(HttpFailure.Kind.BROKEN, "POST", URI.create("https://h/token"))
                        : Refusals.of("POST", URI.create("https://h/token"), 400);
            }
        };

        assertThatThrownBy(() -> start(server.url("/fhir"), ending, clock)).isInstanceOf(IOException.class);

        assertThat(state()).isEmpty();
    }
}
