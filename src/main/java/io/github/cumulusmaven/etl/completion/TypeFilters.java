package io.github.cumulusmaven.etl.completion;

import io.github.cumulusmaven.redact.RedactedUrl;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The {@code _typeFilter}s of an export that leave out resources for another reason than their date. A type that was
 * sliced so is never complete; one bounded by a date is, up to that bound.
 *
 * @param slicing by resource type, the first such filter, without the values of its parameters
 */
public record TypeFilters(Map<String, String> slicing) {
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
        for (String joined : typeFilters) {
            for (String filter : BETWEEN.split(joined)) {
                int question = filter.indexOf('?');
                if (question > 0 && !isBoundedByDate(filter.substring(question + 1))) {
                    slicing.putIfAbsent(filter.substring(0, question), namesOf(filter));
                }
            }
        }
        return new TypeFilters(slicing);
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

    /** The filter that took a part of this type away, if one did. */
    public Optional<String> slicing(String type) {
        return Optional.ofNullable(slicing.get(type));
    }
}
