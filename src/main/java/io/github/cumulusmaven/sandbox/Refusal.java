package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import java.util.List;

/**
 * The client gets no for an answer: in the form of an OperationOutcome (KO-21), from the authorization server in OAuth's
 * (RFC 6749, section 5.2; RFC 7591, section 3.2.2).
 */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    private Refusal(String words, Answer answer) {
        super(answer.status() + " " + words);
        this.answer = answer;
    }

    private Refusal(int status, String code, String words) {
        this(words, Answer.outcome(status, Outcomes.of(Severity.ERROR, code, words)));
    }

    private Refusal(int status, String code, String words, String header, String value) {
        this(
                words,
                Answer.outcome(status, Outcomes.of(Severity.ERROR, code, words)).with(header, value));
    }

    static Refusal badRequest(String words) {
        return new Refusal(400, "invalid", words);
    }

    static Refusal notSupported(String words) {
        return new Refusal(400, "not-supported", words);
    }

    /** The challenge is the value of {@code WWW-Authenticate} (RFC 6750, section 3). */
    static Refusal unauthorized(String challenge, String words) {
        return new Refusal(401, "login", words, "WWW-Authenticate", challenge);
    }

    static Refusal forbidden(String words) {
        return new Refusal(403, "forbidden", words, "WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
    }

    static Refusal notFound(String words) {
        return new Refusal(404, "not-found", words);
    }

    static Refusal wrongMethod(List<String> allowed) {
        String names = String.join(", ", allowed);
        return new Refusal(405, "not-supported", "Only " + names + " is possible here", "Allow", names);
    }

    static Refusal tooLarge(int limit) {
        return new Refusal(413, "too-long", "A request body may have " + limit + " bytes");
    }

    /** The request was made for another server (RFC 9110, section 15.5.20). */
    static Refusal misdirected() {
        return new Refusal(421, "security", "This server answers to 127.0.0.1 and localhost only");
    }

    /** A client that is not who it says, or not known, has not authenticated: that is a 401. */
    static Refusal oauth(String error, String description) {
        ObjectNode json =
                FhirJson.mapper().createObjectNode().put("error", error).put("error_description", description);
        int status = error.equals("invalid_client") ? 401 : 400;
        return new Refusal(error + ": " + description, Answer.json(status, Answer.JSON, json));
    }

    Answer answer() {
        return answer;
    }
}
