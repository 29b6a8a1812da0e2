package io.github.cumulusmaven.fhir;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/** FHIR's {@code instant}: a date, a time with seconds and a zone. */
public final class FhirInstant {
    private static final Pattern EPOCH_MILLIS = Pattern.compile("\\d{12,14}");
    private static final Pattern BEYOND_NANOS = Pattern.compile("(\\.\\d{9})\\d+");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern INSTANT =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

    /** Fractions of up to nine digits, and offsets as servers write them: Z, +00:00, +0000, +00. */
    private static final DateTimeFormatter AS_SENT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendOffset("+HH:mm", "Z")
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private static final DateTimeFormatter COMPACT_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendOffset("+HHmm", "Z")
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private static final DateTimeFormatter OF_HEADERS =
            DateTimeFormatter.RFC_1123_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);

    private FhirInstant() {}

    /**
     * The point of time in a text that a server sent, read as tolerantly as is safe: fractions of any length, any
     * offset form, milliseconds since 1970, the form of HTTP's headers (RFC 1123), and a date, which means its first moment
     * in UTC: what is complete up to a day is complete up to its beginning. Nothing when it cannot be read: a time is never
     * invented.
     */
    public static Optional<Instant> parse(String text) {
        String trimmed = BEYOND_NANOS.matcher(text.trim()).replaceFirst("$1");
        if (EPOCH_MILLIS.matcher(trimmed).matches()) {
            return Optional.of(Instant.ofEpochMilli(Long.parseLong(trimmed)));
        }
        if (DATE.matcher(trimmed).matches()) {
            return dateStart(trimmed).flatMap(start -> parse(start, AS_SENT));
        }
        return parse(trimmed, AS_SENT).or(() -> parse(trimmed, COMPACT_OFFSET)).or(() -> parse(trimmed, OF_HEADERS));
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter format) {
        try {
            return Optional.of(OffsetDateTime.parse(text, format).toInstant());
        } catch (DateTimeException otherForm) {
            return Optional.empty();
        }
    }

    /** Writes a time for people, to the second and in UTC; a text that is no time stays as it is. */
    public static String toSeconds(String text) {
        return parse(text)
                .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                .orElse(text);
    }

    /**
     * The FHIR instant that a user meant: an instant as it stands, or a plain date, which becomes its first moment in
     * UTC. Nothing for all else, for instance a time without a zone, which servers read each in its own way.
     */
    public static Optional<String> ofUser(String text) {
        String trimmed = text.trim();
        if (DATE.matcher(trimmed).matches()) {
            return dateStart(trimmed);
        }
        boolean asSpecified = INSTANT.matcher(trimmed).matches();
        return asSpecified && parse(trimmed, AS_SENT).isPresent() ? Optional.of(trimmed) : Optional.empty();
    }

    private static Optional<String> dateStart(String date) {
        try {
            return Optional.of(LocalDate.parse(date)
                    .atStartOfDay()
                    .atOffset(ZoneOffset.UTC)
                    .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }
}
