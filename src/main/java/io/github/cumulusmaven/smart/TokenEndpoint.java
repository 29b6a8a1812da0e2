package io.github.cumulusmaven.smart;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.ErrorWords;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.smart.SmartFailure.Answer;
import io.github.cumulusmaven.smart.SmartFailure.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Requests access tokens for one client (SM-10 to SM-14). */
public final class TokenEndpoint {
    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

    /** Matches a life of at most 999,999 seconds (eleven days); a larger number is not in seconds. */
    private static final Pattern LIFE = Pattern.compile("0*([1-9]\\d{0,5})(\\.\\d*)?");

    /** Matches a token that a header can carry (RFC 6750, section 2.1, read generously). */
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

    /** Matches the token type: Bearer in any case, as Apigee calls it, or none. */
    private static final Pattern BEARER = Pattern.compile("(?i)(bearer([ _-]?token)?)?");

    /**
     * OAuth's error codes that may go away with another attempt, or with the client's id beside its assertion; the
     * empty one is a bare 400 or 401.
     */
    private static final Set<String> OF_CLIENT = Set.of("", "invalid_client", "invalid_request", "invalid_grant");

    private static final Pattern CLIENT_ID = Pattern.compile("(?i)client[ _-]?id");
    private static final Duration HARMLESS_DRIFT = Duration.ofSeconds(30);
    private static final int MOST_WORDS = 300;
    private static final Pattern CODE = Pattern.compile("[a-z_]{1,40}");

    private final HttpGateway gateway;
    private final Retries retries;
    private final SmartConfiguration server;
    private final ClientCredentials client;
    private final InstantSource clock;
    private volatile boolean hasGranted;
    private volatile boolean namesClient;
    private volatile Duration clockSkew;

    public TokenEndpoint(
            HttpGateway gateway,
            Retries retries,
            SmartConfiguration server,
            ClientCredentials client,
            InstantSource clock) {
        this.gateway = gateway;
        this.retries = retries;
        this.server = server;
        this.client = client;
        this.clock = clock;
        this.clockSkew = server.clockSkew();
        client.key().addTo(gateway.secrets());
    }

    /**
     * Requests a new token for these scopes.
     *
     * @throws SmartFailure when the server gives none
     * @throws IOException when it cannot be reached
     */
    public AccessToken request(Collection<String> scopes) throws IOException, InterruptedException {
        return retries.run("access token", () -> attempt(scopes));
    }

    /**
     * Returns how far the server's clock is ahead of ours, by its last answer that showed a difference; zero without
     * one.
     */
    public Duration clockSkew() {
        return clockSkew;
    }

    private AccessToken attempt(Collection<String> scopes) throws IOException, InterruptedException {
        Duration assumed = clockSkew;
        try {
            return once(scopes, namesClient);
        } catch (SmartFailure refusal) {
            if (!isOfClient(refusal)) {
                throw refusal;
            }
            if (clockSkew.equals(assumed)) {
                return orNamingClient(scopes, refusal);
            }
            try {
                return once(scopes, namesClient);
            } catch (SmartFailure again) {
                return orNamingClient(scopes, again);
            }
        }
    }

    private AccessToken orNamingClient(Collection<String> scopes, SmartFailure refusal)
            throws IOException, InterruptedException {
        if (hasGranted || namesClient || !isOfClient(refusal)) {
            throw refusal;
        }
        return namingClient(scopes, refusal);
    }

    /** Repeats the request with the client's id in the form (RFC 7521, section 4.2), which some servers demand. */
    private AccessToken namingClient(Collection<String> scopes, SmartFailure refusal)
            throws IOException, InterruptedException {
        try {
            AccessToken token = once(scopes, true);
            namesClient = true;
            return token;
        } catch (SmartFailure again) {
            boolean wanted =
                    CLIENT_ID.matcher(String.valueOf(refusal.getMessage())).find();
            throw wanted ? again : refusal;
        }
    }

    private static boolean isOfClient(SmartFailure refusal) {
        return refusal.kind() == Kind.TOKEN_REFUSED
                && refusal.answer()
                        .filter(answer -> answer.status() == 400 || answer.status() == 401)
                        .filter(answer -> OF_CLIENT.contains(answer.error().orElse("")))
                        .isPresent();
    }

    private AccessToken once(Collection<String> scopes, boolean namingClient) throws IOException, InterruptedException {
        Instant now = clock.instant();
        String assertion = ClientAssertion.sign(client, server.tokenEndpoint(), now.plus(clockSkew));
        secrets().addRenewed(assertion);
        HttpCall call = HttpCall.form(server.tokenEndpoint(), form(scopes, assertion, namingClient));
        try (HttpReply reply = gateway.send(call, Authorizer.NONE)) {
            Instant received = clock.instant();
            String text = reply.text();
            Optional<ObjectNode> json = FhirJson.parseAnswer(text);
            if (reply.status() / 100 != 2
                    || json.filter(body -> body.hasNonNull("error")).isPresent()) {
                if (reply.header("Date").isPresent()) {
                    learnTime(SmartConfiguration.skew(reply, received));
                }
                throw refused(json, reply.refusal(ErrorWords.ofPage(text)));
            }
            AccessToken token = token(json.orElseThrow(() -> unusable("not JSON")), scopes, now);
            secrets().addRenewed(token.value());
            hasGranted = true;
            return token;
        }
    }

    /**
     * Takes over the measured difference of the clocks. Where nobody has read the SMART configuration, this answer is
     * the first to show the server's clock.
     */
    private void learnTime(Duration measured) {
        if (measured.minus(clockSkew).abs().compareTo(HARMLESS_DRIFT) > 0) {
            clockSkew = measured;
        }
    }

    private String form(Collection<String> scopes, String assertion, boolean namingClient) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "client_credentials");
        fields.put("scope", String.join(" ", scopes));
        if (namingClient) {
            fields.put("client_id", client.clientId());
        }
        fields.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        fields.put("client_assertion", assertion);
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private SmartFailure refused(Optional<ObjectNode> json, HttpRefusal refusal) {
        boolean ofRequest = refusal.status() < 500;
        Optional<String> described = said(json, "error_description").filter(words -> ofRequest);
        Answer answer = new Answer(
                refusal.status(),
                said(json, "error")
                        .filter(code -> ofRequest || CODE.matcher(code).matches()),
                described.isEmpty()
                        ? refusal.detail()
                                .filter(detail -> said(json, "error").isEmpty() || !ofRequest)
                                .or(refusal::supportId)
                        : Optional.of(described.get()
                                + refusal.supportId().map(id -> "; " + id).orElse("")),
                said(json, "error_uri").filter(words -> ofRequest));
        boolean passing = refusal.isPassing() || isHiccup(answer);
        return SmartFailure.answered(Kind.TOKEN_REFUSED, where(), answer, passing, refusal);
    }

    private Optional<String> said(Optional<ObjectNode> json, String field) {
        return json.flatMap(body -> FhirJson.text(body, field))
                .map(words -> secrets().words(words, MOST_WORDS))
                .filter(words -> !words.isEmpty());
    }

    private Secrets secrets() {
        return gateway.secrets();
    }

    /**
     * Tells whether the refusal may pass: some servers now and then do not know a client to which they have given a
     * token before.
     */
    private boolean isHiccup(Answer answer) {
        boolean unknown =
                answer.error().filter(code -> !code.equals("invalid_client")).isEmpty();
        return hasGranted && answer.status() == 400 && unknown;
    }

    AccessToken token(ObjectNode json, Collection<String> asked, Instant now) throws SmartFailure {
        String type = FhirJson.text(json, "token_type").orElse("").trim();
        if (!BEARER.matcher(type).matches()) {
            throw unusable("token_type is not bearer");
        }
        String value = FhirJson.text(json, "access_token")
                .filter(token -> TOKEN.matcher(token).matches())
                .orElseThrow(() -> unusable("no access_token"));
        Set<String> granted = FhirJson.text(json, "scope")
                .filter(scope -> !scope.isBlank())
                .map(scope -> Set.copyOf(Arrays.asList(scope.trim().split("\\s+"))))
                .orElse(Set.copyOf(asked));
        return new AccessToken(value, now.plus(life(json)), granted);
    }

    private static Duration life(ObjectNode json) {
        return FhirJson.text(json, "expires_in")
                .map(text -> LIFE.matcher(text.trim()))
                .filter(Matcher::matches)
                .map(matcher -> Duration.ofSeconds(Long.parseLong(matcher.group(1))))
                .orElse(DEFAULT_LIFE);
    }

    private SmartFailure unusable(String why) {
        return SmartFailure.of(Kind.BAD_TOKEN_REPLY, where(), why);
    }

    private String where() {
        return RedactedUrl.of(server.tokenEndpoint());
    }
}
