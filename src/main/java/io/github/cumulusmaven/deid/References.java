package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.codebook.AnonymousIds;
import io.github.cumulusmaven.fhir.ResourceType;
import java.util.List;
import java.util.Optional;

/** Makes references anonymous, in such a way that they still meet the ids they refer to. */
final class References {
    private final AnonymousIds ids;
    private final List<String> bases;

    /** @param bases URLs of servers whose resources these are, so that an absolute reference is one of them */
    References(AnonymousIds ids, List<String> bases) {
        this.ids = ids;
        this.bases = bases.stream()
                .map(base -> base.endsWith("/") ? base : base + "/")
                .toList();
    }

    /**
     * The anonymous form of a reference; nothing where it is none.
     *
     * @param type the resource type that stands beside it, if one does
     */
    Optional<String> anonymize(String reference, Optional<String> type) {
        if (reference.startsWith("#")) {
            return Optional.of(reference.length() == 1 ? reference : "#" + ids.other(reference.substring(1)));
        }
        String relative = relative(reference);
        int separator = separator(relative);
        if (separator < 0) {
            return isAbsolute(relative)
                    ? Optional.of(ids.other(relative))
                    : type.filter(ResourceType::isKnown).map(known -> known + "/" + ids.of(known, relative));
        }
        String named = relative.substring(0, separator);
        String rest = relative.substring(separator + 1);
        if (ResourceType.isKnown(named)) {
            return rest.isEmpty() ? Optional.empty() : Optional.of(named + "/" + ids.of(named, rest));
        }
        return isAbsolute(reference) ? Optional.of(ids.other(reference)) : Optional.empty();
    }

    private String relative(String reference) {
        for (String base : bases) {
            if (reference.startsWith(base)) {
                return reference.substring(base.length());
            }
        }
        return reference;
    }

    private static int separator(String reference) {
        for (int index = 0; index < reference.length(); index++) {
            if (reference.charAt(index) == '/' || reference.charAt(index) == '?') {
                return index;
            }
        }
        return -1;
    }

    /** Whether it begins with a scheme: letters, then a colon. */
    private static boolean isAbsolute(String reference) {
        int colon = reference.indexOf(':');
        return colon > 1 && reference.substring(0, colon).chars().allMatch(Character::isLetter);
    }
}
