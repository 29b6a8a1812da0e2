package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import java.util.List;
import java.util.Map;

/** The client gets no for an answer, in the form of an OperationOutcome (KO-21). */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String words;
    private final transient Map<String, String> headers;

    private Refusal(int status, String code, String words, Map<String, String> headers) {
        super(status + " " + words);
        this.status = status;
        this.code = code;
        this.words = words;
        this.headers = headers;
    }

    private Refusal(int status, String code, String words) {
        this(status, code, words, Map.of());
    }

    static Refusal badRequest(String words) {
        return new Refusal(400, "invalid", words);
    }

    static Refusal notSupported(String words) {
        return new Refusal(400, "not-supported", words);
    }

    /** The challenge is the value of {@code WWW-Authenticate} (RFC 6750, section 3). */
    static Refusal unauthorized(String challenge, String words) {
        return new Refusal(401, "login", words, Map.of("WWW-Authenticate", challenge));
    }

    static Refusal forbidden(String words) {
        return new Refusal(403, "forbidden", words, Map.of("WWW-Authenticate", "Bearer error=\"insufficient_scope\""));
    }

    static Refusal notFound(String words) {
        return new Refusal(404, "not-found", words);
    }

    static Refusal wrongMethod(List<String> allowed) {
        String names = String.join(", ", allowed);
        return new Refusal(405, "not-supported", "Only " + names + " is possible here", Map.of("Allow", names));
    }

    static Refusal tooLarge(int limit) {
        return new Refusal(413, "too-long", "A request body may have " + limit + " bytes");
    }

    /** The request was made for another server (RFC 9110, section 15.5.20). */
    static Refusal misdirected() {
        return new Refusal(421, "security", "This server answers to 127.0.0.1 and localhost only");
    }

    Answer answer() {
        return Answer.outcome(status, Outcomes.of(Severity.ERROR, code, words)).with(headers);
    }
}
