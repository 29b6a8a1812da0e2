package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ServerJob.Status;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;
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

    /** Say something of our credential, not of the job; the second of them also when a firewall finds us too eager. */
    private static final int UNAUTHORIZED = 401;

    private static final int FORBIDDEN = 403;

    private final StatusRequest request;
    private final Duration longest;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final ExportListeners listeners;

    StatusPoll(
            StatusRequest request, Duration longest, InstantSource clock, Sleeper sleeper, ExportListeners listeners) {
        this.request = request;
        this.longest = longest;
        this.clock = clock;
        this.sleeper = sleeper;
        this.listeners = listeners;
    }

    /** The page of the manifest at a URL, once it is there. */
    Manifest await(URI url, ManifestPages.Reader reader) throws ExportFailure, IOException, InterruptedException {
        Waits waits = new Waits();
        while (true) {
            Duration wait;
            try {
                Status status = request.ask(url);
                if (status instanceof Status.Finished finished) {
                    return finished.manifest();
                }
                wait = status instanceof Status.Refused refused
                        ? refused(refused, waits)
                        : working((Status.Working) status, waits, reader);
            } catch (IOException failure) {
                wait = unreachable(url, failure, waits);
            }
            sleeper.sleep(wait);
        }
    }

    private Duration working(Status.Working status, Waits waits, ManifestPages.Reader reader) throws IOException {
        waits.answered();
        Duration wait = waits.next(status.retryAfter());
        reader.progress(status.progress());
        listeners.tell(listener -> listener.working(status.progress(), status.retryAfterHeader(), wait));
        return wait;
    }

    /** An error that is the job's end is thrown; one that is only this request's is waited for (ST-06, ST-08). */
    private Duration refused(Status.Refused status, Waits waits) throws ExportFailure, IOException {
        HttpRefusal refusal = status.refusal();
        listeners.tell(listener -> listener.statusRefused(refusal));
        Duration wait = status.instead().isPresent()
                ? waitAfterOther(refusal, status.instead().get(), waits)
                : waitAfter(refusal, waits);
        Exception reason = status.instead().isPresent() ? status.instead().get() : refusal;
        return retrying(reason, wait, waits);
    }

    /** A success without a manifest may be a proxy's page, or cut (ST-14): believed as late as a verdict. */
    private static Duration waitAfterOther(HttpRefusal refusal, NotAManifest what, Waits waits) throws ExportFailure {
        if (waits.verdicts() >= Tolerances.MOST_VERDICTS) {
            throw new ExportFailure(Kind.NOT_A_MANIFEST, refusal.url(), what);
        }
        return waits.grown();
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
        } else if (!(passes || refusal.isPassing()) || (verdict && waits.verdicts() >= Tolerances.MOST_VERDICTS)) {
            throw new ExportFailure(Kind.JOB_FAILED, refusal.url(), refusal);
        } else if (waits.failingFor().compareTo(Tolerances.LONGEST_OUTAGE) > 0) {
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
        if (waits.failingFor().compareTo(Tolerances.LONGEST_OUTAGE) > 0) {
            throw new ExportFailure(Kind.STATUS_UNREACHABLE, RedactedUrl.of(url), failure);
        }
        return retrying(failure, waits.grown(), waits);
    }

    private Duration retrying(Exception reason, Duration wait, Waits waits) {
        listeners.retrying("status request", waits.failures(), 0, reason, wait);
        return wait;
    }

    /** A name that the kick-off found and that is not found now belongs to a network that is down. */
    private static boolean isPassing(IOException failure) {
        IOException known = failure instanceof HttpFailure lost ? lost.atNamedHost() : failure;
        return known instanceof Retries.Passing passing && passing.isPassing();
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
            return ++denials >= Tolerances.FEWEST_DENIALS && deniedFor.compareTo(Tolerances.DENIED) >= 0;
        }

        Duration toNextDenial() {
            Duration wait = clamped(Tolerances.BETWEEN_DENIALS);
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
