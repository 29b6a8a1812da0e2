package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.codebook.AnonymousIds;
import io.github.cumulusmaven.fhir.ReferenceReader;
import io.github.cumulusmaven.fhir.ResourceReference;
import java.util.List;
import java.util.Optional;

/** Makes references anonymous, in such a way that they still meet the ids they refer to; counts those that meet none. */
final class References {
    private final AnonymousIds ids;
    private final ReferenceReader reader;
    private final Tally tally;

    /** @param bases URLs of servers whose resources these are, so that an absolute reference is one of them */
    References(AnonymousIds ids, List<String> bases, Tally tally) {
        this.ids = ids;
        this.reader = new ReferenceReader(bases);
        this.tally = tally;
    }

    /**
     * An anonymous reference.
     *
     * @param text empty where there is none
     * @param joins whether it leads to a row, so that nobody has to count it
     */
    record Anonymous(String text, boolean joins) {
        static final Anonymous NONE = new Anonymous("", false);
    }

    /**
     * Makes the anonymous form of a reference; none where the text is no reference.
     *
     * @param type the resource type that stands beside the reference, if one does
     * @param target the one resource type that FHIR allows for the reference; empty where there are several
     */
    Anonymous anonymize(String text, Optional<String> type, String target) {
        ResourceReference reference = reader.read(text, type.orElse(""), target);
        if (!reference.form().joins()) {
            tally.joinsNothing(reference.form());
        }
        return new Anonymous(text(reference), reference.form().joins());
    }

    private String text(ResourceReference reference) {
        String named = reference.type();
        String id = reference.id();
        return switch (reference.form()) {
            case RESOURCE -> named + "/" + ids.of(named, id);
            case CONTAINED -> id.isEmpty() ? "#" : "#" + ids.other(id);
            case OTHER_URL, URN -> ids.other(id);
            case SEARCH, UNTYPED, MALFORMED -> named.isEmpty() ? "" : named + "/" + ids.of(named, id);
        };
    }
}
