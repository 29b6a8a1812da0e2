package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.fhir.InvalidSetting.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * How long an export waits, and for what.
 *
 * @param maxPollInterval the longest wait between two status requests, whatever the server wishes
 * @param kickoffRetryWindow how long a server may be too busy to take a job, in one run
 * @param maxWait how long an export may take in all, from its kick-off on
 * @param waitUpTo how long this run may take; another run goes on then
 * @param downloadAttempts how often in a row a file may fail without having come any farther
 */
public record Patience(
        Duration maxPollInterval,
        Duration kickoffRetryWindow,
        Duration maxWait,
        Optional<Duration> waitUpTo,
        int downloadAttempts) {
    private static final int MOST_ATTEMPTS = 1000;

    /** Points of time further off cannot be reckoned with. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    /** A server may throttle for a day, and take weeks. */
    public static final Patience DEFAULT =
            new Patience(Duration.ofMinutes(5), Duration.ofHours(24), Duration.ofDays(30), Optional.empty(), 10);

    void validate() throws InvalidSetting {
        require("maxPollInterval", maxPollInterval, Duration.ofSeconds(1), Kind.BELOW_A_SECOND);
        require("kickoffRetryWindow", kickoffRetryWindow, Duration.ZERO, Kind.NEGATIVE);
        require("maxWait", maxWait, Duration.ofSeconds(1), Kind.BELOW_A_SECOND);
        if (downloadAttempts < 1 || downloadAttempts > MOST_ATTEMPTS) {
            throw new InvalidSetting(
                    "downloadAttempts", String.valueOf(downloadAttempts), Kind.OUT_OF_RANGE, 1, MOST_ATTEMPTS);
        }
        if (waitUpTo.isPresent()) {
            require("waitUpTo", waitUpTo.get(), Duration.ofSeconds(1), Kind.BELOW_A_SECOND);
        }
    }

    private static void require(String setting, Duration given, Duration least, Kind below) throws InvalidSetting {
        if (given.compareTo(least) < 0) {
            throw new InvalidSetting(setting, given.toString(), below);
        }
        if (given.compareTo(LONGEST) > 0) {
            throw new InvalidSetting(setting, given.toString(), Kind.BEYOND_TEN_YEARS);
        }
    }
}
