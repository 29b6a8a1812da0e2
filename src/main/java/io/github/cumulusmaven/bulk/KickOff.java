package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryAfter;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the server to begin (KO ids). A kick-off makes a job that may run for days, so it is repeated only where the
 * server cannot have begun: no connection, or a plain "not now".
 */
final class KickOff {
    private static final Set<Integer> NOT_NOW = Set.of(429, 503);
    private static final Duration METADATA_LIMIT = Duration.ofSeconds(20);

    private final ExportConfig config;
    private final HttpGateway gateway;
    private final Retries retries;
    private final Authorizer authorizer;

    KickOff(ExportConfig config, HttpGateway gateway, Retries retries, Authorizer authorizer) {
        this.config = config;
        this.gateway = gateway;
        this.retries = retries;
        this.authorizer = authorizer;
    }

    /** The request may have arrived, and is not to be repeated. */
    private static final class Unknown extends IOException {
        private static final long serialVersionUID = 1L;

        Unknown(HttpFailure cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** The server cannot have begun; asking again may help. */
    private static final class NotNow extends IOException implements Retries.Passing {
        private static final long serialVersionUID = 1L;

        private final transient KickOffAnswer answer;
        private final HttpRefusal refusal;

        NotNow(KickOffAnswer answer, HttpRefusal refusal) {
            super(refusal.getMessage(), refusal);
            this.answer = answer;
            this.refusal = refusal;
        }

        @Override
        public boolean isPassing() {
            return true;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return refusal.retryAfter();
        }
    }

    /** Sends the kick-off; the answer may be a refusal. */
    KickOffAnswer send() throws ExportFailure, IOException, InterruptedException {
        URI url = URI.create(config.target().exportUrl() + config.parameters().query());
        JsonNode capabilities = capabilities();
        HttpCall call = HttpCall.get(url, "application/fhir+json").with("Prefer", "respond-async");
        try {
            return retries.run("kick-off", () -> attempt(call, capabilities));
        } catch (Unknown unknown) {
            throw new ExportFailure(Kind.KICKOFF_UNKNOWN, SignedUrl.redact(url), unknown);
        } catch (NotNow stillNot) {
            return stillNot.answer;
        }
    }

    private KickOffAnswer attempt(HttpCall call, JsonNode capabilities) throws IOException, InterruptedException {
        try (HttpReply reply = gateway.send(call, authorizer)) {
            requireHome(call, reply);
            String body = body(reply);
            KickOffAnswer answer = new KickOffAnswer(call.url(), reply.status(), reply.headers(), body, capabilities);
            if (NOT_NOW.contains(reply.status()) && isSoon(reply)) {
                throw new NotNow(answer, reply.refusal(body));
            }
            return answer;
        } catch (HttpFailure failure) {
            throw mayHaveArrived(failure) ? new Unknown(failure) : failure;
        }
    }

    /** Who takes the job names the polling URL, which gets to see the token. */
    private static void requireHome(HttpCall call, HttpReply reply) throws HttpFailure {
        if (!Origin.of(reply.url()).equals(Origin.of(call.url()))) {
            throw new HttpFailure(HttpFailure.Kind.FOREIGN_ANSWER, call.method(), call.url());
        }
    }

    /** A wish for hours is not to be met with five requests in a few minutes. */
    private boolean isSoon(HttpReply reply) {
        return reply.retryAfter()
                .map(wish -> wish.compareTo(config.maxPollInterval()) <= 0)
                .orElse(true);
    }

    /** The headers tell whether the job was taken, and where it is; a job is not to be lost with the words after them. */
    private static String body(HttpReply reply) {
        try {
            return reply.errorText();
        } catch (IOException cut) {
            return "";
        }
    }

    private static boolean mayHaveArrived(HttpFailure failure) {
        return switch (failure.kind()) {
            case NO_ANSWER, BROKEN, STALLED -> true;
            case UNKNOWN_HOST, NO_CONNECTION, TLS, REDIRECT_LOOP, BAD_REDIRECT, FOREIGN_ANSWER, EXPOSED -> false;
        };
    }

    /** For the log only, which names the server's software: a server without it is no worse. */
    private JsonNode capabilities() throws InterruptedException {
        URI metadata = URI.create(config.target().base() + "/metadata");
        HttpCall call = HttpCall.get(metadata, "application/fhir+json").within(METADATA_LIMIT);
        try (HttpReply reply = gateway.send(call, Authorizer.NONE)) {
            if (reply.status() == 200) {
                return FhirJson.parseObject(reply.text())
                        .map(JsonNode.class::cast)
                        .orElseGet(FhirJson.mapper()::createObjectNode);
            }
        } catch (IOException unavailable) {
            return FhirJson.mapper().createObjectNode();
        }
        return FhirJson.mapper().createObjectNode();
    }

    /**
     * The polling URL of an accepted job (KO-20), made absolute where the server forgot to.
     *
     * @param now for a Retry-After that is a point of time
     * @throws ExportFailure when the answer is a refusal, or accepts without saying where to ask
     */
    static URI statusUrl(KickOffAnswer answer, Instant now) throws ExportFailure {
        String where = SignedUrl.redact(answer.exportUrl());
        if (answer.status() != 202) {
            HttpRefusal refusal = new HttpRefusal(
                    "GET",
                    answer.exportUrl(),
                    answer.status(),
                    FhirJson.parseObject(answer.body()).flatMap(OperationOutcome::of),
                    answer.headers().firstValue("Retry-After").flatMap(value -> RetryAfter.parse(value, now)));
            throw new ExportFailure(Kind.KICKOFF_REFUSED, where, refusal);
        }
        String location =
                answer.headers().firstValue("Content-Location").orElse("").trim();
        String what = location.isEmpty() ? "it has no Content-Location" : "its Content-Location is not a usable URL";
        return NamedUrl.resolve(answer.exportUrl(), location)
                .filter(url -> !Origin.of(url).isExposed())
                .orElseThrow(() -> new ExportFailure(Kind.KICKOFF_WITHOUT_STATUS_URL, where, what));
    }
}
