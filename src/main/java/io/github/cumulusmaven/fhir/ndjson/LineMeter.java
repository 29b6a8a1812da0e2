package io.github.cumulusmaven.fhir.ndjson;

/**
 * Counts bytes and resources of NDJSON as it streams by: a resource is a line that holds more than white space; the
 * last line may lack its newline; a byte order mark is no content (FL-15). Not thread-safe.
 */
public final class LineMeter {
    private static final byte NEWLINE = '\n';

    private long bytes;
    private long resources;
    private long lineStart;
    private boolean lineHasContent;

    /** Takes the next bytes in. */
    public void update(byte[] buffer, int offset, int length) {
        int end = offset + length;
        int index = offset;
        while (index < end) {
            if (lineHasContent) {
                // what bytes behind content are does not matter, only where their line ends
                index = LineEnds.find(buffer, index, end);
            }
            if (index < end) {
                take(buffer[index], bytes + (index - offset));
                index++;
            }
        }
        bytes += length;
    }

    private void take(byte next, long position) {
        if (next == NEWLINE) {
            resources += lineHasContent ? 1 : 0;
            lineHasContent = false;
            lineStart = position + 1;
        } else {
            lineHasContent = isContent(next, position);
        }
    }

    private static boolean isContent(byte next, long position) {
        boolean mark = position < 3 && (next == (byte) 0xEF || next == (byte) 0xBB || next == (byte) 0xBF);
        return next != ' ' && next != '\r' && next != '\t' && !mark;
    }

    /** All bytes so far. */
    public long bytes() {
        return bytes;
    }

    /** All resources so far, one in an unfinished last line included. */
    public long resources() {
        return resources + (lineHasContent ? 1 : 0);
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
