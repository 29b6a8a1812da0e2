package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.json.Symbols;
import java.util.Set;

/** Which extensions are kept inside an element, besides those that the rules list. */
final class ExtensionScope {
    /** None. */
    static final ExtensionScope LISTED = new ExtensionScope(false, Set.of(), false);

    /** All: this is inside an extension that is kept, and of which nothing else is known. */
    static final ExtensionScope ANY = new ExtensionScope(true, Set.of(), false);

    final boolean any;

    /** The URLs, "ombCategory" for instance, of those that the definition of this extension names. */
    final Symbols nested;

    /** Tells whether this is inside an extension whose value is an id. */
    final boolean hashes;

    private ExtensionScope(boolean any, Set<String> nested, boolean hashes) {
        this.any = any;
        this.nested = new Symbols(nested);
        this.hashes = hashes;
    }

    static ExtensionScope of(ExtensionContent content) {
        return new ExtensionScope(!content.defined(), content.nested(), content.hashId());
    }

    /**
     * What holds one level deeper: in the value of an extension, or the extensions of a primitive. Beside a value that is an
     * id, only what is listed is known not to repeat it.
     */
    ExtensionScope below() {
        return any && !hashes ? ANY : LISTED;
    }
}
