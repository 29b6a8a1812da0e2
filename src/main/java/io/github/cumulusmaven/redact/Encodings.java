package io.github.cumulusmaven.redact;

import java.util.Map;

/** Reads single characters as URLs, JSON and HTML write them. */
final class Encodings {
    private static final Map<String, Character> NAMED =
            Map.of("&amp;", '&', "&lt;", '<', "&gt;", '>', "&quot;", '"', "&apos;", '\'');

    private static final String ESCAPED = "\"\\/";
    private static final int LONGEST_ENTITY = 10;

    private Encodings() {}

    /**
     * A decoded character and the length of its encoding.
     *
     * @param character the decoded character
     * @param length how many characters of the text encode it
     */
    record One(char character, int length) {}

    /** Decodes the character at an index; where no encoding begins there, it stands for itself. */
    static One at(String text, int index) {
        char first = text.charAt(index);
        return switch (first) {
            case '%' -> hex(text, index, 1, 2);
            case '\\' -> escaped(text, index);
            case '&' -> entity(text, index);
            default -> new One(first, 1);
        };
    }

    private static One escaped(String text, int index) {
        char next = index + 1 < text.length() ? text.charAt(index + 1) : ' ';
        if (next == 'u') {
            return hex(text, index, 2, 4);
        }
        return ESCAPED.indexOf(next) >= 0 ? new One(next, 2) : new One('\\', 1);
    }

    private static One hex(String text, int index, int skipped, int digits) {
        int end = index + skipped + digits;
        int value = end <= text.length() ? number(text, index + skipped, end, 16) : -1;
        // A byte above 127 is a part of a character only; no secret that a header can carry has one.
        return value < 0 || (digits == 2 && value > 127)
                ? new One(text.charAt(index), 1)
                : new One((char) value, skipped + digits);
    }

    private static One entity(String text, int index) {
        int length = text.substring(index, Math.min(text.length(), index + LONGEST_ENTITY))
                .indexOf(';');
        if (length < 0) {
            return new One('&', 1);
        }
        int end = index + length;
        Character named = NAMED.get(text.substring(index, end + 1));
        if (named != null) {
            return new One(named, end + 1 - index);
        }
        boolean hex = text.startsWith("&#x", index) || text.startsWith("&#X", index);
        int value = hex
                ? number(text, index + 3, end, 16)
                : text.startsWith("&#", index) ? number(text, index + 2, end, 10) : -1;
        return value < 0 || value > Character.MAX_VALUE ? new One('&', 1) : new One((char) value, end + 1 - index);
    }

    private static int number(String text, int start, int end, int radix) {
        int value = start < end ? 0 : -1;
        for (int index = start; index < end && value >= 0; index++) {
            int digit = Character.digit(text.charAt(index), radix);
            value = digit < 0 ? -1 : value * radix + digit;
        }
        return value;
    }
}
