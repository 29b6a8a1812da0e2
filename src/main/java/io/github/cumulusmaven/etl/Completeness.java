package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.ErrorReport;
import io.github.cumulusmaven.bulk.InputFolder;
import io.github.cumulusmaven.etl.CompletionReport.Gap;
import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which tables may be called complete: those of which nothing tells that something is missing. */
final class Completeness {
    private final EtlConfig config;
    private final ExportOrigin origin;
    private final InputFolder input;
    private final Optional<Hydrated> medications;
    private final Set<EtlTask> noneCame;
    private final EtlListener listener;
    private final Map<EtlTask, Incomplete> incomplete = new EnumMap<>(EtlTask.class);
    private final Set<EtlTask> waived = EnumSet.noneOf(EtlTask.class);

    /** What keeps a table from being complete, and that in words. */
    private record Incomplete(Gap gap, String reason) {}

    Completeness(
            EtlConfig config,
            ExportOrigin origin,
            InputFolder input,
            Optional<Hydrated> medications,
            Set<EtlTask> noneCame,
            EtlListener listener) {
        this.config = config;
        this.origin = origin;
        this.input = input;
        this.medications = medications;
        this.noneCame = noneCame;
        this.listener = listener;
    }

    /** Notes with each table why it is not complete, if it is not. */
    void judge(List<TableSummary> tables, long unreadableLists) {
        Optional<Incomplete> general = whyNoneIsComplete(tables, unreadableLists);
        for (TableSummary table : tables) {
            whyIncomplete(table).or(() -> general).ifPresent(reason -> incomplete.put(table.task(), reason));
        }
        tables.replaceAll(table -> table.withIncomplete(
                Optional.ofNullable(incomplete.get(table.task())).map(Incomplete::reason)));
    }

    /**
     * Says what the completion rows do not.
     *
     * @param tables as {@link #judge} left them
     * @param files of each table's rows, by resource type
     */
    CompletionReport report(List<TableSummary> tables, Map<String, List<Path>> files) throws IOException {
        Map<EtlTask, Long> written = new EnumMap<>(EtlTask.class);
        tables.forEach(table -> written.put(table.task(), table.written()));
        Map<String, Gap> gaps = new TreeMap<>();
        for (EtlTask needed : EtlTask.values()) {
            if (CumulusLibrary.TYPES.contains(needed.type())) {
                gap(needed, written.keySet()).ifPresent(gap -> gaps.put(needed.table(), gap));
            }
        }
        return new CompletionReport(
                origin.time(),
                written.getOrDefault(EtlTask.ENCOUNTER, 0L),
                gaps.isEmpty()
                        ? ShownEncounters.count(
                                files.getOrDefault(EtlTask.ENCOUNTER.type(), List.of()),
                                files.getOrDefault(EtlTask.PATIENT.type(), List.of()),
                                ShownEncounters.PATIENTS_AT_ONCE)
                        : 0,
                gaps,
                complete(tables, waived),
                complete(tables, noneCame),
                !origin.asksForAll());
    }

    private Optional<Gap> gap(EtlTask needed, Set<EtlTask> built) {
        if (built.contains(needed)) {
            return Optional.ofNullable(incomplete.get(needed)).map(Incomplete::gap);
        }
        Selection selection = config.selection();
        if (selection.excluded().stream().anyMatch(needed.type()::equalsIgnoreCase)) {
            return Optional.of(Gap.EXCLUDED);
        }
        if (!selection.tasks().contains(needed)) {
            return Optional.of(Gap.NOT_SELECTED);
        }
        return Optional.of(origin.asksFor(needed.type()) ? Gap.NO_FILES : Gap.NOT_ASKED_FOR);
    }

    private static List<String> complete(List<TableSummary> tables, Set<EtlTask> some) {
        return tables.stream()
                .filter(table -> table.incomplete().isEmpty() && some.contains(table.task()))
                .map(table -> table.task().table())
                .toList();
    }

    private Optional<Incomplete> whyIncomplete(TableSummary table) {
        EtlTask task = table.task();
        if (table.unreadableFiles() > 0) {
            return lost("a file could not be read to its end");
        }
        if (table.errors() > config.maxErrorRate() * table.read()) {
            return lost("resources were lost");
        }
        long missing = origin.brought(task.type()) - table.read();
        if (missing > 0) {
            return lost("the export brought " + missing + " more than the folder holds");
        }
        if (origin.lacks(task.type())) {
            return lost("the export ended without some of it, as export.json says");
        }
        if (task == EtlTask.MEDICATION && medications.isPresent()) {
            Hydrated fetched = medications.get();
            if (fetched.errors() > config.maxErrorRate() * fetched.wanted()) {
                return lost("some that are referred to could not be fetched");
            }
            if (!fetched.leavesOut() && origin.bringsAllOf(HydrationKind.MEDICATIONS.types())) {
                // all that are referred to are there, whatever else the export was asked for
                return Optional.empty();
            }
        }
        Optional<Incomplete> limited = limited(task);
        boolean absent = input.files(task.type()).isEmpty() && !noneCame.contains(task);
        if ((limited.isPresent() || absent) && config.selection().vouched().contains(task)) {
            waived.add(task);
            return Optional.empty();
        }
        return limited;
    }

    private Optional<Incomplete> limited(EtlTask task) {
        if (!origin.asksFor(task.type())) {
            return Optional.of(new Incomplete(Gap.NOT_ASKED_FOR, "the export was not asked for it"));
        }
        return origin.filters()
                .slicing(task.type())
                .map(filter ->
                        new Incomplete(Gap.FILTERED, "the export was limited by a _typeFilter (" + filter + ")"));
    }

    private static Optional<Incomplete> lost(String reason) {
        return Optional.of(new Incomplete(Gap.LOST, reason));
    }

    /** What could not be read may belong to any table. */
    private Optional<Incomplete> whyNoneIsComplete(List<TableSummary> tables, long unreadableLists) {
        if (!input.unknown().isEmpty()) {
            return lost("a file whose resource type cannot be told may belong to it");
        }
        if (unreadableLists > 0) {
            return lost("what was deleted of it could not be read");
        }
        boolean misplaced = tables.stream().anyMatch(table -> table.problems().containsKey(LineProblem.OTHER_TYPE));
        return misplaced ? lost("resources of other types in a file may belong to it") : Optional.empty();
    }

    /** Servers complain of much that does not matter: only somebody who reads it can tell. */
    void warnOfServersErrors() throws IOException {
        long reported = ErrorReport.errorsIn(config.folders().input());
        if (reported > 0) {
            listener.warned("The server has reported " + reported + (reported == 1 ? " error" : " errors")
                    + " with this export (the input's folder error): the tables lack what it could not export, and"
                    + " are called complete all the same. Read them before a study counts on these tables.");
        }
    }
}
