package io.github.cumulusmaven.smart;

import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.http.TestServer.Request;
import java.net.URI;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A SMART server with one client: it checks assertions and their replay, and numbers its tokens. */
final class TokenServer implements AutoCloseable {
    private static final String TOKEN = "/oauth/token";

    private final TestServer server;
    private final InstantSource clock;
    private final AssertionVerifier verifier;
    private final AtomicInteger tokens = new AtomicInteger();
    private final Queue<Answer> scripted = new ConcurrentLinkedQueue<>();
    volatile Answer discovery;

    /** Token requests wait for it. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    /**
     * A server that knows one key. Its answers are dated by the machine's clock.
     *
     * @param clock by which it judges assertions
     */
    TokenServer(SigningKey registered, InstantSource clock) throws SmartFailure {
        this.server = new TestServer();
        this.clock = clock;
        this.verifier = new AssertionVerifier(registered.publicJwks(), "client-1", tokenUrl());
        this.discovery = Answer.of(200, "{\"token_endpoint\":\"" + tokenUrl() + "\"}");
        server.on(TOKEN, this::token)
                .otherwise(request ->
                        request.path().endsWith("/.well-known/smart-configuration") ? discovery : Answer.of(404));
    }

    URI url(String path) {
        return server.url(path);
    }

    URI tokenUrl() {
        return url(TOKEN);
    }

    /** The next answers of the token endpoint; after them it is itself again. */
    void script(Answer... answers) {
        scripted.addAll(Arrays.asList(answers));
    }

    List<Request> requests() {
        return server.requests();
    }

    List<Request> tokenRequests() {
        return server.requests(TOKEN);
    }

    private Answer token(Request request) {
        awaitGate();
        Answer instead = scripted.poll();
        return instead != null ? instead : checked(request);
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer checked(Request request) {
        try {
            verifier.verify(request.form().get("client_assertion"), clock.instant());
        } catch (AssertionRefused refused) {
            return Answer.of(
                    400,
                    "{\"error\":\"" + refused.error() + "\",\"error_description\":\"" + refused.description() + "\"}");
        }
        return Answer.of(
                200,
                "{\"access_token\":\"token-" + tokens.incrementAndGet()
                        + "\",\"token_type\":\"bearer\",\"expires_in\":300}");
    }

    @Override
    public void close() {
        server.close();
    }
}
