package io.github.cumulusmaven.deid;

import io.github.cumulusmaven.deid.json.JsonTape;
import io.github.cumulusmaven.deid.json.Symbols;
import io.github.cumulusmaven.fhir.EightBytes;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Checks whether a value can be one of a primitive type of FHIR R4, or one of the codes to which an element is bound: what
 * cannot may be anything, a name or a number of a patient too. The form counts, by the regular expressions of
 * https://hl7.org/fhir/R4/datatypes.html, with more leave where real servers take it and no text can hide: a date, a
 * dateTime and an instant may each be as exact as the others, a zone may be missing or lack its colon.
 */
final class PrimitiveType {
    private static final byte[] DATE_TIME = "0000-00-00T00:00:00".getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_OF_DAY = 11;
    private static final int MINUTES = 16;
    private static final int LONGEST_ID = 64;
    private static final int LONGEST_INTEGER = 10;

    /** The kind of JSON value that the type has. */
    private final int kind;

    private final Check check;
    private final boolean isText;
    private final boolean mayBeId;

    private PrimitiveType(int kind, Check check, boolean isText, boolean mayBeId) {
        this.kind = kind;
        this.check = check;
        this.isText = isText;
        this.mayBeId = mayBeId;
    }

    /**
     * Checks a text. Each type has a class of its own: the JVM then compiles each check by itself, instead of all of
     * them wherever one is called.
     */
    @FunctionalInterface
    private interface Check {
        boolean fits(byte[] in, int start, int stop);
    }

    private static PrimitiveType string(Check check) {
        return new PrimitiveType(JsonTape.STRING, check, false, true);
    }

    private static PrimitiveType time(int first) {
        return new PrimitiveType(
                JsonTape.STRING, (in, start, stop) -> isDateTime(in, start, stop, first), false, false);
    }

    private static PrimitiveType number(Check check) {
        return new PrimitiveType(JsonTape.NUMBER, check, false, true);
    }

    private static PrimitiveType integer(long least) {
        return number((in, start, stop) -> isInteger(in, start, stop, least));
    }

    /** Returns the type of that name in FHIR: {@code positiveInt}. */
    static PrimitiveType of(String name) {
        return switch (name) {
            case "boolean" -> new PrimitiveType(JsonTape.BOOLEAN, (in, start, stop) -> true, false, false);
            case "integer" -> integer(Integer.MIN_VALUE);
            case "unsignedInt" -> integer(0);
            case "positiveInt" -> integer(1);
            case "decimal" -> number((in, start, stop) -> true);
            case "string", "markdown", "xhtml" ->
                new PrimitiveType(JsonTape.STRING, (in, start, stop) -> true, true, true);
            case "base64Binary" -> string(PrimitiveType::isBase64);
            case "date", "dateTime", "instant" -> time(0);
            case "time" -> time(TIME_OF_DAY);
            case "code" -> string(PrimitiveType::isCode);
            case "id" -> string(PrimitiveType::isId);
            case "uri", "url", "canonical" -> string((in, start, stop) -> firstBlank(in, start, stop) == stop);
            case "oid" -> string(PrimitiveType::isOid);
            case "uuid" -> string(PrimitiveType::isUuid);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Returns a type whose values are these codes. */
    static PrimitiveType boundTo(Collection<String> codes) {
        Symbols known = new Symbols(codes);
        return string((in, start, stop) -> known.find(in, start, stop) != Symbols.UNKNOWN);
    }

    /** Returns the type of {@code Reference.type}: the name of a resource type, or an absolute URL. */
    static PrimitiveType typeUri(Collection<String> resourceTypes) {
        Symbols known = new Symbols(resourceTypes);
        return string(
                (in, start, stop) -> known.find(in, start, stop) != Symbols.UNKNOWN || isAbsolute(in, start, stop));
    }

    boolean isText() {
        return isText;
    }

    /** Tells whether a value of the type could name something: it is neither true or false, nor a time. */
    boolean mayBeId() {
        return mayBeId;
    }

    /**
     * Tells whether a value is of this type.
     *
     * @param kindOfValue the kind of the JSON value, as {@link JsonTape} has it
     * @param in holds the value's text, which has no escapes and no white space at its ends
     */
    boolean fits(int kindOfValue, byte[] in, int start, int stop) {
        return kindOfValue == kind && (isText || check.fits(in, start, stop));
    }

    private static boolean isInteger(byte[] in, int start, int stop, long least) {
        boolean negative = in[start] == '-';
        int first = negative ? start + 1 : start;
        if (stop - first > LONGEST_INTEGER) {
            return false;
        }
        long number = 0;
        for (int at = first; at < stop; at++) {
            if (!isDigit(in[at])) {
                return false;
            }
            number = number * 10 + (in[at] - '0');
        }
        number = negative ? -number : number;
        return number >= least && number <= Integer.MAX_VALUE;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isLetter(byte character) {
        return (character | 0x20) >= 'a' && (character | 0x20) <= 'z';
    }

    /**
     * Finds the first blank or control character, looking at eight bytes at a time; returns the end where there is
     * none.
     */
    private static int firstBlank(byte[] in, int start, int stop) {
        int at = start;
        while (at + Long.BYTES <= stop) {
            long blanks = EightBytes.marksBelow(EightBytes.at(in, at), '!');
            if (blanks != 0) {
                return at + EightBytes.first(blanks);
            }
            at += Long.BYTES;
        }
        while (at < stop && !isBlank(in[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte character) {
        return character >= 0 && character <= ' ';
    }

    /** Tells whether a text is a code: words with one blank between two of them. */
    private static boolean isCode(byte[] in, int start, int stop) {
        for (int at = firstBlank(in, start, stop); at < stop; at = firstBlank(in, at + 1, stop)) {
            if (at + 1 == stop || isBlank(in[at + 1])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tells whether a text is a date with or without a time, of any precision.
     *
     * @param first the index in {@link #DATE_TIME} at which the text begins
     */
    private static boolean isDateTime(byte[] in, int start, int stop, int first) {
        int zero = start - first;
        int at = start;
        while (at < stop && at - zero < DATE_TIME.length && isAsIn(DATE_TIME[at - zero], in[at])) {
            at++;
        }
        int index = at - zero;
        if (!isPrecision(index) || !isInRange(in, zero, first, index)) {
            return false;
        }
        if (index == DATE_TIME.length && at < stop && in[at] == '.') {
            int fraction = ++at;
            while (at < stop && isDigit(in[at])) {
                at++;
            }
            if (at == fraction) {
                return false;
            }
        }
        return at == stop || (index >= MINUTES && first == 0 && isZone(in, at, stop));
    }

    private static boolean isAsIn(byte pattern, byte character) {
        return pattern == '0' ? isDigit(character) : pattern == character || (pattern == 'T' && character == ' ');
    }

    private static boolean isPrecision(int index) {
        return index == 4 || index == 7 || index == 10 || index == MINUTES || index == DATE_TIME.length;
    }

    private static boolean isInRange(byte[] in, int zero, int first, int end) {
        return (first > 5 || end < 7 || isBetween(in, zero + 5, 1, 12))
                && (first > 8 || end < 10 || isBetween(in, zero + 8, 1, 31))
                && (end < MINUTES || (isBetween(in, zero + 11, 0, 24) && isBetween(in, zero + 14, 0, 59)))
                && (end < DATE_TIME.length || isBetween(in, zero + 17, 0, 60));
    }

    private static boolean isBetween(byte[] in, int at, int least, int most) {
        int number = (in[at] - '0') * 10 + in[at + 1] - '0';
        return number >= least && number <= most;
    }

    private static boolean isZone(byte[] in, int at, int stop) {
        if (in[at] == 'Z') {
            return at + 1 == stop;
        }
        int minutes = stop - 2;
        int colon = in[minutes - 1] == ':' ? 1 : 0;
        return (in[at] == '+' || in[at] == '-')
                && stop - at == 5 + colon
                && isDigit(in[at + 1])
                && isDigit(in[at + 2])
                && isDigit(in[minutes])
                && isDigit(in[minutes + 1])
                && isBetween(in, at + 1, 0, 14)
                && isBetween(in, minutes, 0, 59);
    }

    private static boolean isId(byte[] in, int start, int stop) {
        for (int at = start; at < stop; at++) {
            if (!isLetter(in[at]) && !isDigit(in[at]) && in[at] != '-' && in[at] != '.') {
                return false;
            }
        }
        return stop - start <= LONGEST_ID;
    }

    private static boolean startsWith(byte[] in, int start, int stop, String prefix) {
        for (int index = 0; index < prefix.length(); index++) {
            if (start + index >= stop || in[start + index] != prefix.charAt(index)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOid(byte[] in, int start, int stop) {
        String prefix = "urn:oid:";
        boolean afterDot = true;
        if (!startsWith(in, start, stop, prefix)) {
            return false;
        }
        for (int at = start + prefix.length(); at < stop; at++) {
            if (afterDot ? !isDigit(in[at]) : !isDigit(in[at]) && in[at] != '.') {
                return false;
            }
            afterDot = in[at] == '.';
        }
        return !afterDot;
    }

    private static boolean isUuid(byte[] in, int start, int stop) {
        String pattern = "urn:uuid:00000000-0000-0000-0000-000000000000";
        int prefix = "urn:uuid:".length();
        if (stop - start != pattern.length() || !startsWith(in, start, stop, "urn:uuid:")) {
            return false;
        }
        for (int index = prefix; index < pattern.length(); index++) {
            byte character = in[start + index];
            boolean hex = isDigit(character) || (isLetter(character) && (character | 0x20) <= 'f');
            if (pattern.charAt(index) == '0' ? !hex : character != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64(byte[] in, int start, int stop) {
        int count = 0;
        for (int at = start; at < stop; at++) {
            byte character = in[at];
            if (isLetter(character) || isDigit(character) || character == '+' || character == '/' || character == '=') {
                count++;
            } else if (!isBlank(character)) {
                return false;
            }
        }
        return count % 4 == 0;
    }

    /** Tells whether a text has a scheme, a colon, and no blanks. */
    private static boolean isAbsolute(byte[] in, int start, int stop) {
        int at = start;
        while (at < stop && isLetter(in[at])) {
            at++;
        }
        return at > start + 1 && at < stop - 1 && in[at] == ':' && firstBlank(in, at, stop) == stop;
    }
}
