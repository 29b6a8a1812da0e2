package io.github.cumulusmaven.hydrate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of resources that single requests can add. */
public enum HydrationKind {
    /** Medications that requests, dispenses and administrations refer to. */
    MEDICATIONS("Medication"),
    /** The bodies of clinical notes. */
    NOTES("Binary");

    private final String scopeType;

    HydrationKind(String scopeType) {
        this.scopeType = scopeType;
    }

    /** Returns the resource types that refer to this kind. */
    public List<String> types() {
        return this == NOTES ? NotedResource.TYPES : MedicationReference.TYPES;
    }

    /** Returns the resource types in the files that are added. */
    public List<String> addedTypes() {
        return this == NOTES ? NotedResource.TYPES : List.of(scopeType);
    }

    /** Returns the resource type that a token must allow to read. */
    public String scopeType() {
        return scopeType;
    }

    /** Returns the users' word for the kind. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Finds the kind by the users' word, in any case. */
    public static Optional<HydrationKind> named(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equalsIgnoreCase(word.trim()))
                .findAny();
    }

    /** Lists the users' words for all kinds. */
    public static List<String> words() {
        return Arrays.stream(values()).map(HydrationKind::word).toList();
    }
}
