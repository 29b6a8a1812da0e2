package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TokenCacheTest {
    private static final int THREADS = 16;
    private static final URI FILE = URI.create("https://ehr.example/file");
    private static final List<String> SCOPES = List.of("system/*.read");

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    private final Retries once =
            new Retries(RetryPolicy.NEVER, duration -> {}, (what, attempt, attempts, reason, wait) -> {});
    private final HttpGateway gateway =
            new HttpGateway(HttpGateway.Limits.DEFAULT, "test", now::get).allow(URI.create("http://127.0.0.1/"));
    private TokenServer server;
    private TokenCache cache;

    @BeforeEach
    void start() throws IOException {
        server = new TokenServer(Keys.ES384, now::get);
        SmartConfiguration configuration = new SmartConfiguration(server.tokenUrl(), Set.of(), Set.of(), Duration.ZERO);
        ClientCredentials client = new ClientCredentials("client-1", Keys.ES384);
        cache = new TokenCache(new TokenEndpoint(gateway, once, configuration, client, now::get), SCOPES, now::get);
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.close();
    }

    @Test
    @DisplayName("SM-15 requests carry the token as Bearer, the same one as long as it is good")
    void bearer() throws Exception {
        assertThat(server.requests()).as("nobody asked yet").isEmpty();

        assertThat(cache.authorization(FILE)).contains("Bearer token-1");
        assertThat(cache.authorization(FILE)).contains("Bearer token-1");
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest(name = "life {0} s")
    @CsvSource({"3600, 3540", "300, 240", "100, 80", "10, 8"})
    @DisplayName("SM-13 a token is exchanged a minute before its end, or a fifth of a short life before")
    void renewsEarly(int life, int exchangedAfter) throws Exception {
        server.script(Answer.of(200, "{\"access_token\":\"first\",\"expires_in\":" + life + "}"));
        assertThat(cache.authorization(FILE)).contains("Bearer first");

        pass(Duration.ofSeconds(exchangedAfter).minusMillis(1));
        assertThat(cache.authorization(FILE)).contains("Bearer first");

        pass(Duration.ofMillis(1));
        assertThat(cache.authorization(FILE)).contains("Bearer token-1");
    }

    @Test
    @DisplayName("SM-21 sixteen threads that need a first token make one request")
    void singleFlight() throws Exception {
        assertThat(together(() -> cache.authorization(FILE).orElseThrow())).containsOnly("Bearer token-1");

        assertThat(server.tokenRequests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-21 sixteen threads whose token has ended make one request")
    void singleFlightOnRenewal() throws Exception {
        cache.authorization(FILE);
        pass(Duration.ofMinutes(10));

        assertThat(together(() -> cache.authorization(FILE).orElseThrow())).containsOnly("Bearer token-2");
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    @DisplayName("SM-21 sixteen threads whose token is refused make one request, and each may repeat its own")
    void singleFlightOnRefusal() throws Exception {
        String refused = cache.authorization(FILE).orElseThrow();

        assertThat(together(() -> cache.renew(refused))).containsOnly(true);
        assertThat(server.tokenRequests()).hasSize(2);
        assertThat(cache.authorization(FILE)).contains("Bearer token-2");
    }

    @Test
    @DisplayName("SM-21 a refusal of an older token does not cost the current one")
    void lateRefusal() throws Exception {
        String old = cache.authorization(FILE).orElseThrow();
        cache.renew(old);

        assertThat(cache.renew(old)).isTrue();
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    @DisplayName("SM-21 a server that gives the refused token again ends the matter")
    void sameTokenAgain() throws Exception {
        Answer same = Answer.of(200, "{\"access_token\":\"same\"}");
        server.script(same, same);
        String refused = cache.authorization(FILE).orElseThrow();

        assertThat(cache.renew(refused)).isFalse();
        assertThat(server.tokenRequests()).hasSize(2);
    }

    @Test
    @DisplayName("SM-21 a resource server that refuses every token gets two requests, not a loop")
    void doesNotLoop() throws Exception {
        server.discovery = Answer.of(401, "");
        URI refusing = server.url("/x/.well-known/smart-configuration");

        try (HttpReply reply = gateway.send(HttpCall.get(refusing, "*/*"), cache)) {
            assertThat(reply.status()).isEqualTo(401);
        }

        assertThat(server.tokenRequests()).hasSize(2);
        assertThat(server.requests().stream()
                        .filter(request -> request.path().startsWith("/x/"))
                        .map(request -> request.headers().get("Authorization")))
                .containsExactly("Bearer token-1", "Bearer token-2");
    }

    @Test
    @DisplayName("SM-14 sixteen threads that wait for a token which is refused make one request, and all hear of it")
    void sharedFailure() throws Exception {
        server.script(Answer.of(400, "{\"error\":\"invalid_scope\"}"));

        List<Object> outcomes = together(() -> {
            try {
                return cache.authorization(FILE).orElseThrow();
            } catch (SmartFailure failure) {
                return failure;
            }
        });

        assertThat(outcomes).hasSize(THREADS).hasOnlyElementsOfType(SmartFailure.class);
        assertThat(server.tokenRequests()).hasSize(1);
    }

    @Test
    @DisplayName("SM-14 a failure does not stick: the next request tries again, and may fail in its own way")
    void failureDoesNotStick() throws Exception {
        server.script(
                Answer.of(400, "{\"error\":\"invalid_scope\"}"), Answer.of(400, "{\"error\":\"unauthorized_client\"}"));

        assertThatExceptionOfType(SmartFailure.class)
                .isThrownBy(() -> cache.authorization(FILE))
                .withMessageContaining("invalid_scope");
        assertThatExceptionOfType(SmartFailure.class)
                .isThrownBy(() -> cache.authorization(FILE))
                .withMessageContaining("unauthorized_client");
        assertThat(cache.authorization(FILE)).contains("Bearer token-1");
    }

    @Test
    @DisplayName("SM-21 a thread that is interrupted while it asks does not take the others with it")
    void interruptedLeader() throws Exception {
        server.gate = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread leader = new Thread(() -> {
            try {
                cache.authorization(FILE);
            } catch (IOException | InterruptedException interrupted) {
                end.set(interrupted);
            }
        });
        leader.start();
        awaitAsked(1);
        ExecutorService follower = Executors.newSingleThreadExecutor();
        try {
            Future<Optional<String>> token = follower.submit(() -> cache.authorization(FILE));
            leader.interrupt();
            leader.join();
            awaitAsked(2);
            server.gate.countDown();

            assertThat(end.get()).isInstanceOf(InterruptedException.class);
            assertThat(token.get())
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Bearer token-"));
        } finally {
            follower.shutdownNow();
        }
    }

    @Test
    @DisplayName("SM-12 the granted scopes are at hand for comparison, with one token for both purposes")
    void grantedScopes() throws Exception {
        server.script(Answer.of(200, "{\"access_token\":\"t\",\"scope\":\"system/Patient.rs\"}"));

        Set<String> granted = cache.grantedScopes();

        assertThat(Scopes.missing(List.of("system/Patient.read", "system/Condition.read"), granted))
                .containsExactly("system/Condition.read");
        assertThat(cache.authorization(FILE)).contains("Bearer t");
    }

    @Test
    @DisplayName("SM-17 as text a cache shows no token")
    void isSafeToPrint() throws Exception {
        cache.authorization(FILE);

        assertThat(cache.toString()).doesNotContain("token-1");
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private void awaitAsked(int requests) {
        while (server.tokenRequests().size() < requests) {
            Thread.onSpinWait();
        }
    }

    /** Runs it on all threads; the server answers only when every one of them is waiting. */
    private <T> List<T> together(Callable<T> task) throws InterruptedException, ExecutionException {
        server.gate = new CountDownLatch(1);
        Queue<Thread> entered = new ConcurrentLinkedQueue<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int number = 0; number < THREADS; number++) {
                running.add(threads.submit(() -> {
                    entered.add(Thread.currentThread());
                    return task.call();
                }));
            }
            while (entered.size() < THREADS || !entered.stream().allMatch(TokenCacheTest::isWaiting)) {
                Thread.onSpinWait();
            }
            server.gate.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : running) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
