package io.github.cumulusmaven.deid;

import java.util.Set;

/**
 * Says what the rules know of the content of an extension that is kept.
 *
 * @param defined whether its definition is known, so that other extensions inside it are not kept
 * @param nested the URLs of those that its definition names
 * @param hashId whether its value is an id
 */
record ExtensionContent(boolean defined, Set<String> nested, boolean hashId) {
    static final ExtensionContent UNKNOWN = new ExtensionContent(false, Set.of(), false);

    ExtensionContent {
        nested = Set.copyOf(nested);
    }
}
