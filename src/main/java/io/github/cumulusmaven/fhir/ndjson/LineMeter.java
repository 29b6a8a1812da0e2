package io.github.cumulusmaven.fhir.ndjson;

import java.nio.charset.StandardCharsets;

/**
 * Counts bytes and resources of NDJSON as it streams by: a resource is a line that holds more than white space; the
 * last line may lack its newline; a byte order mark is no content (FL-15). Finds the first line that is not UTF-8, and
 * counts the lines that do not begin like a resource of the expected type. Not thread-safe.
 */
public final class LineMeter {
    private static final byte NEWLINE = '\n';

    /** How much of a resource's beginning precedes the name of its type: white space may stand between these. */
    private static final int BRACE = 1;

    private static final int NAME = BRACE + "\"resourceType\"".length();
    private static final int COLON = NAME + 1;

    private final byte[] expected;
    private long bytes;
    private long resources;
    private long lineStart;
    private long lines;
    private long unlike;
    private long notUtf8;
    private boolean lineHasContent;
    private int matched;
    private int missing;
    private int low;
    private int high;

    /** For lines of any kind. */
    public LineMeter() {
        this("");
    }

    /** For resources of a type; of any where it is empty. */
    public LineMeter(String type) {
        this.expected =
                type.isEmpty() ? new byte[0] : ("{\"resourceType\":\"" + type + "\"").getBytes(StandardCharsets.UTF_8);
    }

    /** Takes the next bytes in. */
    public void update(byte[] buffer, int offset, int length) {
        int end = offset + length;
        int index = missing > 0 ? nonAscii(buffer, offset, end) : offset;
        while (index < end) {
            if (!lineHasContent) {
                index = blank(buffer, index, end, bytes - offset);
            } else if (matched < expected.length) {
                index = beginning(buffer, index, end);
            } else {
                index = rest(buffer, index, end);
            }
            if (index < end && buffer[index] == NEWLINE) {
                endLine(bytes + (index - offset));
                index++;
            }
        }
        bytes += length;
    }

    private void endLine(long position) {
        resources += lineHasContent ? 1 : 0;
        unlike += lineHasContent && matched < expected.length ? 1 : 0;
        lineHasContent = false;
        lineStart = position + 1;
        lines++;
    }

    private int blank(byte[] buffer, int from, int end, long base) {
        int index = from;
        while (index < end && buffer[index] != NEWLINE && !lineHasContent) {
            lineHasContent = isContent(buffer[index], base + index);
            index += lineHasContent ? 0 : 1;
        }
        matched = 0;
        return index;
    }

    private static boolean isContent(byte next, long position) {
        boolean mark = position < 3 && (next == (byte) 0xEF || next == (byte) 0xBB || next == (byte) 0xBF);
        return next != ' ' && next != '\r' && next != '\t' && !mark;
    }

    /** Compares a line with what resources of the type begin with. */
    private int beginning(byte[] buffer, int from, int end) {
        int index = from;
        while (index < end && matched < expected.length && buffer[index] != NEWLINE) {
            byte next = buffer[index];
            if (next == expected[matched]) {
                matched++;
            } else if (!mayStandBetween(next)) {
                unlike++;
                matched = expected.length;
                return index;
            }
            index++;
        }
        return index;
    }

    private boolean mayStandBetween(byte next) {
        boolean between = matched == BRACE || matched == NAME || matched == COLON;
        return between && (next == ' ' || next == '\t' || next == '\r');
    }

    /** Nearly all bytes follow content in their line: what they are does not matter, only where they end. */
    private int rest(byte[] buffer, int from, int end) {
        int index = LineEnds.findOrNonAscii(buffer, from, end);
        while (index < end && buffer[index] != NEWLINE) {
            index = LineEnds.findOrNonAscii(buffer, nonAscii(buffer, index, end), end);
        }
        return index;
    }

    /** Checks characters of several bytes (RFC 3629, section 4), up to the next of one byte. */
    private int nonAscii(byte[] buffer, int from, int end) {
        int index = from;
        while (index < end && (missing > 0 || buffer[index] < 0)) {
            int next = buffer[index] & 0xff;
            if (missing == 0) {
                begin(next);
                index++;
            } else if (next < low || next > high) {
                refuse();
                missing = 0;
            } else {
                low = 0x80;
                high = 0xBF;
                missing--;
                index++;
            }
        }
        return index;
    }

    private void begin(int lead) {
        low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            missing = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            missing = 2;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            missing = 3;
        } else {
            refuse();
        }
    }

    private void refuse() {
        notUtf8 = notUtf8 == 0 ? lines + 1 : notUtf8;
    }

    /** All bytes so far. */
    public long bytes() {
        return bytes;
    }

    /** All resources so far, one in an unfinished last line included. */
    public long resources() {
        return resources + (lineHasContent ? 1 : 0);
    }

    /** Counts the lines that may be of another type than the expected one: they do not begin like one of it. */
    public long unlike() {
        return unlike + (lineHasContent && matched < expected.length ? 1 : 0);
    }

    /** Tells the first line that is not UTF-8, counted from 1; 0 where all are. */
    public long firstLineNotUtf8() {
        return notUtf8 == 0 && missing > 0 ? lines + 1 : notUtf8;
    }

    /** Whether the last line holds something and does not end in a newline: it may be cut. */
    public boolean endsInsideLine() {
        return lineHasContent;
    }

    /** The position of the byte that the last line begins with. */
    public long lastLineStart() {
        return lineStart;
    }
}
