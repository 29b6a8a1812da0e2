package io.github.cumulusmaven.deid;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.fhir.ResourceReference.Form;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts what the scrubber did: never a value, and no name that FHIR or a rules file does not know. Of a resource that was
 * skipped, only the extension that it was skipped for.
 *
 * @param elements by type and name ({@code Patient.birthDate}, {@code Coding.display})
 * @param repairedStrings how many strings had half a character (a lone surrogate), which became U+FFFD
 * @param extensions the extensions that were dropped, or for which resources were skipped
 * @param joiningNothing how many references lead to no row, by their form
 */
public record ScrubReport(
        Map<String, ElementCounts> elements,
        long repairedStrings,
        ExtensionReport extensions,
        Map<Form, Long> joiningNothing) {
    /** The report before any resource. */
    public static final ScrubReport EMPTY =
            new ScrubReport(Map.of(), 0, new ExtensionReport(Map.of(), Map.of()), Map.of());

    public ScrubReport {
        elements = Collections.unmodifiableMap(new TreeMap<>(elements));
        joiningNothing = Collections.unmodifiableMap(new TreeMap<>(joiningNothing));
    }

    /**
     * Counts the values of an element.
     *
     * @param kept how many stayed, as they were or changed as the rule says
     * @param dropped how many were left out: not listed, empty, or nothing of the value stayed
     * @param masked how many were left out, with a mark that says so
     * @param ofWrongType how many of the dropped were no value of the type that FHIR R4 has there
     */
    public record ElementCounts(
            @JsonProperty("kept") long kept,
            @JsonProperty("dropped") long dropped,
            @JsonProperty("masked") long masked,
            @JsonProperty("ofWrongType") long ofWrongType) {
        ElementCounts plus(ElementCounts other) {
            return new ElementCounts(
                    kept + other.kept, dropped + other.dropped, masked + other.masked, ofWrongType + other.ofWrongType);
        }
    }

    /** Counts the elements that only other versions of FHIR have, by type and name. */
    public Map<String, Long> ofOtherVersions() {
        Map<String, Long> counts = new TreeMap<>();
        elements.forEach((path, element) -> {
            if (!OtherVersions.of(path).isEmpty()) {
                counts.put(path, element.dropped());
            }
        });
        return counts;
    }

    /**
     * Returns the versions of FHIR that have most of those elements: {@code R5}, {@code STU3}; none without such
     * elements.
     */
    public Set<String> otherVersions() {
        Map<String, Integer> counts = new TreeMap<>();
        ofOtherVersions().keySet().forEach(path -> OtherVersions.of(path)
                .forEach(version -> counts.merge(version, 1, Integer::sum)));
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        counts.values().removeIf(count -> count < most);
        return counts.keySet();
    }

    /** Adds the counts of another report. */
    public ScrubReport plus(ScrubReport other) {
        Map<String, ElementCounts> allElements = new TreeMap<>(elements);
        other.elements.forEach((path, counts) -> allElements.merge(path, counts, ElementCounts::plus));
        Map<Form, Long> allForms = new TreeMap<>(joiningNothing);
        other.joiningNothing.forEach((form, count) -> allForms.merge(form, count, Long::sum));
        return new ScrubReport(
                allElements, repairedStrings + other.repairedStrings, extensions.plus(other.extensions), allForms);
    }
}
