package io.github.cumulusmaven.deid;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a rules file can say of an extension's URL. */
enum ExtensionVerb {
    /** Kept. */
    KEEP,
    /** Dropped as all unknown ones are, but not worth a report. */
    IGNORE,
    /** As a modifier: does not stand in the way of its resource. */
    MODIFIER,
    /** Neither kept nor understood, whatever else is said. */
    DROP;

    String word() {
        return name().toLowerCase(Locale.ROOT) + "-extension";
    }

    static Optional<ExtensionVerb> of(String word) {
        return Stream.of(values()).filter(verb -> verb.word().equals(word)).findFirst();
    }
}
