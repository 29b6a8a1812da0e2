package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirInstant;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a date parameter. Both it and the dates of resources are ranges, as long as they are precise; what has no
 * zone is in UTC.
 *
 * @param prefix {@code eq}, {@code ne}, {@code gt}, {@code lt}, {@code ge}, {@code le}, {@code sa} or {@code eb}
 * @param range of the value
 * @see <a href="https://hl7.org/fhir/R4/search.html#prefix">FHIR R4, prefixes</a>
 */
record SearchDate(String prefix, Range range) implements Predicate<JsonNode> {
    private static final Pattern VALUE = Pattern.compile("(eq|ne|gt|lt|ge|le|sa|eb)?(\\d.*)");

    /**
     * A stretch of time.
     *
     * @param start inclusive
     * @param end exclusive
     */
    record Range(Instant start, Instant end) {
        private static final Pattern TIME =
                Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})?");

        /** Reads a FHIR date, dateTime or instant; nothing when the text is none. */
        static Optional<Range> parse(String text) {
            try {
                return switch (text.length()) {
                    case 4 ->
                        Optional.of(days(
                                Year.parse(text).atDay(1),
                                Year.parse(text).plusYears(1).atDay(1)));
                    case 7 ->
                        Optional.of(days(
                                YearMonth.parse(text).atDay(1),
                                YearMonth.parse(text).plusMonths(1).atDay(1)));
                    case 10 ->
                        Optional.of(days(
                                LocalDate.parse(text), LocalDate.parse(text).plusDays(1)));
                    default -> time(text);
                };
            } catch (DateTimeException noSuchDay) {
                return Optional.empty();
            }
        }

        private static Range days(LocalDate first, LocalDate next) {
            return new Range(
                    first.atStartOfDay(ZoneOffset.UTC).toInstant(),
                    next.atStartOfDay(ZoneOffset.UTC).toInstant());
        }

        private static Optional<Range> time(String text) {
            Matcher time = TIME.matcher(text);
            if (!time.matches()) {
                return Optional.empty();
            }
            Duration precision = time.group(1) == null
                    ? Duration.ofMinutes(1)
                    : time.group(2) == null ? Duration.ofSeconds(1) : Duration.ofMillis(1);
            return FhirInstant.parse(time.group(3) == null ? text + "Z" : text)
                    .map(start -> new Range(start, start.plus(precision)));
        }

        private static Optional<Range> of(JsonNode element) {
            if (element.isTextual()) {
                return parse(element.textValue());
            }
            if (element.has("start") || element.has("end")) {
                return Optional.of(new Range(
                        parse(element.path("start").asText()).map(Range::start).orElse(Instant.MIN),
                        parse(element.path("end").asText()).map(Range::end).orElse(Instant.MAX)));
            }
            return Optional.empty();
        }

        private boolean contains(Range other) {
            return !other.start.isBefore(start) && !other.end.isAfter(end);
        }
    }

    static SearchDate parse(String parameter, String value) throws Refusal {
        Matcher parts = VALUE.matcher(value);
        return Optional.of(parts)
                .filter(Matcher::matches)
                .flatMap(found -> Range.parse(found.group(2)))
                .map(range -> new SearchDate(Optional.ofNullable(parts.group(1)).orElse("eq"), range))
                .orElseThrow(() -> Refusal.badRequest("_typeFilter: " + parameter
                        + " must be a FHIR date or dateTime, after eq, ne, gt, lt, ge, le, sa, eb or nothing"));
    }

    /** Tests a date, dateTime, instant or Period, or a Timing by its events and its bounds. */
    @Override
    public boolean test(JsonNode element) {
        for (JsonNode event : element.path("event")) {
            if (test(event)) {
                return true;
            }
        }
        return Range.of(element.has("repeat") ? element.at("/repeat/boundsPeriod") : element)
                .filter(this::matches)
                .isPresent();
    }

    private boolean matches(Range found) {
        return switch (prefix) {
            case "ne" -> !range.contains(found);
            case "gt" -> found.end.isAfter(range.end);
            case "lt" -> found.start.isBefore(range.start);
            case "ge" -> found.end.isAfter(range.end) || range.contains(found);
            case "le" -> found.start.isBefore(range.start) || range.contains(found);
            case "sa" -> !found.start.isBefore(range.end);
            case "eb" -> !found.end.isAfter(range.start);
            default -> range.contains(found);
        };
    }
}
