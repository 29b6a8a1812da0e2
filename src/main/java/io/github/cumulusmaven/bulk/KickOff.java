package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.Daemons;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.ErrorWords;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Asks the server to begin (KO ids). A kick-off makes a job that may run for days, so it is repeated only where the
 * server cannot have begun: no connection, or a plain "not now".
 */
final class KickOff {
    private static final Duration METADATA_LIMIT = Duration.ofSeconds(5);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final ExportConfig config;
    private final HttpGateway gateway;
    private final Authorizer authorizer;
    private final Retries retries;
    private final InstantSource clock;
    private final KickOffNote note;

    /** The retries are for a server that cannot be connected; their sleeper serves one that is busy, too. */
    KickOff(
            ExportConfig config,
            HttpGateway gateway,
            Authorizer authorizer,
            Retries retries,
            InstantSource clock,
            KickOffNote note) {
        this.config = config;
        this.gateway = gateway;
        this.authorizer = authorizer;
        this.retries = retries;
        this.clock = clock;
        this.note = note;
    }

    /** Tells how one attempt ended. */
    private sealed interface Result {
        /** The server has answered; it may have refused, or asked to be asked again. */
        record Answered(KickOffAnswer answer) implements Result {}

        /** The request may have arrived, and is not to be repeated. */
        record Unknown(IOException cause) implements Result {}
    }

    /** Sends the kick-off; the answer may be a refusal. */
    KickOffAnswer send() throws ExportFailure, IOException, InterruptedException {
        URI url = URI.create(config.target().exportUrl() + config.parameters().query());
        Supplier<JsonNode> metadata = beginMetadata();
        HttpCall call = HttpCall.get(url, "application/fhir+json")
                .with("Prefer", "respond-async")
                .onceOnly();
        Instant giveUp = clock.instant().plus(config.patience().kickoffRetryWindow());
        for (int refusals = 1; ; refusals++) {
            Result result = retries.run("kick-off", () -> attempt(call, metadata));
            if (result instanceof Result.Unknown unknown) {
                throw new ExportFailure(Kind.KICKOFF_UNKNOWN, RedactedUrl.of(url), unknown.cause());
            }
            KickOffAnswer answer = ((Result.Answered) result).answer();
            Duration wait = waitAfter(refusals, answer);
            if (!isNotNow(answer) || clock.instant().plus(wait).isAfter(giveUp)) {
                return answer;
            }
            await(refusals, wait, giveUp, answer);
        }
    }

    /** Says whether the server has not begun, and may begin when it is asked again. */
    private static boolean isNotNow(KickOffAnswer answer) {
        return Tolerances.NOT_NOW.contains(answer.status());
    }

    private void await(int refusals, Duration wait, Instant giveUp, KickOffAnswer busy) throws InterruptedException {
        if (refusals == 1) {
            note.busy();
        }
        String what = "kick-off (until " + giveUp.truncatedTo(ChronoUnit.SECONDS) + " at the latest)";
        retries.listener().retrying(what, refusals, 0, busy.refusal(), wait);
        retries.sleeper().sleep(wait);
    }

    /** As long as the server asks, be it hours: one that is asked too soon may begin to count anew. */
    private Duration waitAfter(int refusals, KickOffAnswer answer) {
        Duration longest = config.patience().maxPollInterval();
        Duration grown = SHORTEST.multipliedBy(1L << Math.min(refusals - 1, 20));
        Duration ours = grown.compareTo(longest) < 0 ? grown : longest;
        return answer.retryAfter()
                .filter(asked -> asked.compareTo(SHORTEST) > 0)
                .orElse(ours);
    }

    private Result attempt(HttpCall call, Supplier<JsonNode> metadata) throws IOException, InterruptedException {
        WatchedCredential credential = new WatchedCredential();
        try (HttpReply reply = gateway.send(call, credential)) {
            requireHome(call, reply);
            String body = body(reply);
            HttpRefusal refusal = reply.refusal(ErrorWords.ofPage(body));
            KickOffAnswer answer =
                    new KickOffAnswer(call.url(), reply.status(), reply.headers(), body, refusal, metadata);
            if (Tolerances.ANSWER_LOST.contains(reply.status())) {
                note.lost(refusal);
                return new Result.Unknown(refusal);
            }
            if (isNotNow(answer)) {
                note.notTaken();
            }
            return new Result.Answered(answer);
        } catch (HttpFailure failure) {
            if (credential.isUsed && isUnknown(failure)) {
                return new Result.Unknown(failure);
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
            note.sending();
            isUsed = true;
            return credential;
        }

        @Override
        public boolean renew(String refused) throws IOException, InterruptedException {
            note.notTaken();
            isUsed = false;
            return authorizer.renew(refused);
        }
    }

    /** Says whether the server may have begun; where it has not, the folder is to say so. */
    private boolean isUnknown(HttpFailure failure) throws IOException {
        switch (failure.kind()) {
            case NO_ANSWER, BROKEN, STALLED -> {
                return true;
            }
            case UNKNOWN_HOST,
                    NO_CONNECTION,
                    TLS,
                    REDIRECT_LOOP,
                    BAD_REDIRECT,
                    TIME_IS_UP,
                    NOT_WEB,
                    EXPOSED,
                    LOCAL_ADDRESS -> note.notTaken();
            case FOREIGN_ANSWER -> {
                // Its status has told.
            }
        }
        return false;
    }

    /** Who takes the job names the polling URL, which gets to see the token. */
    private void requireHome(HttpCall call, HttpReply reply) throws IOException {
        if (!Origin.of(reply.url()).equals(Origin.of(call.url()))) {
            if (reply.status() / 100 != 2) {
                note.notTaken();
            }
            throw new HttpFailure(HttpFailure.Kind.FOREIGN_ANSWER, call.method(), call.url());
        }
    }

    /** The headers tell whether the job was taken, and where it is; a job is not to wait for the words after them. */
    private String body(HttpReply reply) {
        boolean taken = KickOffAnswer.location(reply.status(), reply.headers()).isPresent();
        if (taken || reply.status() == 202) {
            return "";
        }
        try {
            return gateway.secrets().redactWords(reply.errorText());
        } catch (IOException cut) {
            return "";
        }
    }

    /** Asks beside the kick-off, which is not to wait for what only the log needs. */
    private Supplier<JsonNode> beginMetadata() {
        FutureTask<JsonNode> task = new FutureTask<>(this::capabilities);
        Daemons.named("cumulus-metadata").newThread(task).start();
        return () -> {
            try {
                return task.get();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException unavailable) {
                // A server without it is no worse.
            }
            return FhirJson.mapper().createObjectNode();
        };
    }

    /** For the log only, which names the server's software. */
    private JsonNode capabilities() throws IOException, InterruptedException {
        URI metadata = URI.create(config.target().base() + "/metadata");
        HttpCall call = HttpCall.get(metadata, "application/fhir+json")
                .with("Accept-Encoding", "gzip")
                .within(METADATA_LIMIT);
        try (HttpReply reply = gateway.send(call, Authorizer.NONE)) {
            Optional<ObjectNode> json = reply.status() == 200 ? FhirJson.parseAnswer(reply.text()) : Optional.empty();
            return json.orElseGet(FhirJson.mapper()::createObjectNode);
        }
    }

    /** A redirect to another server may be a gateway's, to its login page, which is not to see the token. */
    private static boolean isServers(KickOffAnswer answer, URI url) {
        return answer.status() / 100 == 2 || Origin.of(url).equals(Origin.of(answer.exportUrl()));
    }

    /**
     * The polling URL of an accepted job (KO-20), made absolute where the server forgot to.
     *
     * @param gateway that knows what the user knows of the server's addresses
     * @throws ExportFailure when the answer is a refusal, or accepts without saying where to ask
     */
    static URI statusUrl(KickOffAnswer answer, HttpGateway gateway) throws ExportFailure {
        String where = RedactedUrl.of(answer.exportUrl());
        if (!answer.isTaken()) {
            throw new ExportFailure(Kind.KICKOFF_REFUSED, where, answer.refusal());
        }
        String named = answer.location()
                .orElseThrow(
                        () -> new ExportFailure(Kind.KICKOFF_WITHOUT_STATUS_URL, where, Reason.NO_CONTENT_LOCATION));
        return gateway.resolve(answer.exportUrl(), named)
                .filter(url -> !Origin.of(url).isExposed() && isServers(answer, url))
                .orElseThrow(() -> ExportFailure.named(Kind.KICKOFF_WITHOUT_STATUS_URL, where, named));
    }
}
