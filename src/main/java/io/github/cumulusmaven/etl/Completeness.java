package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.ErrorReport;
import io.github.cumulusmaven.bulk.InputFolder;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which tables may be called complete: those of which nothing tells that something is missing. */
final class Completeness {
    private final EtlConfig config;
    private final ExportOrigin origin;
    private final InputFolder input;
    private final Optional<Hydrated> medications;
    private final EtlListener listener;

    Completeness(
            EtlConfig config,
            ExportOrigin origin,
            InputFolder input,
            Optional<Hydrated> medications,
            EtlListener listener) {
        this.config = config;
        this.origin = origin;
        this.input = input;
        this.medications = medications;
        this.listener = listener;
    }

    /** Notes with each table why it is not complete, if it is not. */
    void judge(List<TableSummary> tables, long unreadableLists) {
        Optional<String> general = whyNoneIsComplete(tables, unreadableLists);
        tables.replaceAll(table -> table.withIncomplete(whyIncomplete(table).or(() -> general)));
    }

    /** Tells what the completion rows do not. */
    void warn(List<TableSummary> tables) throws IOException {
        warnOfHiddenEncounters(tables);
        warnOfServersErrors();
    }

    private Optional<String> whyIncomplete(TableSummary table) {
        if (table.unreadableFiles() > 0) {
            return Optional.of("a file could not be read to its end");
        }
        if (table.errors() > config.maxErrorRate() * table.read()) {
            return Optional.of("resources were lost");
        }
        long missing = origin.brought(table.task().type()) - table.read();
        if (missing > 0) {
            return Optional.of("the export brought " + missing + " more than the folder holds");
        }
        if (table.task() == EtlTask.MEDICATION && medications.isPresent()) {
            Hydrated fetched = medications.get();
            if (fetched.errors() > config.maxErrorRate() * fetched.wanted()) {
                return Optional.of("some that are referred to could not be fetched");
            }
            if (!fetched.leavesOut() && origin.bringsAllOf(HydrationKind.MEDICATIONS.types())) {
                // all that are referred to are there, whatever else the export was asked for
                return Optional.empty();
            }
        }
        if (!origin.asksFor(table.task().type())) {
            return Optional.of("the export was not asked for it");
        }
        return origin.filters()
                .slicing(table.task().type())
                .map(filter -> "the export was limited by a _typeFilter (" + filter + ")");
    }

    /** What could not be read may belong to any table. */
    private Optional<String> whyNoneIsComplete(List<TableSummary> tables, long unreadableLists) {
        if (!input.unknown().isEmpty()) {
            return Optional.of("a file whose resource type cannot be told may belong to it");
        }
        if (unreadableLists > 0) {
            return Optional.of("what was deleted of it could not be read");
        }
        boolean misplaced = tables.stream().anyMatch(table -> table.problems().containsKey(LineProblem.OTHER_TYPE));
        return misplaced ? Optional.of("resources of other types in a file may belong to it") : Optional.empty();
    }

    /** Servers complain of much that does not matter: only somebody who reads it can tell. */
    private void warnOfServersErrors() throws IOException {
        long reported = ErrorReport.errorsIn(config.folders().input());
        if (reported > 0) {
            listener.warned("The server has reported " + reported + (reported == 1 ? " error" : " errors")
                    + " with this export (the input's folder error): the tables lack what it could not export, and"
                    + " are called complete all the same. Read them before a study counts on these tables.");
        }
    }

    /** Encounters need what belongs to them from the same export, or a later one. */
    private void warnOfHiddenEncounters(List<TableSummary> tables) {
        Set<EtlTask> complete = EnumSet.noneOf(EtlTask.class);
        tables.stream().filter(table -> table.incomplete().isEmpty()).forEach(table -> complete.add(table.task()));
        Set<String> missing = new TreeSet<>();
        for (EtlTask linked : EtlTask.LINKED_TO_ENCOUNTERS) {
            boolean excluded = config.selection().excluded().stream().anyMatch(linked.type()::equalsIgnoreCase);
            if (!complete.contains(linked) && !excluded) {
                missing.add(linked.table());
            }
        }
        boolean encounters = tables.stream().anyMatch(table -> table.task() == EtlTask.ENCOUNTER);
        if (encounters && !missing.isEmpty()) {
            listener.warned("Cumulus Library hides this run's Encounters until the tables that a study needs are"
                    + " complete as of " + origin.time() + " or later. Not among this run's complete tables: "
                    + String.join(", ", missing)
                    + ". Load them from the same export or a later one, or name them in excludeResources if they"
                    + " will never come.");
        }
    }
}
