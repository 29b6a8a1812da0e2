package io.github.cumulusmaven.etl.canary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads JSON strings that are not plain ASCII. */
final class JsonString {
    private JsonString() {}

    /** Finds the string's closing quote. */
    static int end(byte[] json, int from, int to) throws IOException {
        for (int at = from; at < to; at++) {
            if (json[at] == '"') {
                return at;
            }
            if (json[at] == '\\') {
                at++;
            }
        }
        throw new IOException("a string without an end");
    }

    /** Decodes the string's characters. */
    static String text(byte[] json, int from, int to) {
        String raw = new String(json, from, to - from, StandardCharsets.UTF_8);
        int escape = raw.indexOf('\\');
        if (escape < 0) {
            return raw;
        }
        StringBuilder text = new StringBuilder(raw.length());
        int at = 0;
        for (; escape >= 0 && escape + 1 < raw.length(); escape = raw.indexOf('\\', at)) {
            text.append(raw, at, escape);
            char kind = raw.charAt(escape + 1);
            at = escape + 2;
            if (kind == 'u' && at + 4 <= raw.length()) {
                text.append(unit(raw, at));
                at += 4;
            } else {
                text.append(plain(kind));
            }
        }
        return text.append(raw, at, raw.length()).toString();
    }

    private static char unit(String raw, int at) {
        int unit = 0;
        for (int index = at; index < at + 4; index++) {
            unit = unit << 4 | Math.max(0, Character.digit(raw.charAt(index), 16));
        }
        return (char) unit;
    }

    private static char plain(char kind) {
        return switch (kind) {
            case 'n', 'r', 't', 'b', 'f' -> ' ';
            default -> kind;
        };
    }
}
