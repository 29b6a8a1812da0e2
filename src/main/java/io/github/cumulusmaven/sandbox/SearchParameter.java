package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A search parameter that {@code _typeFilter} may use: those of FHIR R4 that are tokens or dates, for the types of a
 * patient's compartment and for those that patients share.
 *
 * @param name in a query
 * @param kind {@code token} or {@code date}
 * @param elements that it looks at, any of them, each as the names on the way to it
 * @see <a href="https://hl7.org/fhir/R4/search.html">FHIR R4 search</a>
 */
record SearchParameter(String name, String kind, List<List<String>> elements) {
    private static final List<SearchParameter> OF_ALL_TYPES = List.of(
            parse("_id:token:id"),
            parse("_lastUpdated:date:meta.lastUpdated"),
            parse("_security:token:meta.security"),
            parse("_tag:token:meta.tag"));

    private static final Map<String, List<SearchParameter>> BY_TYPE = load("search-parameters.txt");

    /** Reads lines of a type and its parameters, each as {@code name:kind:element|element}. */
    private static Map<String, List<SearchParameter>> load(String resource) {
        try (InputStream in = SearchParameter.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .collect(Collectors.toUnmodifiableMap(words -> words[0], words -> Arrays.stream(words)
                            .skip(1)
                            .map(SearchParameter::parse)
                            .toList()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static SearchParameter parse(String text) {
        String[] parts = text.split(":", -1);
        return new SearchParameter(
                parts[0],
                parts[1],
                Arrays.stream(parts[2].split("\\|", -1))
                        .map(path -> Arrays.asList(path.split("\\.", -1)))
                        .toList());
    }

    /** Lists the parameters of a type. */
    static List<SearchParameter> of(String type) {
        List<SearchParameter> all = new ArrayList<>(OF_ALL_TYPES);
        all.addAll(BY_TYPE.getOrDefault(type, List.of()));
        return all;
    }

    static Optional<SearchParameter> find(String type, String name) {
        return of(type).stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst();
    }

    /**
     * Makes the test of resources.
     *
     * @param values any of which suffices
     * @throws Refusal when a value is no date, for a date
     */
    Predicate<JsonNode> matching(List<String> values) throws Refusal {
        List<Predicate<JsonNode>> tests = new ArrayList<>();
        for (String value : values) {
            tests.add(kind.equals("date") ? SearchDate.parse(name, value) : SearchToken.parse(value));
        }
        return resource -> elements.stream()
                .flatMap(path -> PatientCompartment.values(resource, path))
                .anyMatch(element -> tests.stream().anyMatch(test -> test.test(element)));
    }
}
