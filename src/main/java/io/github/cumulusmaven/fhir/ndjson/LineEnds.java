package io.github.cumulusmaven.fhir.ndjson;

import io.github.cumulusmaven.fhir.EightBytes;

/** Finds where lines end and what they hold begins. Ends are looked for eight bytes at a time: all that is exported passes here. */
public final class LineEnds {
    private LineEnds() {}

    /** Finds the first line feed; {@code to} where there is none. */
    public static int find(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long found = EightBytes.marks(EightBytes.at(bytes, at), '\n');
            if (found != 0) {
                return at + EightBytes.first(found);
            }
        }
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Finds the first line feed or byte beyond ASCII; {@code to} where there is neither. */
    public static int findOrNonAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long eight = EightBytes.at(bytes, at);
            long found = EightBytes.marks(eight, '\n') | EightBytes.marksBeyondAscii(eight);
            if (found != 0) {
                return at + EightBytes.first(found);
            }
        }
        while (at < to && bytes[at] != '\n' && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Passes over what is no content at the beginning of a line: a byte order mark and blanks. */
    public static int contentStart(byte[] line, int from, int to) {
        boolean hasMark = to - from >= 3
                && line[from] == (byte) 0xEF
                && line[from + 1] == (byte) 0xBB
                && line[from + 2] == (byte) 0xBF;
        return afterBlanks(line, hasMark ? from + 3 : from, to);
    }

    static int afterBlanks(byte[] line, int from, int to) {
        int at = from;
        while (at < to && isBlank(line[at])) {
            at++;
        }
        return at;
    }

    /** Passes over the blanks at the end of a line. */
    public static int contentEnd(byte[] line, int from, int to) {
        int at = to;
        while (at > from && isBlank(line[at - 1])) {
            at--;
        }
        return at;
    }

    /** Says whether a byte within a line is white space of JSON. */
    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\t' || next == '\r';
    }
}
