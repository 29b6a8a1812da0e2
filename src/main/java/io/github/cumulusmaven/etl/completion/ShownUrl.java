package io.github.cumulusmaven.etl.completion;

import io.github.cumulusmaven.http.SignedUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The URL of an export, as it lies beside the tables: a {@code _typeFilter} may name patients by their ids or record
 * numbers.
 */
public final class ShownUrl {
    private static final Set<String> HARMLESS = Set.of(
            "_type", "_since", "_until", "_elements", "_outputFormat", "includeAssociatedData", "organizeOutputBy");

    private static final String FILTER = "_typeFilter";

    private ShownUrl() {}

    /** The URL without values that may be of a person. */
    public static String of(String url) {
        String safe = SignedUrl.redact(url);
        int query = safe.indexOf('?') + 1;
        return query == 0
                ? safe
                : safe.substring(0, query)
                        + Arrays.stream(safe.substring(query).split("&", -1))
                                .map(ShownUrl::parameter)
                                .collect(Collectors.joining("&"));
    }

    private static String parameter(String pair) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        boolean harmless = equals < 0
                || HARMLESS.contains(name)
                || (name.equals(FILTER) && isBoundedByDates(decoded(pair.substring(equals + 1))));
        return harmless ? pair : name + "=REDACTED";
    }

    private static boolean isBoundedByDates(String filters) {
        return filters.contains("?")
                && TypeFilters.of(List.of(filters)).slicing().isEmpty();
    }

    static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }
}
