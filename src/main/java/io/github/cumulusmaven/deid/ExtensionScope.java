package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.json.Symbols;
import java.util.Set;

/** The extensions that are kept inside an element, besides those that the rules list. */
final class ExtensionScope {
    /** Keeps no others. */
    static final ExtensionScope LISTED = new ExtensionScope(false, Set.of(), false);

    /** Keeps all, inside a kept extension whose definition is not known. */
    static final ExtensionScope ANY = new ExtensionScope(true, Set.of(), false);

    final boolean any;

    /** The URLs of the nested extensions that this extension's definition names, "ombCategory" for instance. */
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
     * Returns the scope one level deeper: in the value of an extension, or the extensions of a primitive. Beside a
     * value that is an id, only listed extensions are known not to repeat it.
     */
    ExtensionScope below() {
        return any && !hashes ? ANY : LISTED;
    }
}
