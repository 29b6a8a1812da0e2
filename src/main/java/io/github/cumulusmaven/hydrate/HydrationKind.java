package io.github.cumulusmaven.hydrate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be brought over. */
public enum HydrationKind {
    /** Medications that requests, dispenses and administrations refer to. */
    MEDICATIONS("Medication"),
    /** The bodies of clinical notes. */
    NOTES("Binary");

    private final String scopeType;

    HydrationKind(String scopeType) {
        this.scopeType = scopeType;
    }

    /** The types of the resources that refer to such things. */
    public List<String> types() {
        return this == NOTES ? NotedResource.TYPES : MedicationReference.TYPES;
    }

    /** The types of the resources in the files that are added. */
    public List<String> addedTypes() {
        return this == NOTES ? NotedResource.TYPES : List.of(scopeType);
    }

    /** The resource type that a token must allow to read. */
    public String scopeType() {
        return scopeType;
    }

    /** What users call it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind that a user names, in any case. */
    public static Optional<HydrationKind> named(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equalsIgnoreCase(word.trim()))
                .findAny();
    }

    /** What users call them. */
    public static List<String> words() {
        return Arrays.stream(values()).map(HydrationKind::word).toList();
    }
}
