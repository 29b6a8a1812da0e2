package io.github.cumulusmaven.deid;

import java.util.Set;

/**
 * Describes the content of a kept extension, as far as the rules know it.
 *
 * @param defined whether its definition is known, so that other extensions inside it are not kept
 * @param nested the URLs of the nested extensions that the definition names
 * @param hashId whether its value is an id
 */
record ExtensionContent(boolean defined, Set<String> nested, boolean hashId) {
    static final ExtensionContent UNKNOWN = new ExtensionContent(false, Set.of(), false);

    ExtensionContent {
        nested = Set.copyOf(nested);
    }
}
