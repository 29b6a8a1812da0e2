package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.ErrorReport;
import io.github.cumulusmaven.etl.CompletionReport.Gap;
import io.github.cumulusmaven.etl.Incomplete.Reason;
import io.github.cumulusmaven.etl.completion.CumulusLibrary;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds which tables may be called complete: those of which nothing tells that something is missing. */
final class Completeness {
    private final EtlConfig config;
    private final List<EtlSource> sources;
    private final InputFolder input;
    private final Map<String, Map<Path, Long>> readByFile;
    private final Optional<Hydrated> medications;
    private final EtlListener listener;
    private final Map<EtlTask, Incomplete> incomplete = new EnumMap<>(EtlTask.class);
    private final Map<EtlTask, List<EtlSource>> claims = new EnumMap<>(EtlTask.class);
    private final Set<EtlTask> waived = EnumSet.noneOf(EtlTask.class);

    /**
     * Begins.
     *
     * @param sources the folders of the input, in the order of their exports' times
     * @param input all their files, and what was fetched
     * @param readByFile how many resources were read, by resource type and file
     */
    Completeness(
            EtlConfig config,
            List<EtlSource> sources,
            InputFolder input,
            Map<String, Map<Path, Long>> readByFile,
            Optional<Hydrated> medications,
            EtlListener listener) {
        this.config = config;
        this.sources = sources;
        this.input = input;
        this.readByFile = readByFile;
        this.medications = medications;
        this.listener = listener;
    }

    /** Notes with each table why it is not complete, if it is not. */
    void judge(List<TableSummary> tables, long unreadableLists) {
        Optional<Incomplete> general = whyNoneIsComplete(tables, unreadableLists);
        for (TableSummary table : tables) {
            EtlTask task = table.task();
            whyLost(table, tables)
                    .or(() -> general)
                    .or(() -> claimed(task))
                    .ifPresent(reason -> incomplete.put(task, reason));
        }
        tables.replaceAll(table -> table.withIncomplete(Optional.ofNullable(incomplete.get(table.task()))));
    }

    /** The exports as of whose times a table is complete; none where it is not. */
    List<ExportOrigin> claims(EtlTask task) {
        return incomplete.containsKey(task)
                ? List.of()
                : claims.getOrDefault(task, List.of()).stream()
                        .map(EtlSource::origin)
                        .toList();
    }

    /**
     * Says what the completion rows do not.
     *
     * @param tables as {@link #judge} left them
     * @param files of each table's rows, by resource type
     */
    CompletionReport report(List<TableSummary> tables, Map<String, List<Path>> files)
            throws IOException, InterruptedException {
        Map<EtlTask, Long> written = new EnumMap<>(EtlTask.class);
        tables.forEach(table -> written.put(table.task(), table.written()));
        Map<String, Gap> gaps = new TreeMap<>();
        for (EtlTask needed : EtlTask.values()) {
            if (CumulusLibrary.TYPES.contains(needed.type())) {
                gap(needed, written.keySet()).ifPresent(gap -> gaps.put(needed.table(), gap));
            }
        }
        return new CompletionReport(
                waiting().get(waiting().size() - 1).origin().time(),
                written.getOrDefault(EtlTask.ENCOUNTER, 0L),
                gaps.isEmpty()
                        ? ShownEncounters.count(
                                files.getOrDefault(EtlTask.ENCOUNTER.type(), List.of()),
                                files.getOrDefault(EtlTask.PATIENT.type(), List.of()),
                                ShownEncounters.PATIENTS_AT_ONCE)
                        : 0,
                gaps,
                complete(tables, waived),
                complete(tables, noneCame()),
                sources.stream().noneMatch(source -> source.origin().asksForAll()));
    }

    /** The folders with Encounters, which wait for the other tables; all, where there are none. */
    private List<EtlSource> waiting() {
        List<EtlSource> waiting = sources.stream()
                .filter(source ->
                        !source.files().files(EtlTask.ENCOUNTER.type()).isEmpty())
                .toList();
        return waiting.isEmpty() ? sources : waiting;
    }

    private Set<EtlTask> noneCame() {
        return sources.stream()
                .flatMap(source -> source.noneCame().stream())
                .filter(task -> input.files(task.type()).isEmpty())
                .collect(Collectors.toSet());
    }

    /** Whether each export with Encounters finds the table complete for its group, as of its time or later. */
    private boolean releases(EtlTask needed) {
        return waiting().stream().map(EtlSource::origin).allMatch(encounters -> claims(needed).stream()
                .anyMatch(claim -> claim.group().equals(encounters.group())
                        && !claim.time().value().isBefore(encounters.time().value())));
    }

    private Optional<Gap> gap(EtlTask needed, Set<EtlTask> built) {
        if (built.contains(needed)) {
            Optional<Gap> gap = Optional.ofNullable(incomplete.get(needed)).map(Incomplete::gap);
            return gap.isPresent() || releases(needed) ? gap : Optional.of(Gap.OTHER_EXPORT);
        }
        Selection selection = config.selection();
        if (selection.excluded().stream().anyMatch(needed.type()::equalsIgnoreCase)) {
            return Optional.of(Gap.EXCLUDED);
        }
        if (!selection.tasks().contains(needed)) {
            return Optional.of(Gap.NOT_SELECTED);
        }
        boolean asked = sources.stream().anyMatch(source -> source.origin().asksFor(needed.type()));
        return Optional.of(asked ? Gap.NO_FILES : Gap.NOT_ASKED_FOR);
    }

    private static List<String> complete(List<TableSummary> tables, Set<EtlTask> some) {
        return tables.stream()
                .filter(table -> table.incomplete().isEmpty() && some.contains(table.task()))
                .map(table -> table.task().table())
                .toList();
    }

    private Optional<Incomplete> whyLost(TableSummary table, List<TableSummary> tables) {
        String type = table.task().type();
        if (table.unreadableFiles() > 0) {
            return because(Reason.FILE_CUT_OFF);
        }
        if (table.errors() > config.maxErrorRate() * table.read()) {
            return because(Reason.RESOURCES_LOST);
        }
        if (tables.stream().anyMatch(other -> other.misplaced().contains(type))) {
            return because(Reason.MISPLACED);
        }
        if (input.unreadTypes().contains(type)) {
            return because(Reason.UNREAD_FILE);
        }
        long missing =
                sources.stream().mapToLong(source -> missing(type, source)).sum();
        if (missing > 0) {
            return Optional.of(new Incomplete(Reason.FEWER_THAN_BROUGHT, String.valueOf(missing)));
        }
        if (table.task() == EtlTask.MEDICATION
                && medications
                        .filter(fetched -> fetched.errors() > config.maxErrorRate() * fetched.wanted())
                        .isPresent()) {
            return because(Reason.NOT_FETCHED);
        }
        return Optional.empty();
    }

    /** How many more an export brought than its folder holds: another folder's do not make up for them. */
    private long missing(String type, EtlSource source) {
        long read = source.files().files(type).stream()
                .mapToLong(file -> table(type).getOrDefault(file.path(), 0L))
                .sum();
        return Math.max(0, source.origin().brought(type) - read);
    }

    private Map<Path, Long> table(String type) {
        return readByFile.getOrDefault(type, Map.of());
    }

    /** Notes the exports as of which a table is complete; says what is in the way where there are none. */
    private Optional<Incomplete> claimed(EtlTask task) {
        Map<Path, Incomplete> limits = new LinkedHashMap<>();
        sources.forEach(source -> limited(task, source).ifPresent(limit -> limits.put(source.folder(), limit)));
        List<EtlSource> unlimited = sources.stream()
                .filter(source -> !limits.containsKey(source.folder()))
                .toList();
        List<EtlSource> telling = unlimited.stream()
                .filter(source -> source.tells(task) || isFetchedFor(task, source))
                .toList();
        boolean vouched = config.selection().vouched().contains(task)
                && limits.values().stream().noneMatch(limit -> limit.gap() == Gap.LOST);
        boolean isNeeded = sources.stream()
                .anyMatch(source -> !telling.contains(source) && (telling.isEmpty() || source.tells(task)));
        if (vouched && isNeeded) {
            waived.add(task);
            claims.put(task, sources);
        } else if (!telling.isEmpty()) {
            claims.put(task, telling);
        } else if (!unlimited.isEmpty()
                && (limits.isEmpty() || input.files(task.type()).isEmpty())) {
            claims.put(task, unlimited);
        } else {
            return limits.values().stream().findFirst();
        }
        return Optional.empty();
    }

    private Optional<Incomplete> limited(EtlTask task, EtlSource source) {
        ExportOrigin origin = source.origin();
        if (origin.lacks(task.type())) {
            return because(Reason.ENDED_WITHOUT);
        }
        if (isFetchedFor(task, source)) {
            return Optional.empty();
        }
        if (!origin.asksFor(task.type())) {
            return because(Reason.NOT_ASKED_FOR);
        }
        return origin.filters().slicing(task.type()).map(filter -> new Incomplete(Reason.FILTERED, filter));
    }

    /** Whether all that are referred to are there, whatever else the export was asked for. */
    private boolean isFetchedFor(EtlTask task, EtlSource source) {
        return task == EtlTask.MEDICATION
                && medications.filter(fetched -> !fetched.leavesOut()).isPresent()
                && source.origin().bringsAllOf(HydrationKind.MEDICATIONS.types());
    }

    private static Optional<Incomplete> because(Reason reason) {
        return Optional.of(new Incomplete(reason));
    }

    /** What could not be read may belong to any table. */
    private Optional<Incomplete> whyNoneIsComplete(List<TableSummary> tables, long unreadableLists) {
        if (!input.unknown().isEmpty()) {
            return because(Reason.UNTOLD_FILE);
        }
        if (unreadableLists > 0) {
            return because(Reason.DELETIONS_LOST);
        }
        if (input.unread().stream().anyMatch(name -> name.contains("deleted/"))) {
            return because(Reason.DELETIONS_UNREAD);
        }
        boolean untold = input.byType().values().stream().flatMap(List::stream).anyMatch(InputFile::hasUntoldLines);
        return untold || tables.stream().anyMatch(table -> table.misplaced().contains(""))
                ? because(Reason.UNTOLD_LINES)
                : Optional.empty();
    }

    /** Servers complain of much that does not matter: only somebody who reads it can tell. */
    void warnOfServersErrors() throws IOException {
        long reported = 0;
        for (EtlSource source : sources) {
            reported += ErrorReport.errorsIn(source.folder());
        }
        if (reported > 0) {
            listener.warned(new EtlWarning.ServerErrors(reported));
        }
    }
}
