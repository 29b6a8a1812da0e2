package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Gives every resource the {@code meta.lastUpdated} that Synthea leaves out: up to two days after the last event the
 * resource tells of, as if the record had been kept in a system that went live in 2015 and took older records over
 * within a year.
 */
final class LastUpdated {
    /** The day on which Synthea's simulation stops. */
    static final Instant END = Instant.parse("2024-01-01T00:00:00Z");

    private static final Instant LIVE = Instant.parse("2015-01-01T00:00:00Z");
    private static final Duration TAKE_OVER = Duration.ofDays(365);
    private static final Duration LONGEST_DELAY = Duration.ofDays(2);
    /** Always three digits of a second, also for a round one. */
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private static final Pattern DATE_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*");

    /** By reference: the last event of the resources that explain one with no date, or an old one, of its own. */
    private final Map<String, Instant> lent = new HashMap<>();

    private LastUpdated() {}

    static void stamp(Resources resources) {
        LastUpdated times = new LastUpdated();
        times.lendAll(resources);
        resources.all().forEach(times::stamp);
    }

    private void lendAll(Resources resources) {
        resources.all("Encounter").forEach(visit -> lend(lastEvent(visit), visit.at("/subject/reference")));
        resources
                .all("MedicationRequest")
                .forEach(request -> lend(lastEvent(request), request.at("/medicationReference/reference")));
        resources
                .all("DocumentReference")
                .forEach(document -> lend(lastEvent(document), document.at("/content/0/attachment/url")));
    }

    private void lend(Optional<Instant> event, JsonNode reference) {
        if (reference.isTextual()) {
            event.ifPresent(time -> lent.merge(reference.textValue(), time, LastUpdated::later));
        }
    }

    private void stamp(ObjectNode resource) {
        ObjectNode rest = resource.deepCopy();
        ObjectNode meta = Fhir.object().put("lastUpdated", INSTANT.format(time(resource)));
        if (rest.remove("meta") instanceof ObjectNode old) {
            meta.setAll(old);
        }
        resource.removeAll();
        resource.set("resourceType", rest.remove("resourceType"));
        resource.set("id", rest.remove("id"));
        resource.set("meta", meta);
        resource.setAll(rest);
    }

    private Instant time(ObjectNode resource) {
        String key = Fhir.referenceTo(resource);
        Instant event = lastEvent(resource, key).orElseGet(() -> within(key, LIVE, Duration.between(LIVE, END)));
        Instant recorded = event.isBefore(LIVE) ? within(key, LIVE, TAKE_OVER) : event;
        Duration left = Duration.between(recorded, END);
        return within(key, recorded, left.compareTo(LONGEST_DELAY) < 0 ? left : LONGEST_DELAY);
    }

    private Optional<Instant> lastEvent(ObjectNode resource, String key) {
        return Stream.concat(lastEvent(resource).stream(), Stream.ofNullable(lent.get(key)))
                .max(Comparator.naturalOrder());
    }

    /** A time after the end, such as the day a device expires, is a plan and not an event. */
    private static Optional<Instant> lastEvent(JsonNode node) {
        if (node.isTextual()) {
            return instant(node.textValue()).filter(time -> !time.isAfter(END));
        }
        return StreamSupport.stream(node.spliterator(), false)
                .flatMap(child -> lastEvent(child).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<Instant> instant(String text) {
        return DATE_TIME.matcher(text).matches()
                ? Optional.of(OffsetDateTime.parse(text).toInstant())
                : Optional.empty();
    }

    private static Instant within(String key, Instant start, Duration span) {
        return start.plusMillis(Derived.number("lastUpdated/" + key, span.toMillis() + 1));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
