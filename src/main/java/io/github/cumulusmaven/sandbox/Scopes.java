package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.fhir.ResourceType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a token permits (SM-16): to read, and to search, resources of some types or of all. An export needs both.
 *
 * @param letters by type or {@code *}: {@code r} to read, {@code s} to search
 * @param text as granted, in the client's own words
 */
record Scopes(Map<String, String> letters, String text) {
    static final Scopes EVERYTHING = new Scopes(Map.of("*", "rs"), "system/*.rs");

    private static final Pattern SCOPE = Pattern.compile("system/(\\*|[A-Za-z]+)\\.(read|r|s|rs)");

    Scopes {
        letters = Map.copyOf(letters);
    }

    /** Reads a list of scopes separated by spaces. */
    static Scopes parse(String list) throws Refusal {
        Map<String, String> letters = new LinkedHashMap<>();
        String text = String.join(" ", Arrays.asList(list.trim().split("\\s+", -1)));
        for (String scope : text.split(" ", -1)) {
            Matcher matcher = SCOPE.matcher(scope);
            if (!matcher.matches() || !isType(matcher.group(1))) {
                throw Refusal.oauth(
                        "invalid_scope",
                        "Only scopes like system/*.rs, system/Patient.rs or system/*.read are granted");
            }
            letters.merge(matcher.group(1), matcher.group(2).replace("read", "rs"), String::concat);
        }
        return new Scopes(letters, text);
    }

    private static boolean isType(String name) {
        return name.equals("*") || ResourceType.isKnown(name);
    }

    boolean allowsRead(String type) {
        return allowed(type).contains("r");
    }

    boolean allowsExport(String type) {
        return allowsRead(type) && allowed(type).contains("s");
    }

    private String allowed(String type) {
        return Optional.ofNullable(letters.get("*")).orElse("")
                + Optional.ofNullable(letters.get(type)).orElse("");
    }
}
