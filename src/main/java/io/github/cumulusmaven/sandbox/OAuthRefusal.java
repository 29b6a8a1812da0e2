package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;

/** The authorization server's no, in OAuth's form (RFC 6749, section 5.2; RFC 7591, section 3.2.2). */
final class OAuthRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String description;

    private OAuthRefusal(int status, String error, String description) {
        super(error + ": " + description);
        this.status = status;
        this.error = error;
        this.description = description;
    }

    static OAuthRefusal badRequest(String error, String description) {
        return new OAuthRefusal(400, error, description);
    }

    /** A client that is not who it says, or not known, has not authenticated: that is a 401. */
    static OAuthRefusal ofClient(String error, String description) {
        return new OAuthRefusal(error.equals("invalid_client") ? 401 : 400, error, description);
    }

    Answer answer() {
        ObjectNode json =
                FhirJson.mapper().createObjectNode().put("error", error).put("error_description", description);
        return Answer.json(status, Answer.JSON, json);
    }
}
