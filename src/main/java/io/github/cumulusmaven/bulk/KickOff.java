package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
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
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the server to begin (KO ids). A kick-off makes a job that may run for days, so it is repeated only where the
 * server cannot have begun: no connection, or a plain "not now".
 */
final class KickOff {
    private static final int ACCEPTED = 202;
    private static final Set<Integer> NOT_NOW = Set.of(429, 503);

    /** A gateway's word: what is behind it may have begun. */
    private static final Set<Integer> LOST = Set.of(408, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527);

    private static final Duration METADATA_LIMIT = Duration.ofSeconds(20);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final ExportConfig config;
    private final HttpGateway gateway;
    private final Authorizer authorizer;
    private final Retries retries;
    private final InstantSource clock;
    private final Witness witness;

    /** The retries are for a server that cannot be connected; their sleeper serves one that is busy, too. */
    KickOff(
            ExportConfig config,
            HttpGateway gateway,
            Authorizer authorizer,
            Retries retries,
            InstantSource clock,
            Witness witness) {
        this.config = config;
        this.gateway = gateway;
        this.authorizer = authorizer;
        this.retries = retries;
        this.clock = clock;
        this.witness = witness;
    }

    /** Sees what becomes of the request; what it keeps tells another run, should this one be killed. */
    interface Witness {
        /** From here on, the server may have begun. */
        void sending() throws IOException;

        /** The server has not begun. */
        void notTaken() throws IOException;

        /** A gateway answered in the server's place: whether that has begun is not known. */
        void lost(HttpRefusal answer);

        /** The server is too busy, for the first time. */
        void busy();
    }

    /** The request may have arrived, and is not to be repeated. */
    private static final class Unknown extends IOException {
        private static final long serialVersionUID = 1L;

        Unknown(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** The server has not begun; asking again may help. */
    private static final class NotNow extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient KickOffAnswer answer;
        private final HttpRefusal refusal;

        NotNow(KickOffAnswer answer, HttpRefusal refusal) {
            super(refusal.getMessage(), refusal);
            this.answer = answer;
            this.refusal = refusal;
        }
    }

    /** Sends the kick-off; the answer may be a refusal. */
    KickOffAnswer send() throws ExportFailure, IOException, InterruptedException {
        URI url = URI.create(config.target().exportUrl() + config.parameters().query());
        JsonNode capabilities = capabilities();
        HttpCall call = HttpCall.get(url, "application/fhir+json")
                .with("Prefer", "respond-async")
                .onceOnly();
        Instant giveUp = clock.instant().plus(config.patience().kickoffRetryWindow());
        for (int refusals = 1; ; refusals++) {
            try {
                return retries.run("kick-off", () -> attempt(call, capabilities));
            } catch (Unknown unknown) {
                if (unknown.getCause() instanceof HttpRefusal refusal) {
                    witness.lost(refusal);
                }
                throw new ExportFailure(Kind.KICKOFF_UNKNOWN, RedactedUrl.of(url), unknown);
            } catch (NotNow busy) {
                Duration wait = waitAfter(refusals, busy.refusal);
                if (clock.instant().plus(wait).isAfter(giveUp)) {
                    return busy.answer;
                }
                await(refusals, wait, giveUp, busy);
            }
        }
    }

    private void await(int refusals, Duration wait, Instant giveUp, NotNow busy) throws InterruptedException {
        if (refusals == 1) {
            witness.busy();
        }
        String what = "kick-off (until " + giveUp.truncatedTo(ChronoUnit.SECONDS) + " at the latest)";
        retries.listener().retrying(what, refusals, 0, String.valueOf(busy.getMessage()), wait);
        retries.sleeper().sleep(wait);
    }

    /** As long as the server asks, be it hours: one that is asked too soon may begin to count anew. */
    private Duration waitAfter(int refusals, HttpRefusal refusal) {
        Duration longest = config.patience().maxPollInterval();
        Duration grown = SHORTEST.multipliedBy(1L << Math.min(refusals - 1, 20));
        Duration ours = grown.compareTo(longest) < 0 ? grown : longest;
        return refusal.retryAfter()
                .filter(asked -> asked.compareTo(SHORTEST) > 0)
                .orElse(ours);
    }

    private KickOffAnswer attempt(HttpCall call, JsonNode capabilities) throws IOException, InterruptedException {
        WatchedCredential credential = new WatchedCredential();
        try (HttpReply reply = gateway.send(call, credential)) {
            requireHome(call, reply);
            String body = body(reply);
            KickOffAnswer answer = new KickOffAnswer(call.url(), reply.status(), reply.headers(), body, capabilities);
            if (NOT_NOW.contains(reply.status())) {
                witness.notTaken();
                throw new NotNow(answer, reply.refusal(body));
            }
            if (LOST.contains(reply.status())) {
                throw new Unknown(reply.refusal(body));
            }
            return answer;
        } catch (HttpFailure failure) {
            if (credential.isUsed) {
                judge(failure);
            }
            throw failure;
        }
    }

    /** A credential that cannot be had, or not once more after a 401, makes no kick-off of unknown outcome. */
    private final class WatchedCredential implements Authorizer {
        private boolean isUsed;

        @Override
        public Optional<String> authorization(URI target) throws IOException, InterruptedException {
            Optional<String> credential = authorizer.authorization(target);
            witness.sending();
            isUsed = true;
            return credential;
        }

        @Override
        public boolean renew(String refused) throws IOException, InterruptedException {
            witness.notTaken();
            isUsed = false;
            return authorizer.renew(refused);
        }
    }

    private void judge(HttpFailure failure) throws IOException {
        switch (failure.kind()) {
            case NO_ANSWER, BROKEN, STALLED -> throw new Unknown(failure);
            case UNKNOWN_HOST,
                    NO_CONNECTION,
                    TLS,
                    REDIRECT_LOOP,
                    BAD_REDIRECT,
                    TIME_IS_UP,
                    NOT_WEB,
                    EXPOSED,
                    LOCAL_ADDRESS -> witness.notTaken();
            case FOREIGN_ANSWER -> {
                // Its status has told.
            }
        }
    }

    /** Who takes the job names the polling URL, which gets to see the token. */
    private void requireHome(HttpCall call, HttpReply reply) throws IOException {
        if (!Origin.of(reply.url()).equals(Origin.of(call.url()))) {
            if (reply.status() / 100 != 2) {
                witness.notTaken();
            }
            throw new HttpFailure(HttpFailure.Kind.FOREIGN_ANSWER, call.method(), call.url());
        }
    }

    /** The headers tell whether the job was taken, and where it is; a job is not to wait for the words after them. */
    private String body(HttpReply reply) {
        if (reply.status() == ACCEPTED) {
            return "";
        }
        try {
            return gateway.secrets().redactWords(reply.errorText());
        } catch (IOException cut) {
            return "";
        }
    }

    /** For the log only, which names the server's software: a server without it is no worse. */
    private JsonNode capabilities() throws InterruptedException {
        URI metadata = URI.create(config.target().base() + "/metadata");
        HttpCall call = HttpCall.get(metadata, "application/fhir+json").within(METADATA_LIMIT);
        try (HttpReply reply = gateway.send(call, Authorizer.NONE)) {
            if (reply.status() == 200) {
                return FhirJson.parseAnswer(reply.text())
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
     * @param secrets that a refusal may quote
     * @throws ExportFailure when the answer is a refusal, or accepts without saying where to ask
     */
    static URI statusUrl(KickOffAnswer answer, Instant now, Secrets secrets) throws ExportFailure {
        String where = RedactedUrl.of(answer.exportUrl());
        if (answer.status() != ACCEPTED) {
            HttpRefusal refusal = new HttpRefusal(
                    "GET",
                    answer.exportUrl(),
                    answer.status(),
                    answer.headers(),
                    answer.body(),
                    answer.headers().firstValue("Retry-After").flatMap(value -> RetryAfter.parse(value, now)),
                    Optional.empty(),
                    secrets);
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
