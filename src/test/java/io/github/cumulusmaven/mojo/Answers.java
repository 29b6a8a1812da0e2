package io.github.cumulusmaven.mojo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback that gives the answers a test has laid down for it, and 404 for the rest. */
final class Answers implements AutoCloseable {
    /**
     * An answer. In headers and body, {@code BASE} stands for the server's address, and {@code ASSERTION} for the client
     * assertion that came last.
     */
    record Answer(int status, Map<String, String> headers, String body) {}

    private static final Pattern ASSERTION = Pattern.compile("client_assertion=([^&]+)");

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Runnable> deeds = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private volatile String assertion = "";

    Answers() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** From now on done first when this method and path are asked for. */
    Answers before(String request, Runnable deed) {
        deeds.put(request, deed);
        return this;
    }

    /** From now on the answer to this method and path. */
    Answers on(String request, int status, String body) {
        return on(request, status, Map.of(), body);
    }

    Answers on(String request, int status, Map<String, String> headers, String body) {
        answers.put(request, new Answer(status, headers, body));
        return this;
    }

    /** A server that has one file of patients, for whoever asks. */
    Answers exporting() {
        String patient = "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n";
        return on("GET /fhir/$export", 202, Map.of("Content-Location", "BASE/jobs/1"), "")
                .on(
                        "GET /jobs/1",
                        200,
                        "{\"transactionTime\":\"2026-03-04T05:06:07Z\",\"requiresAccessToken\":false,\"output\":"
                                + "[{\"type\":\"Patient\",\"url\":\"BASE/files/p\",\"count\":1}],\"error\":[]}")
                .on("GET /files/p", 200, patient)
                .on("DELETE /jobs/1", 202, "");
    }

    /** Method and path, in order. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Every {@code Authorization} header that came. */
    List<String> credentials() {
        return List.copyOf(credentials);
    }

    /** The client assertion that came last; empty where none came. */
    String assertion() {
        return assertion;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            requests.add(request);
            credentials.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            Matcher form =
                    ASSERTION.matcher(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            assertion = form.find() ? form.group(1) : assertion;
            deeds.getOrDefault(request, () -> {}).run();
            Answer answer = answers.getOrDefault(request, new Answer(404, Map.of(), ""));
            byte[] body = withBase(answer.body()).getBytes(StandardCharsets.UTF_8);
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, withBase(value)));
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private String withBase(String text) {
        return text.replace("BASE", url("").toString()).replace("ASSERTION", assertion);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
