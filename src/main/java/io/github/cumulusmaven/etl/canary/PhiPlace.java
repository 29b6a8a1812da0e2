package io.github.cumulusmaven.etl.canary;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * The element of a table in which values of one kind were found.
 *
 * @param type the resource type of the table
 * @param element the element's path below the row, with dots: {@code subject.display}
 * @param kind the kind of the values found
 * @param extension the URL of the outermost extension that holds the element, if the rules keep it by name
 * @param contained the type of the contained resource that holds the element, if one does
 */
public record PhiPlace(
        String type, String element, PhiKind kind, Optional<String> extension, Optional<String> contained)
        implements Comparable<PhiPlace> {
    private static final Comparator<PhiPlace> ORDER = Comparator.comparing(PhiPlace::type)
            .thenComparing(PhiPlace::element)
            .thenComparing(PhiPlace::kind)
            .thenComparing(place -> place.extension().orElse(""))
            .thenComparing(place -> place.contained().orElse(""));

    /** Returns the name of the table. */
    public String table() {
        return type.toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the element's path, with the extension that holds it: {@code
     * extension(http://example.org/x).valueString}.
     */
    public String shownElement() {
        return extension
                .map(url -> element.replaceFirst(
                        "(^|\\.)(extension|modifierExtension)(?=\\.|$)", "$0(" + Matcher.quoteReplacement(url) + ")"))
                .orElse(element);
    }

    /** Writes the line of a file of acknowledged findings that matches this place, without a reason. */
    public String acknowledgement() {
        return type + "." + shownElement() + " " + kind.word();
    }

    @Override
    public int compareTo(PhiPlace other) {
        return ORDER.compare(this, other);
    }
}
