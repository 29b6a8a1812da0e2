package io.github.cumulusmaven.hydrate;

import java.util.Locale;
import java.util.Set;

/**
 * The notes that the user wants.
 *
 * @param types the media types, without parameters, in lower case
 * @param most the largest size of a note, in bytes
 */
public record NoteSettings(Set<String> types, long most) {
    public NoteSettings {
        types = Set.copyOf(types);
    }

    /** Tells whether notes of a content type, with or without parameters, are wanted. */
    boolean wants(String contentType) {
        return types.contains(mediaType(contentType));
    }

    /** Returns a content type without its parameters, in lower case. */
    static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.trim().toLowerCase(Locale.ROOT);
    }
}
