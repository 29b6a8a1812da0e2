package io.github.cumulusmaven.deid.json;

import io.github.cumulusmaven.fhir.EightBytes;
import io.github.cumulusmaven.fhir.FhirJson;
import java.util.Arrays;

/**
 * One JSON document as an index into its bytes: three numbers a value, in the order of the text. A parser's events would
 * not do: whether a value may stay depends on siblings that come later, and what stays must stay to the letter (1.50,
 * escapes). So the bytes are read once, strictly by RFC 8259, and what is kept is copied from where it is.
 *
 * <p>The memory grows with the number of values, not with the length of strings. Reused for line after line; not
 * thread-safe.
 */
public final class JsonTape {
    public static final int OBJECT = 1;
    public static final int ARRAY = 2;
    public static final int STRING = 3;
    public static final int NUMBER = 4;
    public static final int BOOLEAN = 5;
    public static final int NULL = 6;

    public static final int STRIDE = 3;
    private static final int KIND = 0xf;
    private static final int ESCAPED = 0x10;
    private static final int SIBLING = 0x20;
    private static final int NAME_SHIFT = 6;

    /** With room to grow, 36 MB: no real resource has a tenth of that. */
    private static final int MOST_VALUES = 1024 * 1024;

    private static final int USUAL_VALUES = 4 * 1024;

    private static final byte[] NOTHING = {};

    private final Symbols names;
    private int[] tape = new int[USUAL_VALUES * STRIDE];
    private int size;
    private final int[] open = new int[FhirJson.DEEPEST];
    private byte[] in = NOTHING;
    private int at;
    private int end;
    private boolean escaped;

    public JsonTape(Symbols names) {
        this.names = names;
    }

    /** Reads a document that may have white space, and a byte order mark, around it. The root is at position 0. */
    public void read(byte[] buffer, int start, int length) throws Unreadable {
        in = buffer;
        at = start;
        end = start + length;
        size = 0;
        if (length >= 3 && in[at] == (byte) 0xEF && in[at + 1] == (byte) 0xBB && in[at + 2] == (byte) 0xBF) {
            at += 3;
        }
        document();
    }

    /** Forgets the document. */
    public void release() {
        in = NOTHING;
        if (tape.length > USUAL_VALUES * STRIDE * 16) {
            tape = new int[USUAL_VALUES * STRIDE];
        }
    }

    private void document() throws Unreadable {
        int depth = 0;
        int name = 0;
        while (true) {
            int value = size;
            int kind = value(name);
            if (kind == OBJECT || kind == ARRAY) {
                if (depth == FhirJson.DEEPEST) {
                    throw Unreadable.tooComplex();
                }
                open[depth++] = value;
                if (next() != closing(value)) {
                    name = kind == OBJECT ? name() : 0;
                    continue;
                }
            } else if (depth == 0) {
                break;
            }
            name = afterValue(depth);
            while (name == CLOSED) {
                at++;
                depth--;
                tape[open[depth] + 2] = size;
                if (depth == 0) {
                    endOfDocument();
                    return;
                }
                name = afterValue(depth);
            }
        }
        endOfDocument();
    }

    private static final int CLOSED = -1;

    /** Goes on behind a value: to the next one, whose name is returned, or before the end of what holds it. */
    private int afterValue(int depth) throws Unreadable {
        int container = open[depth - 1];
        int next = next();
        if (next == closing(container)) {
            return CLOSED;
        }
        if (next != ',') {
            throw Unreadable.malformed();
        }
        at++;
        return kind(container) == OBJECT ? name() : 0;
    }

    private int closing(int container) {
        return kind(container) == OBJECT ? '}' : ']';
    }

    private void endOfDocument() throws Unreadable {
        skipBlanks();
        if (at != end) {
            throw Unreadable.malformed();
        }
    }

    private void skipBlanks() {
        while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    /** The next byte that is not blank. */
    private int next() throws Unreadable {
        if (at < end && in[at] > ' ') {
            return in[at];
        }
        skipBlanks();
        if (at == end) {
            throw Unreadable.malformed();
        }
        return in[at];
    }

    private int value(int name) throws Unreadable {
        int start;
        switch (next()) {
            case '"' -> {
                start = ++at;
                string();
                add(STRING | (escaped ? ESCAPED : 0) | name, start, at - 1);
                return STRING;
            }
            case '{' -> {
                add(OBJECT | name, at++, 0);
                return OBJECT;
            }
            case '[' -> {
                add(ARRAY | name, at++, 0);
                return ARRAY;
            }
            case 't' -> {
                start = at;
                word("true");
                add(BOOLEAN | name, start, at);
                return BOOLEAN;
            }
            case 'f' -> {
                start = at;
                word("false");
                add(BOOLEAN | name, start, at);
                return BOOLEAN;
            }
            case 'n' -> {
                start = at;
                word("null");
                add(NULL | name, start, at);
                return NULL;
            }
            default -> {
                start = at;
                number();
                requireLength(start, FhirJson.LONGEST_NUMBER);
                add(NUMBER | name, start, at);
                return NUMBER;
            }
        }
    }

    private void add(int head, int start, int stop) throws Unreadable {
        if (size == tape.length) {
            if (size >= MOST_VALUES * STRIDE) {
                throw Unreadable.tooComplex();
            }
            tape = Arrays.copyOf(tape, size * 2);
        }
        tape[size] = head;
        tape[size + 1] = start;
        tape[size + 2] = stop;
        size += STRIDE;
    }

    private void requireLength(int start, int most) throws Unreadable {
        if (at - start > most) {
            throw Unreadable.tooComplex();
        }
    }

    private void word(String word) throws Unreadable {
        if (end - at < word.length()) {
            throw Unreadable.malformed();
        }
        for (int index = 0; index < word.length(); index++) {
            if (in[at + index] != word.charAt(index)) {
                throw Unreadable.malformed();
            }
        }
        at += word.length();
    }

    private void number() throws Unreadable {
        if (in[at] == '-') {
            at++;
        }
        if (at < end && in[at] == '0') {
            at++;
        } else {
            digits();
        }
        if (at < end && in[at] == '.') {
            at++;
            digits();
        }
        if (at < end && (in[at] | 0x20) == 'e') {
            at++;
            if (at < end && (in[at] == '+' || in[at] == '-')) {
                at++;
            }
            digits();
        }
    }

    private void digits() throws Unreadable {
        int start = at;
        while (at < end && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw Unreadable.malformed();
        }
    }

    /** Reads a name and its colon; the name's number, shifted to its place in a head. */
    private int name() throws Unreadable {
        if (next() != '"') {
            throw Unreadable.malformed();
        }
        int start = ++at;
        skipPlain();
        requireLength(start, FhirJson.LONGEST_NAME);
        int head;
        if (at < end && in[at] == '"') {
            head = head(in, start, at);
            at++;
        } else {
            string();
            requireLength(start, FhirJson.LONGEST_NAME);
            byte[] text = JsonText.utf8(in, start, at - 1);
            head = head(text, 0, text.length);
        }
        if (next() != ':') {
            throw Unreadable.malformed();
        }
        at++;
        return head;
    }

    private int head(byte[] buffer, int start, int stop) {
        if (start < stop && buffer[start] == '_') {
            return ((names.find(buffer, start + 1, stop) + 1) << NAME_SHIFT) | SIBLING;
        }
        return (names.find(buffer, start, stop) + 1) << NAME_SHIFT;
    }

    /** Goes behind the quote that ends a string, whose characters begin, or go on, here. */
    private void string() throws Unreadable {
        escaped = false;
        while (true) {
            skipPlain();
            if (at >= end) {
                throw Unreadable.malformed();
            }
            byte special = in[at];
            if (special == '"') {
                at++;
                return;
            }
            if (special == '\\') {
                escaped = true;
                escape();
            } else if (special < 0) {
                at += JsonText.utf8Length(in, at, end);
            } else if (special < ' ') {
                throw Unreadable.malformed();
            } else {
                at++;
            }
        }
    }

    /** Passes over plain ASCII, eight bytes at a time. */
    private void skipPlain() {
        while (at + Long.BYTES <= end) {
            long eight = EightBytes.at(in, at);
            long special = EightBytes.marksBeyondAscii(eight)
                    | EightBytes.marks(eight, '"')
                    | EightBytes.marks(eight, '\\')
                    | EightBytes.marksBelow(eight, ' ');
            if (special != 0) {
                at += EightBytes.first(special);
                return;
            }
            at += Long.BYTES;
        }
    }

    private void escape() throws Unreadable {
        int kind = at + 1 < end ? in[at + 1] : 0;
        if (kind != 'u') {
            if (kind == 0 || "\"\\/bfnrt".indexOf(kind) < 0) {
                throw Unreadable.malformed();
            }
            at += 2;
            return;
        }
        if (end - at < 6) {
            throw Unreadable.malformed();
        }
        for (int index = 2; index < 6; index++) {
            if (Character.digit(in[at + index], 16) < 0) {
                throw Unreadable.malformed();
            }
        }
        at += 6;
    }

    public int kind(int position) {
        return tape[position] & KIND;
    }

    /** The number of the property's name, or {@link Symbols#UNKNOWN}; without the underscore that a sibling has. */
    public int name(int position) {
        return (tape[position] >>> NAME_SHIFT) - 1;
    }

    /** Whether the property's name begins with an underscore: it holds what a primitive cannot. */
    public boolean isSibling(int position) {
        return (tape[position] & SIBLING) != 0;
    }

    public boolean isEscaped(int position) {
        return (tape[position] & ESCAPED) != 0;
    }

    /** Where the text of a primitive begins; of a string, behind its quote. */
    public int start(int position) {
        return tape[position + 1];
    }

    /** Where it ends; of a string, before its quote. */
    public int stop(int position) {
        return tape[position + 2];
    }

    /** Where the next value on the same level is, or would be. */
    public int next(int position) {
        int kind = tape[position] & KIND;
        return kind <= ARRAY ? tape[position + 2] : position + STRIDE;
    }

    /** Where the last value inside an object or array ends. */
    public int endOf(int container) {
        return tape[container + 2];
    }
}
