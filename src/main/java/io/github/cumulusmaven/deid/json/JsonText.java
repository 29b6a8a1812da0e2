package io.github.cumulusmaven.deid.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The text of JSON strings, between their quotes. */
public final class JsonText {
    private static final int NEXT_LINE = 0x85;

    private JsonText() {}

    /** How many bytes the character takes that begins with a byte beyond ASCII. */
    public static int utf8Length(byte[] in, int at, int end) throws Unreadable {
        int first = in[at] & 0xff;
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || end - at < length) {
            throw Unreadable.malformed();
        }
        for (int index = 1; index < length; index++) {
            if ((in[at + index] & 0xc0) != 0x80) {
                throw Unreadable.malformed();
            }
        }
        int second = in[at + 1] & 0xff;
        boolean overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
        boolean surrogate = first == 0xed && second >= 0xa0;
        boolean beyondUnicode = first == 0xf4 && second >= 0x90;
        if (overlong || surrogate || beyondUnicode) {
            throw Unreadable.malformed();
        }
        return length;
    }

    /** What a well-formed string means. */
    public static String decode(byte[] in, int start, int stop) {
        return new String(utf8(in, start, stop), StandardCharsets.UTF_8);
    }

    /** The same in UTF-8. */
    public static byte[] utf8(byte[] in, int start, int stop) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(stop - start);
        for (int at = start; at < stop; ) {
            if (in[at] != '\\') {
                out.write(in[at++]);
            } else if (in[at + 1] != 'u') {
                out.write(simpleEscape(in[at + 1]));
                at += 2;
            } else {
                int character = unit(in, at);
                at += 6;
                if (Character.isHighSurrogate((char) character) && isLowSurrogate(in, at, stop)) {
                    character = Character.toCodePoint((char) character, (char) unit(in, at));
                    at += 6;
                }
                out.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    /**
     * Finds half a character: the escape of a high surrogate without that of a low one behind it, or the reverse.
     *
     * @return where its escape begins; {@code stop} where there is none
     */
    public static int findLoneSurrogate(byte[] in, int start, int stop) {
        for (int at = start; at < stop; ) {
            if (in[at] != '\\' || in[at + 1] != 'u') {
                at += length(in, at);
                continue;
            }
            char unit = (char) unit(in, at);
            if (Character.isHighSurrogate(unit) && isLowSurrogate(in, at + 6, stop)) {
                at += 12;
            } else if (Character.isSurrogate(unit)) {
                return at;
            } else {
                at += 6;
            }
        }
        return stop;
    }

    private static boolean isLowSurrogate(byte[] in, int at, int stop) {
        return at + 6 <= stop && in[at] == '\\' && in[at + 1] == 'u' && Character.isLowSurrogate((char) unit(in, at));
    }

    private static int simpleEscape(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    private static int unit(byte[] in, int escape) {
        int unit = 0;
        for (int index = 2; index < 6; index++) {
            unit = (unit << 4) | Character.digit(in[escape + index], 16);
        }
        return unit;
    }

    /** A text as a JSON string. */
    public static byte[] quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ' || Character.isSurrogate(character)) {
                quoted.append(String.format("\\u%04x", (int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Where a text begins and ends once white space (all that Unicode knows) is taken from both ends. */
    public static long trim(byte[] in, int start, int stop) {
        int first = stop;
        int last = stop;
        for (int at = start; at < stop; ) {
            int length = length(in, at);
            if (!isBlank(character(in, at, length))) {
                first = Math.min(first, at);
                last = at + length;
            }
            at += length;
        }
        return pack(first, last);
    }

    public static long pack(int start, int stop) {
        return ((long) start << Integer.SIZE) | stop;
    }

    public static int start(long span) {
        return (int) (span >>> Integer.SIZE);
    }

    public static int stop(long span) {
        return (int) span;
    }

    private static int length(byte[] in, int at) {
        int first = in[at] & 0xff;
        if (first == '\\') {
            return in[at + 1] == 'u' ? 6 : 2;
        }
        return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }

    /** No white space takes four bytes. */
    private static int character(byte[] in, int at, int length) {
        return switch (length) {
            case 1 -> in[at];
            case 2 -> in[at] == '\\' ? simpleEscape(in[at + 1]) : ((in[at] & 0x1f) << 6) | (in[at + 1] & 0x3f);
            case 3 -> ((in[at] & 0x0f) << 12) | ((in[at + 1] & 0x3f) << 6) | (in[at + 2] & 0x3f);
            case 6 -> unit(in, at);
            default -> 'x';
        };
    }

    private static boolean isBlank(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character) || character == NEXT_LINE;
    }
}
