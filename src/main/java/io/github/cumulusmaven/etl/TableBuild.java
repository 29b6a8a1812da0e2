package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.etl.canary.Canary;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.table.RowBuffer;
import io.github.cumulusmaven.table.TableCounts;
import io.github.cumulusmaven.table.TableWriter;
import java.io.IOException;
import java.nio.file.Path;
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
    private final Map<Path, Long> readByFile;
    private final Canary canary;
    private final PieceReader pieces;
    private final ErrorFiles errorFiles;
    private final EtlListener listener;
    private final int rowsPerSave;

    private final Map<LineProblem, Long> problems = new EnumMap<>(LineProblem.class);
    private final Set<String> misplaced = new TreeSet<>();
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
        this.readByFile = targets.readByFile();
        this.canary = targets.canary();
        this.pieces = new PieceReader(
                task.type(),
                file -> file.isMixed() && targets.mixedFiles().add(file.path()),
                canary::looksAt,
                targets.listener()::readOnDisk);
        this.errorFiles = targets.errorFiles();
        this.listener = targets.listener();
        this.rowsPerSave = Math.min(MOST_ROWS_PER_SAVE, targets.rowsPerSave());
    }

    /** What one export has of the task: its files, and the ids that it says are deleted, as the tables have them. */
    record Part(List<InputFile> files, SortedSet<String> deletedIds) {}

    TableSummary run(List<Part> exports) throws IOException, CodebookFailure, InterruptedException {
        for (Part export : exports) {
            read(export.files());
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

    private void read(List<InputFile> files) throws IOException, CodebookFailure, InterruptedException {
        pieces.read(files);
        try (pieces) {
            workers.run(pieces::next, this::accept);
        }
    }

    private void accept(Piece piece) throws IOException, CodebookFailure {
        if (piece.end().isPresent()) {
            end(piece.file(), piece.end().get());
        } else {
            take(piece);
        }
        pieces.reuse(piece);
    }

    private void end(InputFile file, Piece.End end) {
        linesBefore = 0;
        end.failure().ifPresent(reason -> {
            unreadableFiles++;
            listener.fileUnreadable(file.name(), reason);
        });
    }

    private void take(Piece piece) throws IOException, CodebookFailure {
        String fileName = piece.file().name();
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
