package io.github.cumulusmaven.deid;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The verbs of a rules file for an extension's URL. */
enum ExtensionVerb {
    /** Keeps the extension. */
    KEEP,
    /** Drops the extension like an unknown one, but without a report. */
    IGNORE,
    /** Accepts the URL as a modifier: it does not stand in the way of its resource. */
    MODIFIER,
    /** Neither keeps nor understands the extension, whatever other statements say. */
    DROP;

    String word() {
        return name().toLowerCase(Locale.ROOT) + "-extension";
    }

    static Optional<ExtensionVerb> of(String word) {
        return Stream.of(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }
}
