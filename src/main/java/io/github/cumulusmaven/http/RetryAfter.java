package io.github.cumulusmaven.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code Retry-After} header (RFC 9110, section 10.2.3) as servers really send it. */
public final class RetryAfter {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}(\\.\\d*)?");

    /**
     * From here on a number counts as a point of time, not as a wait: no server means to be asked again in thirty
     * years.
     */
    private static final long EPOCH_SECONDS_FROM = 1_000_000_000L;

    private static final long EPOCH_MILLIS_FROM = 1_000_000_000_000L;

    private RetryAfter() {}

    /**
     * Parses the wait from now: seconds, an HTTP date, or (not in the standard, but met) seconds or milliseconds since
     * 1970. A time that has passed is zero. Empty when the value is negative or not understood. The caller caps the
     * wait.
     */
    public static Optional<Duration> parse(String value, Instant now) {
        String trimmed = value.trim();
        if (DIGITS.matcher(trimmed).matches()) {
            return Optional.of(ofNumber(Long.parseLong(trimmed.replaceFirst("\\..*", "")), now));
        }
        return HttpDate.parse(trimmed).map(then -> until(then, now));
    }

    private static Duration ofNumber(long number, Instant now) {
        if (number >= EPOCH_MILLIS_FROM) {
            return until(Instant.ofEpochMilli(number), now);
        }
        return number >= EPOCH_SECONDS_FROM ? until(Instant.ofEpochSecond(number), now) : Duration.ofSeconds(number);
    }

    private static Duration until(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }
}
