package io.github.cumulusmaven.hydrate;

import java.util.Locale;
import java.util.Set;

/**
 * Which notes are wanted.
 *
 * @param types media types, without parameters, in lower case
 * @param most bytes that a note may have
 */
public record NoteSettings(Set<String> types, long most) {
    public NoteSettings {
        types = Set.copyOf(types);
    }

    /** Whether a content type, with or without parameters, is wanted. */
    boolean wants(String contentType) {
        return types.contains(mediaType(contentType));
    }

    /** A content type without its parameters, in lower case. */
    static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    }
}
