package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.ResourceType;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The searches of {@code _typeFilter}: of a type that has any, an export holds the resources that one of them finds; of
 * all others, all.
 *
 * @param tests by type
 * @param unknown search parameters that this server does not have, as {@code Type?name}; they are not in the tests
 */
record TypeFilters(Map<String, Predicate<JsonNode>> tests, Set<String> unknown) {
    static final TypeFilters NONE = new TypeFilters(Map.of(), Set.of());

    /**
     * Separates the filters of a list. The commas inside of a filter should be encoded once more, as {@code %2C}, but
     * some clients leave them as they are.
     */
    private static final Pattern BETWEEN_FILTERS = Pattern.compile(",(?=[A-Za-z]+\\?)");

    private static final Pattern BETWEEN_VALUES = Pattern.compile("(?<!\\\\),");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([\\\\,|$])");

    TypeFilters {
        tests = Map.copyOf(tests);
    }

    /**
     * Reads the values of {@code _typeFilter}.
     *
     * @throws Refusal for what is no search of one type
     */
    static TypeFilters parse(List<String> values) throws Refusal {
        Map<String, Predicate<JsonNode>> tests = new LinkedHashMap<>();
        Set<String> unknown = new LinkedHashSet<>();
        for (String value : values) {
            for (String filter : BETWEEN_FILTERS.split(value)) {
                int question = filter.indexOf('?');
                String type = filter.substring(0, Math.max(0, question)).trim();
                if (!ResourceType.isKnown(type)) {
                    throw Refusal.badRequest("_typeFilter must be a search of one type, like Observation?status=final");
                }
                tests.merge(type, search(type, filter.substring(question + 1), unknown), Predicate::or);
            }
        }
        return new TypeFilters(tests, unknown);
    }

    /** Reads the query of a search, whose parameters must all be met. */
    private static Predicate<JsonNode> search(String type, String query, Set<String> unknown) throws Refusal {
        Predicate<JsonNode> all = resource -> true;
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw Refusal.badRequest("_typeFilter: each parameter of a search must have a name and a value");
            }
            String name = decode(pair.substring(0, equals));
            Optional<SearchParameter> parameter = SearchParameter.find(type, name);
            if (parameter.isPresent()) {
                String values = decode(pair.substring(equals + 1));
                all = all.and(parameter.get().matching(Arrays.asList(BETWEEN_VALUES.split(values, -1))));
            } else {
                unknown.add(type + "?" + name);
            }
        }
        return all;
    }

    /** A plus is one: in a filter, which is in a query, clients do not encode it for itself. */
    private static String decode(String text) throws Refusal {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw Refusal.badRequest("_typeFilter: the search is not URL-encoded");
        }
    }

    /** Takes the backslashes away that FHIR puts before commas, bars, dollars and backslashes. */
    static String unescape(String value) {
        return ESCAPED.matcher(value).replaceAll("$1");
    }

    /** The types that have a filter. */
    Set<String> types() {
        return tests.keySet();
    }

    boolean includes(String type, JsonNode resource) {
        return Optional.ofNullable(tests.get(type))
                .map(test -> test.test(resource))
                .orElse(true);
    }
}
