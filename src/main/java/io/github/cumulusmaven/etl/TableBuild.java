package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.canary.Canary;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.table.RowBuffer;
import io.github.cumulusmaven.table.TableCounts;
import io.github.cumulusmaven.table.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads a task's files and fills its table; for Encounters, the completion table beside it. */
final class TableBuild {
    /** Ids are in memory until they are saved. */
    private static final int MOST_ROWS_PER_SAVE = 100_000;

    private final EtlTask task;
    private final Workers workers;
    private final Deidentification deidentification;
    private final TableWriter table;
    private final Optional<TableWriter> encounters;
    private final EncounterCompletion completion;
    private final Set<Path> mixedFiles;
    private final Map<Path, Long> readByFile;
    private final Canary canary;
    private final ErrorFiles errorFiles;
    private final EtlListener listener;
    private final int rowsPerSave;

    private final Map<LineProblem, Long> problems = new EnumMap<>(LineProblem.class);
    private final Deque<RowBuffer> buffers = new ArrayDeque<>();
    private final Set<String> misplaced = new TreeSet<>();
    private String fileName = "";
    private long bytesRead;
    private long linesBefore;
    private long read;
    private long rowsSinceSave;
    private long unreadableFiles;

    /**
     * Where rows go to, and what is told on the way.
     *
     * @param completion writes what Encounters get beside their rows
     * @param readByFile takes how many resources each file had
     * @param mixedFiles those of which a table has counted already what may be of any type; the next ones are added
     */
    record Targets(
            TableWriter table,
            Optional<TableWriter> encounters,
            EncounterCompletion completion,
            Set<Path> mixedFiles,
            Map<Path, Long> readByFile,
            Canary canary,
            ErrorFiles errorFiles,
            EtlListener listener,
            int rowsPerSave) {}

    TableBuild(EtlTask task, Workers workers, Deidentification deidentification, Targets targets) {
        this.task = task;
        this.workers = workers;
        this.deidentification = deidentification;
        this.table = targets.table();
        this.encounters = targets.encounters();
        this.completion = targets.completion();
        this.mixedFiles = targets.mixedFiles();
        this.readByFile = targets.readByFile();
        this.canary = targets.canary();
        this.errorFiles = targets.errorFiles();
        this.listener = targets.listener();
        this.rowsPerSave = Math.min(MOST_ROWS_PER_SAVE, targets.rowsPerSave());
    }

    /** What one export has of the task: its files, and the ids that it says are deleted, as the tables have them. */
    record Part(List<InputFile> files, SortedSet<String> deletedIds) {}

    TableSummary run(List<Part> exports) throws IOException, CodebookFailure, InterruptedException {
        for (Part export : exports) {
            for (InputFile file : export.files()) {
                read(file);
            }
            if (encounters.isPresent()) {
                encounters.get().delete(completion.keys(export.deletedIds()));
            }
            table.delete(export.deletedIds());
        }
        deidentification.save();
        if (encounters.isPresent()) {
            encounters.get().finish();
        }
        TableCounts counts = table.finish();
        if (!counts.deletedIds().isEmpty()) {
            table.announceDeleted(counts.deletedIds());
        }
        return new TableSummary(
                task,
                read,
                counts.written(),
                counts.superseded(),
                counts.deleted(),
                counts.deletedIds().size(),
                problems,
                misplaced,
                unreadableFiles,
                Optional.empty());
    }

    private void read(InputFile file) throws IOException, CodebookFailure, InterruptedException {
        boolean takesUntyped = file.isMixed() && mixedFiles.add(file.path());
        try (PieceReader pieces = new PieceReader(file, task.type(), takesUntyped, listener::readOnDisk, buffers)) {
            boolean more = true;
            while (more) {
                more = submitNext(pieces);
            }
            workers.drain(piece -> accept(piece, pieces));
            pieces.failure().ifPresent(reason -> {
                unreadableFiles++;
                listener.fileUnreadable(file.name(), reason);
            });
        }
    }

    /** A method of its own, so that a huge piece is not held any more while the next one is read. */
    private boolean submitNext(PieceReader pieces) throws IOException, CodebookFailure, InterruptedException {
        Optional<Piece> piece = pieces.next();
        if (piece.isPresent()) {
            if (!canary.looksAt(bytesRead)) {
                piece.get().skipCheck();
            }
            bytesRead += piece.get().length();
            workers.submit(piece.get(), done -> accept(done, pieces));
        }
        return piece.isPresent();
    }

    private void accept(Piece piece, PieceReader pieces) throws IOException, CodebookFailure {
        if (!piece.file().name().equals(fileName)) {
            fileName = piece.file().name();
            linesBefore = 0;
        }
        for (Piece.Problem problem : piece.problems()) {
            problems.merge(problem.reason(), 1L, Long::sum);
            if (problem.reason() == LineProblem.OTHER_TYPE && !problem.element().isEmpty()) {
                misplaced.add(problem.element());
            } else if (piece.file().isMixed() && problem.isUntold()) {
                misplaced.add("");
            }
            listener.lineSkipped(task, fileName, linesBefore + problem.line(), problem.reason(), problem.element());
            if (problem.reason().isError() && problem.from() < problem.to()) {
                errorFiles.add(task, piece.bytes(), problem.from(), problem.to());
            }
        }
        linesBefore += piece.lines();
        read += piece.resources();
        readByFile.merge(piece.file().path(), piece.resources(), Long::sum);
        saveMappings(piece.rows().rows());
        writeEncounters(piece);
        canary.add(task.type(), piece.findings());
        table.write(piece.rows());
        listener.read(piece.resources(), piece.length());
        pieces.reuse(piece);
    }

    /** Now and then, as they are in memory until then. */
    private void saveMappings(int rows) throws CodebookFailure {
        rowsSinceSave += rows;
        if (rowsSinceSave >= rowsPerSave) {
            rowsSinceSave = 0;
            deidentification.save();
        }
    }

    private void writeEncounters(Piece piece) throws IOException {
        if (encounters.isPresent()) {
            RowBuffer rows = new RowBuffer();
            for (String id : piece.encounterIds()) {
                rows.endRow(completion.write(piece.file().path(), id, rows.out()));
            }
            encounters.get().write(rows);
        }
    }
}
