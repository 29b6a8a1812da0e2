package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.ScrubReport.ElementCounts;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Counts what a scrubber does. What happens inside a resource counts only once the whole of it is kept. */
final class Tally {
    private static final int KEPT = 0;
    private static final int DROPPED = 1;
    private static final int MASKED = 2;
    private static final int OF_WRONG_TYPE = 3;
    private static final int FATES = 4;

    /** Matches a URL that can be printed in a report: without blanks, and not of any length. */
    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,250}");

    private static final int MOST_URLS = 10_000;
    private static final ElementCounts NEVER = new ElementCounts(0, 0, 0, 0);

    private final List<String> elements;
    private final long[] counts;
    private int[] events = new int[1024];
    private int eventCount;
    private final List<Form> joiningNothing = new ArrayList<>();
    private final Map<Form, Long> forms = new EnumMap<>(Form.class);
    private int repairs;
    private long repairedStrings;
    private final List<UnknownExtension> unknown = new ArrayList<>();
    private final Map<UnknownExtension, Long> droppedExtensions = new HashMap<>();
    private final Map<UnknownExtension, Long> modifiers = new HashMap<>();

    Tally(List<String> elements) {
        this.elements = elements;
        this.counts = new long[elements.size() * FATES];
    }

    private record UnknownExtension(String type, String url) {}

    void begin() {
        eventCount = 0;
        repairs = 0;
        unknown.clear();
        joiningNothing.clear();
    }

    void kept(int counter) {
        event(counter * FATES + KEPT);
    }

    void dropped(int counter) {
        event(counter * FATES + DROPPED);
    }

    void masked(int counter) {
        event(counter * FATES + MASKED);
    }

    /** Tells why a value is dropped; that it is, is counted by {@link #dropped}. */
    void ofWrongType(int counter) {
        event(counter * FATES + OF_WRONG_TYPE);
    }

    /** Counts a kept string in which half a character was replaced. */
    void repaired() {
        repairs++;
    }

    /** Counts a reference that was hashed or dropped and leads to no row. */
    void joinsNothing(Form form) {
        joiningNothing.add(form);
    }

    private void event(int number) {
        if (eventCount == events.length) {
            events = Arrays.copyOf(events, eventCount * 2);
        }
        events[eventCount++] = number;
    }

    void droppedExtension(String type, String url) {
        unknown.add(new UnknownExtension(type, url));
    }

    /** Counts at once: it is what the resource is skipped for. */
    void modifier(String type, String url) {
        count(modifiers, new UnknownExtension(type, url));
    }

    void resourceKept() {
        for (int index = 0; index < eventCount; index++) {
            counts[events[index]]++;
        }
        repairedStrings += repairs;
        unknown.forEach(extension -> count(droppedExtensions, extension));
        joiningNothing.forEach(form -> forms.merge(form, 1L, Long::sum));
    }

    private static void count(Map<UnknownExtension, Long> counts, UnknownExtension extension) {
        boolean room = counts.size() < MOST_URLS || counts.containsKey(extension);
        boolean printable = URL.matcher(extension.url()).matches();
        counts.merge(
                room && printable ? extension : new UnknownExtension(extension.type(), ExtensionReport.NO_URL),
                1L,
                Long::sum);
    }

    ScrubReport report() {
        Map<String, ElementCounts> byElement = new TreeMap<>();
        for (int counter = 0; counter < elements.size(); counter++) {
            int first = counter * FATES;
            ElementCounts counted = new ElementCounts(
                    counts[first + KEPT],
                    counts[first + DROPPED],
                    counts[first + MASKED],
                    counts[first + OF_WRONG_TYPE]);
            if (!counted.equals(NEVER)) {
                byElement.put(elements.get(counter), counted);
            }
        }
        ExtensionReport extensions = new ExtensionReport(byType(droppedExtensions), byType(modifiers));
        return new ScrubReport(byElement, repairedStrings, extensions, forms);
    }

    private static Map<String, Map<String, Long>> byType(Map<UnknownExtension, Long> counts) {
        Map<String, Map<String, Long>> byType = new TreeMap<>();
        counts.forEach((extension, count) -> byType.computeIfAbsent(extension.type(), added -> new TreeMap<>())
                .put(extension.url(), count));
        return byType;
    }
}
