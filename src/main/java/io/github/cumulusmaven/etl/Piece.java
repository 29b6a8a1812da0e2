package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubResult;
import io.github.cumulusmaven.deid.Scrubber;
import io.github.cumulusmaven.etl.canary.PhiFindings;
import io.github.cumulusmaven.etl.canary.RowCheck;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.LineChunks;
import io.github.cumulusmaven.fhir.ndjson.LineEnds;
import io.github.cumulusmaven.fhir.ndjson.LineType;
import io.github.cumulusmaven.table.RowBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Some lines of a file on their way through one worker: what went in, and what came out. */
final class Piece {
    private static final Set<LineProblem> UNTOLD = EnumSet.of(
            LineProblem.NOT_JSON,
            LineProblem.NOT_UTF8,
            LineProblem.CUT_OFF,
            LineProblem.NOT_A_RESOURCE,
            LineProblem.TOO_LONG);

    /** A line may be as long as memory allows. */
    private static final int DECODED_AT_ONCE = 8192;

    private final InputFile file;
    private final String type;
    private final boolean takesUntyped;
    private final LineChunks.Chunk chunk;
    private final RowBuffer rows;
    private final boolean isLookedAt;
    private final Optional<End> end;
    private final List<String> ids = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private PhiFindings findings = new PhiFindings();
    private long lines;
    private long resources;

    /**
     * Begins with lines that are not scrubbed yet.
     *
     * @param takesUntyped whether lines of a mixed file that tell no type are counted here
     * @param isLookedAt whether the rows are in the sample that the PHI canary looks at
     */
    Piece(
            InputFile file,
            String type,
            boolean takesUntyped,
            boolean isLookedAt,
            LineChunks.Chunk chunk,
            RowBuffer rows) {
        this.file = file;
        this.type = type;
        this.takesUntyped = takesUntyped;
        this.isLookedAt = isLookedAt;
        this.chunk = chunk;
        this.rows = rows;
        this.end = Optional.empty();
    }

    private Piece(InputFile file, RowBuffer rows, End end) {
        this.file = file;
        this.type = "";
        this.takesUntyped = false;
        this.isLookedAt = false;
        this.chunk = LineChunks.Chunk.NONE;
        this.rows = rows;
        this.end = Optional.of(end);
    }

    /** Makes the piece behind the last lines of a file, which has none. */
    static Piece end(InputFile file, RowBuffer rows, Optional<String> failure) {
        return new Piece(file, rows, new End(failure));
    }

    /**
     * The end of a file.
     *
     * @param failure why the rest of it could not be read, if so
     */
    record End(Optional<String> failure) {}

    /**
     * A line that is no row.
     *
     * @param element that is the reason, or the resource type; empty where it is the whole line
     * @param line from 1 on, within the piece
     * @param from where in the bytes it begins
     * @param to where it ends
     */
    record Problem(LineProblem reason, String element, long line, int from, int to) {
        /** Whether the line may be of any type. */
        boolean isUntold() {
            return UNTOLD.contains(reason);
        }
    }

    void scrub(Scrubber scrubber) throws IOException {
        if (end.isPresent()) {
            return;
        }
        if (chunk.isTooLong()) {
            lines = 1;
            if (!file.isMixed() || takesUntyped) {
                resources = 1;
                problems.add(new Problem(LineProblem.TOO_LONG, "", lines, 0, 0));
            }
            return;
        }
        byte[] bytes = chunk.bytes();
        int from = 0;
        while (from < chunk.length()) {
            int end = LineEnds.find(bytes, from, chunk.length());
            lines++;
            scrub(
                    scrubber,
                    LineEnds.contentStart(bytes, from, end),
                    LineEnds.contentEnd(bytes, from, end),
                    end == chunk.length());
            from = end + 1;
        }
    }

    /** Looks for what identifies patients in the rows, as they will be written. */
    void check(RowCheck check) throws IOException {
        if (isLookedAt) {
            findings = check.check(type, rows.bytes(), rows.length());
        }
    }

    private void scrub(Scrubber scrubber, int from, int to, boolean withoutEnd) throws IOException {
        if (from >= to || (file.isMixed() && !isOurs(from, to))) {
            return;
        }
        resources++;
        ScrubResult result = scrubber.scrub(type, chunk.bytes(), from, to - from, rows.out());
        if (result instanceof ScrubResult.Kept kept) {
            rows.endRow(kept.id());
            if (type.equals(EtlTask.ENCOUNTER.type())) {
                ids.add(kept.id());
            }
        } else if (result instanceof ScrubResult.Skipped skipped) {
            rows.dropUnfinishedRow();
            LineProblem problem = LineProblem.of(skipped);
            if (problem == LineProblem.NOT_JSON) {
                problem = notJson(from, to, withoutEnd);
            }
            problems.add(new Problem(problem, skipped.element(), lines, from, to));
        }
    }

    private LineProblem notJson(int from, int to, boolean withoutEnd) {
        if (!isUtf8(chunk.bytes(), from, to - from)) {
            return LineProblem.NOT_UTF8;
        }
        return withoutEnd ? LineProblem.CUT_OFF : LineProblem.NOT_JSON;
    }

    /** Tells whether bytes are UTF-8; those that are cut off inside of a character are. */
    private static boolean isUtf8(byte[] bytes, int offset, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        CharBuffer out = CharBuffer.allocate(DECODED_AT_ONCE);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(in, out, false);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, false);
        }
        return !result.isError();
    }

    private boolean isOurs(int from, int to) {
        String told = LineType.of(chunk.bytes(), from, to);
        return told.equals(type) || (takesUntyped && !isOfAnother(told));
    }

    /** A type that was not found in the file before, as it stands far behind in its line, is nobody's. */
    private boolean isOfAnother(String told) {
        return !told.isEmpty() && (file.lines().containsKey(told) || !ResourceType.isKnown(told));
    }

    /** The end of its file, if it is that. */
    Optional<End> end() {
        return end;
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
