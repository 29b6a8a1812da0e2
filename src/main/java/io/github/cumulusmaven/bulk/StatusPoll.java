package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.Manifest.NotAManifest;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Asks until the job is done (ST ids). Days may pass: what looks like a passing fault is outlasted, what the server calls
 * a failure is not.
 */
final class StatusPoll {
    static final Duration SHORTEST = Duration.ofSeconds(1);

    /** How long a server may be out of reach in one piece: a night's maintenance, a weekend's morning. */
    static final Duration PATIENCE = Duration.ofHours(24);

    /** How often a server may say "failed" before it is believed: some say it while they are only busy. */
    private static final int MOST_VERDICTS = 5;

    /** How often, and for how long, a job is denied before that is believed: a node that lags behind does it in passing. */
    private static final int FEWEST_DENIALS = 3;

    private static final Duration DENIED = Duration.ofMinutes(2);
    private static final Duration BETWEEN_DENIALS = Duration.ofMinutes(1);

    /** Say something of our credential, not of the job; the second of them also when a firewall finds us too eager. */
    private static final int UNAUTHORIZED = 401;

    private static final int FORBIDDEN = 403;

    private static final int MOST_WORDS = 1024 * 1024;

    private final HttpGateway gateway;
    private final Authorizer authorizer;
    private final Duration longest;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final Audience audience;

    StatusPoll(
            HttpGateway gateway,
            Authorizer authorizer,
            Duration longest,
            InstantSource clock,
            Sleeper sleeper,
            Audience audience) {
        this.gateway = gateway;
        this.authorizer = authorizer;
        this.longest = longest;
        this.clock = clock;
        this.sleeper = sleeper;
        this.audience = audience;
    }

    /** Hears of the progress, to keep it. */
    @FunctionalInterface
    interface OnProgress {
        void progress(String text) throws IOException;
    }

    /** The page of the manifest at a URL, once it is there. */
    Manifest await(URI url, OnProgress onProgress) throws ExportFailure, IOException, InterruptedException {
        Waits waits = new Waits();
        while (true) {
            Duration wait;
            try (HttpReply reply = gateway.send(HttpCall.get(url, "application/json"), authorizer)) {
                if (reply.status() == 200) {
                    return manifest(reply);
                }
                wait = reply.status() == 202 ? working(reply, waits, onProgress) : refused(reply, waits);
            } catch (Other instead) {
                wait = other(instead, waits);
            } catch (IOException failure) {
                wait = unreachable(url, failure, waits);
            }
            sleeper.sleep(wait);
        }
    }

    /** A success that is none. */
    private static final class Other extends Exception {
        private static final long serialVersionUID = 1L;

        private final HttpRefusal refusal;

        Other(HttpRefusal refusal, NotAManifest what) {
            super(what.getMessage(), what);
            this.refusal = refusal;
        }
    }

    private static Manifest manifest(HttpReply reply) throws Other, IOException {
        Manifest manifest = reply.manifest(body -> {
            BufferedInputStream kept = new BufferedInputStream(body);
            kept.mark(MOST_WORDS);
            try {
                return Manifest.parse(kept, reply::resolve);
            } catch (NotAManifest what) {
                throw new Other(reply.refusal(words(kept)), what);
            }
        });
        return manifest.expiring(reply.expires());
    }

    /** Reads a short body again. */
    private static String words(BufferedInputStream marked) {
        try {
            marked.reset();
            byte[] words = marked.readNBytes(MOST_WORDS + 1);
            return words.length > MOST_WORDS ? "" : new String(words, StandardCharsets.UTF_8);
        } catch (IOException tooLong) {
            return "";
        }
    }

    /** It may be a proxy's page, or cut (ST-14): believed as late as a verdict. */
    private Duration other(Other instead, Waits waits) throws ExportFailure {
        String what = String.valueOf(instead.getMessage());
        audience.tell(listener -> listener.statusRefused(instead.refusal));
        if (waits.verdicts() >= MOST_VERDICTS) {
            throw new ExportFailure(Kind.NOT_A_MANIFEST, instead.refusal.url(), what);
        }
        return retrying(what, waits.grown(), waits);
    }

    private Duration working(HttpReply reply, Waits waits, OnProgress onProgress) throws IOException {
        waits.answered();
        Duration wait = waits.next(reply.retryAfter());
        String progress = reply.words("X-Progress");
        onProgress.progress(progress);
        audience.tell(listener ->
                listener.working(progress, reply.header("Retry-After").orElse(""), wait));
        return wait;
    }

    /** An error that is the job's end is thrown; one that is only this request's is waited for (ST-06, ST-08). */
    private Duration refused(HttpReply reply, Waits waits) throws ExportFailure, IOException {
        HttpRefusal refusal = reply.refusal();
        audience.tell(listener -> listener.statusRefused(refusal));
        return retrying(String.valueOf(refusal.getMessage()), waitAfter(refusal, waits), waits);
    }

    private static Duration waitAfter(HttpRefusal refusal, Waits waits) throws ExportFailure, HttpRefusal {
        boolean passes = refusal.outcome().map(OperationOutcome::isTransient).orElse(false);
        if (!passes && refusal.status() == UNAUTHORIZED) {
            throw refusal;
        }
        if (!passes && (refusal.status() == FORBIDDEN || refusal.isGone())) {
            return afterDenial(refusal, waits);
        }
        boolean verdict = !passes && refusal.outcome().isPresent();
        if (refusal.status() == 429) {
            waits.answered();
            waits.raiseFloor();
        } else if (!(passes || refusal.isPassing()) || (verdict && waits.verdicts() >= MOST_VERDICTS)) {
            throw new ExportFailure(Kind.JOB_FAILED, refusal.url(), refusal);
        } else if (waits.failingFor().compareTo(PATIENCE) > 0) {
            throw new ExportFailure(Kind.STATUS_UNREACHABLE, refusal.url(), refusal);
        }
        return waits.next(refusal.retryAfter());
    }

    private static Duration afterDenial(HttpRefusal refusal, Waits waits) throws ExportFailure, HttpRefusal {
        if (!waits.isDenied()) {
            return waits.toNextDenial();
        }
        if (refusal.status() == FORBIDDEN) {
            throw refusal;
        }
        throw new ExportFailure(Kind.JOB_GONE, refusal.url(), refusal);
    }

    private Duration unreachable(URI url, IOException failure, Waits waits) throws ExportFailure, IOException {
        if (!isPassing(failure)) {
            throw failure;
        }
        if (waits.failingFor().compareTo(PATIENCE) > 0) {
            throw new ExportFailure(Kind.STATUS_UNREACHABLE, RedactedUrl.of(url), failure);
        }
        return retrying(String.valueOf(failure.getMessage()), waits.grown(), waits);
    }

    private Duration retrying(String reason, Duration wait, Waits waits) {
        audience.retrying("status request", waits.failures(), 0, reason, wait);
        return wait;
    }

    /** A name that the kick-off found and that is not found now belongs to a network that is down. */
    private static boolean isPassing(IOException failure) {
        boolean lostName = failure instanceof HttpFailure lost && lost.kind() == HttpFailure.Kind.UNKNOWN_HOST;
        return lostName || (failure instanceof Retries.Passing passing && passing.isPassing());
    }

    /** The waits of one job: they grow while the server names none, and never get absurd (ST-03, ST-04). */
    private final class Waits {
        private Duration grown = SHORTEST;
        private Duration floor = SHORTEST;
        private int verdicts;
        private int failures;
        private Instant failingSince = Instant.MAX;
        private int denials;
        private Duration deniedFor = Duration.ZERO;

        void answered() {
            denials = 0;
            deniedFor = Duration.ZERO;
            verdicts = 0;
            failures = 0;
            failingSince = Instant.MAX;
        }

        int verdicts() {
            return ++verdicts;
        }

        int failures() {
            return ++failures;
        }

        Duration failingFor() {
            Instant now = clock.instant();
            failingSince = failingSince.isBefore(now) ? failingSince : now;
            return Duration.between(failingSince, now);
        }

        void raiseFloor() {
            floor = shorter(floor.multipliedBy(2), longest);
        }

        boolean isDenied() {
            return ++denials >= FEWEST_DENIALS && deniedFor.compareTo(DENIED) >= 0;
        }

        Duration toNextDenial() {
            Duration wait = clamped(BETWEEN_DENIALS);
            deniedFor = deniedFor.plus(wait);
            return wait;
        }

        Duration next(Optional<Duration> asked) {
            return asked.map(this::clamped).orElseGet(this::grown);
        }

        Duration grown() {
            Duration now = clamped(grown);
            grown = shorter(grown.multipliedBy(2), longest);
            return now;
        }

        private Duration clamped(Duration wish) {
            return shorter(wish.compareTo(floor) < 0 ? floor : wish, longest);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
