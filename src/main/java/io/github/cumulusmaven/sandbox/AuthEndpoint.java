package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import io.github.cumulusmaven.smart.SmartFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The authorization server: registration of keys, and tokens for signed assertions. */
final class AuthEndpoint {
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final Clients clients;
    private final AccessTokens tokens;
    private final InstantSource clock;

    AuthEndpoint(Clients clients, AccessTokens tokens, InstantSource clock) {
        this.clients = clients;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** {@code jwks=…} becomes a client id. */
    Answer register(Request request) throws Refusal {
        request.allow("POST");
        try {
            String clientId = clients.register(only(form(request), "jwks"));
            return answer(
                    201,
                    FhirJson.mapper()
                            .createObjectNode()
                            .put("client_id", clientId)
                            .put("token_endpoint_auth_method", "private_key_jwt"));
        } catch (SmartFailure unusable) {
            throw Refusal.oauth("invalid_client_metadata", "jwks holds no usable public key");
        }
    }

    /** A signed assertion becomes an access token (SM-10, SM-12). */
    Answer token(Request request) throws Refusal {
        request.allow("POST");
        Map<String, List<String>> form = form(request);
        if (!only(form, "grant_type").equals("client_credentials")) {
            throw Refusal.oauth("unsupported_grant_type", "grant_type must be client_credentials");
        }
        if (!only(form, "client_assertion_type").equals(ASSERTION_TYPE)) {
            throw Refusal.oauth("invalid_request", "client_assertion_type must be " + ASSERTION_TYPE);
        }
        String clientId = clients.authenticate(only(form, "client_assertion"), clock.instant());
        return grant(new Access(clientId, Scopes.parse(only(form, "scope"))));
    }

    private Answer grant(Access access) {
        return answer(
                        200,
                        FhirJson.mapper()
                                .createObjectNode()
                                .put("access_token", tokens.issue(access))
                                .put("token_type", "bearer")
                                .put("expires_in", AccessTokens.LIFE.toSeconds())
                                .put("scope", access.scopes().text()))
                .with("Pragma", "no-cache");
    }

    private static Answer answer(int status, ObjectNode json) {
        return Answer.json(status, Answer.JSON, json).with("Cache-Control", "no-store");
    }

    private static Map<String, List<String>> form(Request request) throws Refusal {
        if (!request.isForm()) {
            throw Refusal.oauth("invalid_request", "The body must be application/x-www-form-urlencoded");
        }
        return request.form();
    }

    private static String only(Map<String, List<String>> form, String name) throws Refusal {
        List<String> values = form.getOrDefault(name, List.of());
        if (values.size() != 1 || values.get(0).isBlank()) {
            throw Refusal.oauth("invalid_request", name + " must be there, once");
        }
        return values.get(0);
    }
}
