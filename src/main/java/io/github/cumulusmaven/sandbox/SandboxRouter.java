package io.github.cumulusmaven.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Leads each request to the endpoint of its path. Whatever happens there, the client gets one well-formed answer.
 *
 * @param discovery what the server can do
 * @param auth registration and tokens
 * @param exports kick-off, status and files
 * @param resources single resources
 * @param listener told of each answer
 */
record SandboxRouter(
        DiscoveryEndpoint discovery,
        AuthEndpoint auth,
        ExportEndpoint exports,
        ResourceEndpoint resources,
        SandboxListener listener)
        implements HttpHandler {
    static final String FHIR = "/fhir";
    static final String TOKEN = "/auth/token";
    static final String REGISTER = "/auth/register";

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
            return answer(request);
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

    private Answer answer(Request request) throws IOException, Refusal {
        List<String> path = request.path();
        String first = path.get(0);
        if (first.equals("fhir")) {
            return fhir(request, path.subList(1, path.size()));
        }
        return switch (first + "/" + (path.size() == 2 ? path.get(1) : "")) {
            case "auth/token" -> auth.token(request);
            case "auth/register" -> auth.register(request);
            default -> throw nothingHere();
        };
    }

    private Answer fhir(Request request, List<String> path) throws IOException, Refusal {
        return switch (path.size()) {
            case 1 -> one(request, path.get(0));
            case 2 -> two(request, path.get(0), path.get(1));
            case 3 -> three(request, path.get(0), path.get(1), path.get(2));
            default -> throw nothingHere();
        };
    }

    private Answer one(Request request, String only) throws IOException, Refusal {
        return switch (only) {
            case "metadata" -> discovery.capabilities(request);
            case "$export" -> exports.system(request);
            default -> throw nothingHere();
        };
    }

    private Answer two(Request request, String first, String second) throws IOException, Refusal {
        return switch (first + "/" + second) {
            case ".well-known/smart-configuration" -> discovery.smartConfiguration(request);
            case "Patient/$export" -> exports.patients(request);
            default ->
                first.equals(ExportEndpoint.STATUS)
                        ? exports.status(request, second)
                        : resources.read(request, first, second);
        };
    }

    private Answer three(Request request, String first, String second, String third) throws IOException, Refusal {
        if (first.equals("Group") && third.equals("$export")) {
            return exports.group(request, second);
        }
        if (first.equals(ExportEndpoint.FILES)) {
            return exports.file(request, second, third);
        }
        throw nothingHere();
    }

    private static Refusal nothingHere() {
        return Refusal.notFound("There is nothing at this path");
    }
}
