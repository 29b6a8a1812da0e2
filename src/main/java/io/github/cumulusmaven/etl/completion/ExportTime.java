package io.github.cumulusmaven.etl.completion;

import io.github.cumulusmaven.fhir.FhirInstant;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * A time as the completion tables hold it.
 *
 * @param value with the offset that it was given with: consumers compare texts of the same server
 */
public record ExportTime(OffsetDateTime value) {
    private static final DateTimeFormatter TO_SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private static final DateTimeFormatter WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    /** A point of time, in UTC. */
    public static ExportTime of(Instant instant) {
        return new ExportTime(instant.atOffset(ZoneOffset.UTC));
    }

    /** Reads what a server or a log wrote; the offset is kept where there is one. */
    public static Optional<ExportTime> parse(String text) {
        return FhirInstant.parse(text).map(instant -> new ExportTime(instant.atOffset(offset(text))));
    }

    private static ZoneOffset offset(String text) {
        try {
            return OffsetDateTime.parse(text.trim(), WITH_OFFSET).getOffset();
        } catch (DateTimeException otherForm) {
            return ZoneOffset.UTC;
        }
    }

    /** As Python's {@code isoformat} prints it: {@code 2020-10-13T12:00:20-05:00}, six digits of a fraction or none. */
    @Override
    public String toString() {
        OffsetDateTime time = value.truncatedTo(ChronoUnit.MICROS);
        String fraction = time.getNano() == 0 ? "" : String.format(Locale.ROOT, ".%06d", time.getNano() / 1000);
        String offset = time.getOffset().equals(ZoneOffset.UTC)
                ? "+00:00"
                : time.getOffset().getId();
        return TO_SECONDS.format(time) + fraction + offset;
    }
}
