package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The value of a token parameter, as {@code code}, {@code system|code}, {@code |code} or {@code system|}. The case of
 * codes does not count, as FHIR recommends where a code system is not known.
 *
 * @param system nothing for any; empty for none
 * @param code nothing for any
 */
record SearchToken(Optional<String> system, Optional<String> code) implements Predicate<JsonNode> {
    private static final Pattern SEPARATOR = Pattern.compile("(?<!\\\\)\\|");

    static SearchToken parse(String value) {
        String[] parts = SEPARATOR.split(value, 2);
        String code = TypeFilters.unescape(parts[parts.length - 1]);
        return new SearchToken(
                parts.length == 1 ? Optional.empty() : Optional.of(TypeFilters.unescape(parts[0])),
                Optional.of(code).filter(text -> !text.isEmpty()));
    }

    /** Tests a CodeableConcept, Coding, Identifier, code or boolean. The system of a code is that of its element. */
    @Override
    public boolean test(JsonNode element) {
        if (element.isValueNode()) {
            return hasCode(element);
        }
        if (element.has("coding")) {
            for (JsonNode coding : element.path("coding")) {
                if (test(coding)) {
                    return true;
                }
            }
            return false;
        }
        return hasCode(element.path(element.has("value") ? "value" : "code"))
                && system.map(wanted -> wanted.equals(element.path("system").asText()))
                        .orElse(true);
    }

    private boolean hasCode(JsonNode found) {
        return !found.isMissingNode()
                && code.map(wanted -> wanted.equalsIgnoreCase(found.asText())).orElse(true);
    }
}
