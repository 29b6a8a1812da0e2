package io.github.cumulusmaven.deid;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Knows the elements of resources that other versions of FHIR have and R4 does not: they tell data of those versions. */
final class OtherVersions {
    private static final String RESOURCE = "other-versions.txt";
    private static final Map<String, Map<String, Set<String>>> VERSIONS = load();

    private OtherVersions() {}

    /** Reads the versions by the names of their elements, by resource type. */
    private static Map<String, Map<String, Set<String>>> load() {
        Map<String, Map<String, Set<String>>> types = new HashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(OtherVersions.class.getResourceAsStream(RESOURCE), RESOURCE),
                StandardCharsets.UTF_8))) {
            reader.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                List<String> words = List.of(line.split(" "));
                Map<String, Set<String>> names = types.computeIfAbsent(words.get(0), added -> new TreeMap<>());
                words.subList(2, words.size()).forEach(name -> names.computeIfAbsent(name, added -> new TreeSet<>())
                        .add(words.get(1)));
            });
            return types;
        } catch (IOException broken) {
            throw new UncheckedIOException(RESOURCE, broken);
        }
    }

    /** Returns the names of a resource type's elements that R4 does not have. */
    static Set<String> names(String type) {
        return VERSIONS.getOrDefault(type, Map.of()).keySet();
    }

    /**
     * Returns the versions that have an element; none where R4 has it, or no version.
     *
     * @param path the type and the element's name, with a dot
     */
    static Set<String> of(String path) {
        int dot = path.indexOf('.');
        return VERSIONS.getOrDefault(path.substring(0, Math.max(0, dot)), Map.of())
                .getOrDefault(path.substring(dot + 1), Set.of());
    }
}
