package io.github.cumulusmaven.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Where every request comes in: whatever happens behind it, the client gets one well-formed answer. */
final class FrontDoor implements HttpHandler {
    private final Routes routes;
    private final SandboxListener listener;

    FrontDoor(Routes routes, SandboxListener listener) {
        this.routes = routes;
        this.listener = listener;
    }

    @Override
    public void handle(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        String path = Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse("");
        try (exchange) {
            Answer answer = answer(exchange, method, path);
            listener.answered(method, path, answer.status(), send(answer, exchange));
        }
    }

    private Answer answer(HttpExchange exchange, String method, String path) {
        try {
            Request request = Request.of(exchange);
            if (!isForThisServer(request)) {
                throw Refusal.misdirected();
            }
            return routes.answer(request);
        } catch (Refusal refusal) {
            return refusal.answer();
        } catch (IOException | RuntimeException fault) {
            listener.failed(method, path, fault);
            return Answer.outcome(500, Outcomes.of(Severity.FATAL, "exception", "The sandbox server has a fault"));
        }
    }

    /** A web page that rebinds its own name to 127.0.0.1 must not reach the data through the user's browser. */
    private static boolean isForThisServer(Request request) {
        try {
            return request.header("Host")
                    .map(host -> Origin.of(URI.create("http://" + host)).isLoopback())
                    .orElse(false);
        } catch (IllegalArgumentException notAHost) {
            return false;
        }
    }

    private static long send(Answer answer, HttpExchange exchange) {
        try {
            return answer.send(exchange);
        } catch (IOException clientLeft) {
            return 0;
        }
    }
}
