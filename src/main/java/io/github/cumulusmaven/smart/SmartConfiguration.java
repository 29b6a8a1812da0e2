package io.github.cumulusmaven.smart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.ServerWords;
import io.github.cumulusmaven.smart.SmartFailure.Answer;
import io.github.cumulusmaven.smart.SmartFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A FHIR server's SMART configuration. Only the token endpoint is relied on: servers in use leave out or overstate the
 * rest (SM-04).
 *
 * @param tokenEndpoint absolute
 * @param scopesSupported as advertised
 * @param capabilities as advertised
 * @param clockSkew how far the server's clock is ahead of ours, zero where that does not matter (SM-09)
 */
public record SmartConfiguration(
        URI tokenEndpoint, Set<String> scopesSupported, Set<String> capabilities, Duration clockSkew) {
    private static final Duration HARMLESS_SKEW = Duration.ofSeconds(30);
    private static final int LONGEST_URL = 200;

    public SmartConfiguration {
        scopesSupported = Set.copyOf(scopesSupported);
        capabilities = Set.copyOf(capabilities);
    }

    /**
     * Asks the FHIR server at this base URL. No credential is sent.
     *
     * @throws SmartFailure when the server has no such document, or another
     * @throws IOException when the server cannot be reached
     */
    public static SmartConfiguration discover(HttpGateway gateway, Retries retries, URI fhirBase, InstantSource clock)
            throws IOException, InterruptedException {
        URI folder = URI.create(fhirBase.toString().replaceFirst("/*([?#].*)?$", "/"));
        URI document = folder.resolve(".well-known/smart-configuration");
        gateway.allow(fhirBase);
        return retries.run("SMART configuration", () -> read(gateway, document, folder, clock));
    }

    private static SmartConfiguration read(HttpGateway gateway, URI document, URI fhirBase, InstantSource clock)
            throws IOException, InterruptedException {
        HttpCall call = HttpCall.get(document, "application/json");
        try (HttpReply reply = gateway.send(call, Authorizer.NONE)) {
            Instant received = clock.instant();
            String text = reply.text();
            if (reply.status() != 200) {
                throw refused(document, reply.refusal(text));
            }
            return parse(text, document, named -> gateway.resolve(fhirBase, named), skew(reply, received));
        }
    }

    /** Reads the document, with a function that makes its URLs absolute. */
    static SmartConfiguration parse(String text, URI document, Function<String, Optional<URI>> urls, Duration skew)
            throws SmartFailure {
        ObjectNode json = FhirJson.parseAnswer(text).orElseThrow(() -> other(document, text));
        return new SmartConfiguration(
                tokenEndpoint(json, document, urls),
                strings(json.path("scopes_supported")),
                strings(json.path("capabilities")),
                skew);
    }

    private static SmartFailure refused(URI document, HttpRefusal refusal) {
        Answer answer = new Answer(refusal.status(), Optional.empty(), refusal.detail(), Optional.empty());
        return SmartFailure.answered(Kind.NO_DISCOVERY, RedactedUrl.of(document), answer, refusal.isPassing(), refusal);
    }

    private static SmartFailure other(URI document, String text) {
        String what = text.isBlank() ? "empty" : text.stripLeading().startsWith("<") ? "a web page" : "not JSON";
        return SmartFailure.of(Kind.BAD_DISCOVERY, RedactedUrl.of(document), what);
    }

    /**
     * Reads the token endpoint. A relative URL is meant relative to the FHIR base (SM-03). A proxy's http for the
     * server's own https is corrected.
     */
    private static URI tokenEndpoint(ObjectNode json, URI document, Function<String, Optional<URI>> urls)
            throws SmartFailure {
        String named = FhirJson.text(json, "token_endpoint").map(String::trim).orElse("");
        return urls.apply(named)
                .filter(url -> !Origin.of(url).isExposed())
                .orElseThrow(() -> SmartFailure.of(
                        Kind.NO_TOKEN_ENDPOINT,
                        RedactedUrl.of(document),
                        named.isEmpty() ? "" : ServerWords.shown(RedactedUrl.of(named), LONGEST_URL)));
    }

    private static Set<String> strings(JsonNode array) {
        Set<String> strings = new LinkedHashSet<>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }

    /**
     * Measures by the date of an answer how far the server's clock is ahead of ours; zero where the difference is
     * harmless.
     */
    static Duration skew(HttpReply reply, Instant received) {
        return reply.header("Date")
                .flatMap(SmartConfiguration::date)
                .map(sent -> Duration.between(received, sent.plus(age(reply))))
                .filter(skew -> skew.abs().compareTo(HARMLESS_SKEW) > 0)
                .orElse(Duration.ZERO);
    }

    private static Optional<Instant> date(String value) {
        try {
            return Optional.of(ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /** Reads the age of an answer out of a cache ({@code Age}), whose date is just as old. */
    private static Duration age(HttpReply reply) {
        return reply.header("Age")
                .map(String::trim)
                .filter(seconds -> seconds.matches("\\d{1,9}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO);
    }
}
