package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.etl.Deidentification.LineScrubber;
import io.github.cumulusmaven.etl.Deidentification.Scrubbed;
import io.github.cumulusmaven.etl.canary.PhiFindings;
import io.github.cumulusmaven.etl.canary.RowCheck;
import io.github.cumulusmaven.fhir.ndjson.LineEnds;
import io.github.cumulusmaven.table.RowBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Some lines of a file on their way through one worker: what went in, and what came out. */
final class Piece {
    private final InputFile file;
    private final String type;
    private final LineChunks.Chunk chunk;
    private final RowBuffer rows;
    private final List<String> ids = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private PhiFindings findings = new PhiFindings();
    private boolean isLookedAt = true;
    private long lines;
    private long resources;

    Piece(InputFile file, String type, LineChunks.Chunk chunk, RowBuffer rows) {
        this.file = file;
        this.type = type;
        this.chunk = chunk;
        this.rows = rows;
    }

    /**
     * A line that is no row.
     *
     * @param line from 1 on, within the piece
     * @param from where in the bytes it begins
     * @param to where it ends
     */
    record Problem(LineProblem reason, long line, int from, int to) {}

    void scrub(LineScrubber scrubber) throws IOException {
        if (chunk.isTooLong()) {
            lines = 1;
            resources = 1;
            problems.add(new Problem(LineProblem.TOO_LONG, lines, 0, 0));
            return;
        }
        byte[] bytes = chunk.bytes();
        int from = 0;
        while (from < chunk.length()) {
            int end = LineEnds.find(bytes, from, chunk.length());
            lines++;
            scrub(scrubber, start(bytes, from, end), trimmed(bytes, from, end), end == chunk.length());
            from = end + 1;
        }
    }

    /** Leaves its rows out of the sample that the PHI canary looks at. */
    void skipCheck() {
        isLookedAt = false;
    }

    /** Looks for what identifies patients in the rows, as they will be written. */
    void check(RowCheck check) throws IOException {
        if (isLookedAt) {
            findings = check.check(type, rows.bytes(), rows.length());
        }
    }

    /** A byte order mark and blanks are no content. */
    private static int start(byte[] bytes, int from, int end) {
        int at = from;
        if (end - at >= 3 && bytes[at] == (byte) 0xEF && bytes[at + 1] == (byte) 0xBB && bytes[at + 2] == (byte) 0xBF) {
            at += 3;
        }
        while (at < end && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static int trimmed(byte[] bytes, int from, int end) {
        int at = end;
        while (at > from && isBlank(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isBlank(byte next) {
        return next == ' ' || next == '\r' || next == '\t';
    }

    private void scrub(LineScrubber scrubber, int from, int to, boolean withoutEnd) throws IOException {
        if (from >= to) {
            return;
        }
        resources++;
        Scrubbed scrubbed = scrubber.scrub(type, chunk.bytes(), from, to - from, rows.out());
        if (scrubbed instanceof Scrubbed.Row row) {
            rows.endRow(row.anonymizedId());
            if (type.equals(EtlTask.ENCOUNTER.type())) {
                ids.add(row.anonymizedId());
            }
        } else if (scrubbed instanceof Scrubbed.NoRow none) {
            rows.dropUnfinishedRow();
            boolean cutOff = withoutEnd && none.problem() == LineProblem.NOT_JSON;
            problems.add(new Problem(cutOff ? LineProblem.CUT_OFF : none.problem(), lines, from, to));
        }
    }

    PhiFindings findings() {
        return findings;
    }

    InputFile file() {
        return file;
    }

    byte[] bytes() {
        return chunk.bytes();
    }

    int length() {
        return chunk.length();
    }

    RowBuffer rows() {
        return rows;
    }

    /** The anonymized ids of Encounters; nobody asks for others. */
    List<String> encounterIds() {
        return ids;
    }

    List<Problem> problems() {
        return problems;
    }

    /** All lines, blank ones too. */
    long lines() {
        return lines;
    }

    long resources() {
        return resources;
    }
}
