package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.http.TestServer.Handler;
import io.github.cumulusmaven.http.TestServer.Request;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A FHIR server that gives the answers a test has laid down for method and path, and 404 for the rest. */
final class FhirServer implements AutoCloseable {
    private final TestServer server = new TestServer().otherwise(this::answer);
    private final Map<String, Handler> answers = new ConcurrentHashMap<>();
    private final Map<String, Runnable> deeds = new ConcurrentHashMap<>();

    URI url(String path) {
        return server.url(path);
    }

    /** From now on done first when this method and path are asked for. */
    FhirServer before(String request, Runnable deed) {
        deeds.put(request, deed);
        return this;
    }

    /** From now on the answer to this method and path. */
    FhirServer on(String request, int status, String body) {
        return on(request, status, Map.of(), body);
    }

    /**
     * From now on the answer to this method and path. In headers and body, {@code BASE} stands for the server's address,
     * and {@code ASSERTION} for the client assertion that came last.
     */
    FhirServer on(String request, int status, Map<String, String> headers, String body) {
        answers.put(request, asked -> {
            Answer answer = Answer.of(status, withBase(body));
            for (Map.Entry<String, String> header : headers.entrySet()) {
                answer = answer.with(header.getKey(), withBase(header.getValue()));
            }
            return answer;
        });
        return this;
    }

    /** A server that has one file of patients, for whoever asks. */
    FhirServer exporting() {
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
        return server.requests().stream().map(Request::line).toList();
    }

    /** Every {@code Authorization} header that came. */
    List<String> credentials() {
        return server.headers("Authorization").stream()
                .filter(header -> !header.isEmpty())
                .toList();
    }

    /** The client assertion that came last; empty where none came. */
    String assertion() {
        return server.requests().stream()
                .map(request -> request.form().getOrDefault("client_assertion", ""))
                .filter(sent -> !sent.isEmpty())
                .reduce("", (before, last) -> last);
    }

    private Answer answer(Request request) {
        deeds.getOrDefault(request.line(), () -> {}).run();
        return answers.getOrDefault(request.line(), other -> Answer.of(404)).answer(request);
    }

    private String withBase(String text) {
        return text.replace("BASE", url("").toString()).replace("ASSERTION", assertion());
    }

    @Override
    public void close() {
        server.close();
    }
}
