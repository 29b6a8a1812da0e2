package io.github.cumulusmaven.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Points of time in headers (RFC 9110, section 5.6.7). */
public final class HttpDate {
    private HttpDate() {}

    /** Parses an HTTP date; empty where the value is something else. */
    public static Optional<Instant> parse(String value) {
        try {
            return Optional.of(ZonedDateTime.parse(value.trim(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException other) {
            return Optional.empty();
        }
    }
}
