package io.github.cumulusmaven.deid;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The elements that FHIR R4 defines, which of them are primitives, and the types of the others. */
final class R4 {
    private static final String RESOURCE = "r4.txt";
    private static final String NO_BASE = "-";

    private final Map<String, Struct> structs;
    private final Map<String, List<String>> valueSets;

    private R4(Map<String, Struct> structs, Map<String, List<String>> valueSets) {
        this.structs = structs;
        this.valueSets = valueSets;
    }

    /** A type, or an element that has elements of its own. */
    private record Struct(String base, Map<String, ElementType> own) {}

    /**
     * The type of an element.
     *
     * @param name a type's name; {@code *} for elements of its own; {@code @} and a path for the elements of another
     *     element
     * @param valueSet the set that the element's codes are from; for a Reference, the one resource type that it may
     *     lead to, groups aside; "" where there is none
     */
    record ElementType(String name, String valueSet) {
        boolean isPrimitive() {
            return Character.isLowerCase(name.charAt(0));
        }

        boolean isGroup() {
            return name.equals("*");
        }

        /** Returns the resource type of a Reference's target; "" where there are several. */
        String target() {
            return name.equals("Reference") ? valueSet : "";
        }

        boolean isDate() {
            return name.equals("date") || name.equals("dateTime") || name.equals("instant");
        }
    }

    static R4 load() {
        Map<String, Struct> structs = new HashMap<>();
        Map<String, List<String>> valueSets = new HashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split(" ");
                if (line.startsWith("=")) {
                    valueSets.put(words[0].substring(1), List.of(words).subList(1, words.length));
                } else if (!line.startsWith("#")) {
                    structs.put(words[0], struct(words));
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(RESOURCE, broken);
        }
        return new R4(structs, valueSets);
    }

    private static InputStream open() {
        return Objects.requireNonNull(R4.class.getResourceAsStream(RESOURCE), RESOURCE);
    }

    private static Struct struct(String[] words) {
        Map<String, ElementType> own = new LinkedHashMap<>();
        for (int index = 2; index < words.length; index++) {
            String[] element = words[index].split("[:=]");
            own.put(element[0], new ElementType(element[1], element.length > 2 ? element[2] : ""));
        }
        return new Struct(words[1], own);
    }

    boolean hasType(String name) {
        return name.indexOf('.') < 0 && structs.containsKey(name);
    }

    boolean isResource(String type) {
        return lineage(type).contains("Resource");
    }

    /** Returns the names of all types. */
    List<String> types() {
        return structs.keySet().stream().filter(this::hasType).toList();
    }

    /** Returns the type, the type that it extends, the type that this one extends, and so on. */
    List<String> lineage(String type) {
        List<String> lineage = new ArrayList<>();
        for (String next = type; !next.equals(NO_BASE); next = struct(next).base()) {
            lineage.add(next);
        }
        return lineage;
    }

    /** Returns the codes of a set to which elements are bound. */
    List<String> codes(String valueSet) {
        return Objects.requireNonNull(valueSets.get(valueSet), valueSet);
    }

    /** Returns the elements that a type, or an element with elements of its own, adds to those it inherits. */
    Map<String, ElementType> own(String path) {
        return struct(path).own();
    }

    private Struct struct(String path) {
        return Objects.requireNonNull(structs.get(path), path);
    }

    /** Finds an element's type, be the element the type's own or inherited; empty when R4 has no such element. */
    Optional<ElementType> element(String path) {
        int dot = path.lastIndexOf('.');
        String parent = path.substring(0, Math.max(dot, 0));
        if (!structs.containsKey(parent)) {
            return Optional.empty();
        }
        String name = path.substring(dot + 1);
        return lineage(parent).stream()
                .flatMap(type -> Optional.ofNullable(own(type).get(name)).stream())
                .findFirst();
    }

    /**
     * Names the path that defines the elements below an element: its type ({@code CodeableConcept} of {@code
     * Condition.code}), or the element itself, or another whose elements it has.
     */
    Optional<String> definitionOf(String path) {
        return element(path).map(type -> type.isGroup() ? path : type.name().replaceFirst("^@", ""));
    }

    /**
     * Returns the names of the elements of a type or element, inherited ones included; none where R4 has no such type.
     */
    List<String> names(String path) {
        return structs.containsKey(path)
                ? lineage(path).stream()
                        .flatMap(type -> own(type).keySet().stream())
                        .toList()
                : List.of();
    }
}
