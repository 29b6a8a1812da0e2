package io.github.cumulusmaven.smart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A SMART server on loopback with one client: it checks assertions and their replay, and numbers its tokens. */
final class TokenServer implements AutoCloseable {
    /** What the client sent, besides its form. */
    record Request(String method, String path, Map<String, List<String>> headers, String body) {
        Map<String, String> form() {
            return Arrays.stream(body.split("&"))
                    .map(field -> field.split("=", 2))
                    .collect(Collectors.toMap(field -> field[0], field -> decode(field[1])));
        }

        private static String decode(String value) {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        }
    }

    /** An answer to be given instead of the regular one. */
    record Reply(int status, String body, Map<String, String> headers) {
        static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InstantSource clock;
    private final AssertionVerifier verifier;
    private final AtomicInteger tokens = new AtomicInteger();
    private final Queue<Reply> scripted = new ConcurrentLinkedQueue<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();
    volatile Reply discovery;

    /** Token requests wait for it. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    TokenServer(SigningKey registered, InstantSource clock) throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.clock = clock;
        this.verifier = new AssertionVerifier(registered.publicJwks(), "client-1", tokenUrl());
        this.discovery = Reply.of(200, "{\"token_endpoint\":\"" + tokenUrl() + "\"}");
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    URI tokenUrl() {
        return url("/oauth/token");
    }

    /** The next answers of the token endpoint; after them it is itself again. */
    void script(Reply... replies) {
        scripted.addAll(Arrays.asList(replies));
    }

    List<Request> tokenRequests() {
        return requests.stream()
                .filter(request -> request.path().equals("/oauth/token"))
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            Reply reply = reply(request);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Reply reply(Request request) {
        if (request.path().endsWith("/.well-known/smart-configuration")) {
            return discovery;
        }
        if (!request.path().equals("/oauth/token")) {
            return Reply.of(404, "");
        }
        awaitGate();
        Reply instead = scripted.poll();
        return instead != null ? instead : token(request.form());
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply token(Map<String, String> form) {
        try {
            verifier.verify(form.get("client_assertion"), clock.instant());
        } catch (AssertionRefused refused) {
            return Reply.of(
                    400,
                    "{\"error\":\"" + refused.error() + "\",\"error_description\":\"" + refused.description() + "\"}");
        }
        return Reply.of(
                200,
                "{\"access_token\":\"token-" + tokens.incrementAndGet()
                        + "\",\"token_type\":\"bearer\",\"expires_in\":300}");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
