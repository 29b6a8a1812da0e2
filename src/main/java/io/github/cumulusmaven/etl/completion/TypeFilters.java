package io.github.cumulusmaven.etl.completion;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The {@code _typeFilter}s of an export that leave out resources for another reason than their date. A type that was
 * sliced so is not complete; one bounded by a date is, up to that bound. Observations of all nine categories of FHIR's
 * code system count as all: smart-fetch, the network's exporter, filters by them to leave the EHR's technical ones out.
 *
 * @param slicing by resource type, the first such filter, without the values of its parameters; also of Observations
 *     whose filters ask for all categories
 * @param allCategories whether the filters of Observation together ask for all nine categories
 */
public record TypeFilters(Map<String, String> slicing, boolean allCategories) {
    private static final String OBSERVATION = "Observation";
    private static final String CATEGORY_SYSTEM = "http://terminology.hl7.org/CodeSystem/observation-category|";

    /** The code system's nine, as of FHIR R4. */
    private static final Set<String> CATEGORIES = Set.of(
            "social-history",
            "vital-signs",
            "imaging",
            "laboratory",
            "procedure",
            "survey",
            "exam",
            "therapy",
            "activity");

    /** Inner commas of a filter are written {@code %2C}. */
    private static final Pattern BETWEEN = Pattern.compile(",(?=[A-Z][A-Za-z]+\\?)");

    private static final String PREFIX = "(eq|ne|gt|lt|ge|le|sa|eb|ap)?";
    private static final Pattern DAY = Pattern.compile(PREFIX + "\\d{4}-\\d{2}(-\\d{2}(T.*)?)?");
    private static final Pattern YEAR = Pattern.compile(PREFIX + "\\d{4}");

    /** Dates of a person, or of another resource, choose; they do not bound the data in time. */
    private static final Pattern OF_OTHERS = Pattern.compile("birthdate|death-date|.*[.].*|_has:.*");

    public TypeFilters {
        slicing = Map.copyOf(slicing);
    }

    /** Reads filters as a kick-off has them: {@code Type?query}, several joined by commas. */
    public static TypeFilters of(Collection<String> typeFilters) {
        Map<String, String> slicing = new TreeMap<>();
        Set<String> categories = new HashSet<>();
        for (String joined : typeFilters) {
            for (String filter : BETWEEN.split(joined)) {
                int question = filter.indexOf('?');
                if (question > 0 && !isBoundedByDate(filter.substring(question + 1))) {
                    slicing.putIfAbsent(filter.substring(0, question), namesOf(filter));
                    if (filter.startsWith(OBSERVATION + "?")) {
                        categories.addAll(categoriesOf(filter.substring(question + 1)));
                    }
                }
            }
        }
        return new TypeFilters(slicing, categories.containsAll(CATEGORIES));
    }

    /** The categories that a filter asks for all of, up to a date; none where it asks for something else, too. */
    private static List<String> categoriesOf(String query) {
        List<String> others = Arrays.stream(query.split("&"))
                .filter(parameter -> !isDate(parameter))
                .toList();
        if (others.size() != 1 || !others.get(0).startsWith("category=")) {
            return List.of();
        }
        String codes = RedactedUrl.decoded(others.get(0).substring("category=".length()));
        return Arrays.stream(codes.split(","))
                .map(code -> code.startsWith(CATEGORY_SYSTEM) ? code.substring(CATEGORY_SYSTEM.length()) : code)
                .toList();
    }

    /** Values may be of a person: a record number, for example. */
    private static String namesOf(String filter) {
        return RedactedUrl.filters(filter).replaceAll("=[^&]*+", "");
    }

    private static boolean isBoundedByDate(String query) {
        return Arrays.stream(query.split("&")).allMatch(TypeFilters::isDate);
    }

    private static boolean isDate(String parameter) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = parameter.substring(equals + 1);
        boolean namedDate = name.contains("date") || name.equals("_lastUpdated");
        return !OF_OTHERS.matcher(name).matches()
                && (DAY.matcher(value).matches()
                        || (namedDate && YEAR.matcher(value).matches()));
    }

    /** Finds the filter that took a part of this type away, if one did. */
    public Optional<String> slicing(String type) {
        return type.equals(OBSERVATION) && allCategories ? Optional.empty() : Optional.ofNullable(slicing.get(type));
    }
}
