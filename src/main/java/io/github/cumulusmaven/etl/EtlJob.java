package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.codebook.Codebook;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import io.github.cumulusmaven.etl.Difference.Amount;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.etl.Supplement.Supplied;
import io.github.cumulusmaven.etl.canary.Canary;
import io.github.cumulusmaven.etl.canary.CanaryReport;
import io.github.cumulusmaven.etl.canary.PhiFound;
import io.github.cumulusmaven.etl.completion.CompletionRows;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.ReferenceReader;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.hydrate.FetchErrors;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.table.OutputFormat;
import io.github.cumulusmaven.table.OutputRun;
import io.github.cumulusmaven.table.RowBuffer;
import io.github.cumulusmaven.table.TableWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run: checks first, then table by table, then the record of it, and only then all of it in sight. */
public final class EtlJob {
    private final EtlConfig config;
    private final ScrubRules rules;
    private final InstantSource clock;
    private final EtlListener listener;
    private Optional<Supplement> supplement = Optional.empty();
    private Secrets secrets = new Secrets();
    private boolean published;

    /** With rules for what stays of a resource. */
    public EtlJob(EtlConfig config, ScrubRules rules, InstantSource clock, EtlListener listener) {
        this.config = config;
        this.rules = rules;
        this.clock = clock;
        this.listener = listener;
    }

    /** Lets it fetch Medications that the input lacks. */
    public void with(Supplement medications) {
        supplement = Optional.of(medications);
    }

    /** Keeps the secrets of a run out of its record. */
    public void with(Secrets ofRun) {
        secrets = ofRun;
    }

    /**
     * Refuses what {@link #run} would refuse whatever the input is: what an export of days should not end with. Nothing is
     * made, nor changed but for what an interrupted run left to be finished in the codebook.
     *
     * @throws EtlFailure when a folder is in use, or cannot be used
     * @throws CodebookFailure when the PHI folder cannot be used
     */
    public void check() throws EtlFailure, CodebookFailure {
        EtlFolders folders = config.folders();
        folders.checkWritable();
        Optional<String> codebookId =
                PhiFolder.check(folders.phi(), folders.trustPhi()).map(Codebook::id);
        try {
            RunRecord.refuseOtherCodebook(folders.output(), codebookId);
        } catch (IOException disk) {
            throw new EtlFailure(Kind.DISK, folders.output().toString(), disk);
        }
        if (isUsed()) {
            throw notEmpty();
        }
        ErrorFiles.check(folders.errorsTo());
    }

    /**
     * Tables that are there already as a run would make them.
     *
     * @param finished when, in ISO 8601
     * @param tables how many
     * @param rows in all of them
     */
    public record UpToDate(String finished, int tables, long rows) {}

    /**
     * Looks whether the tables are there already: made by a run that ended well, and that would do the same again.
     *
     * @param wants whether this run is to fetch Medications
     * @param fetches whether it can ask a server for them now; if not, those that were fetched then will do
     * @return nothing where there are no tables yet
     * @throws EtlFailure when the output folder holds something else, or cannot be used
     */
    public Optional<UpToDate> upToDate(boolean wants, boolean fetches) throws EtlFailure, CodebookFailure {
        return isUsed() ? Optional.of(compared(wants, fetches)) : Optional.empty();
    }

    /** Finds out whether something is in the output folder. */
    private boolean isUsed() throws EtlFailure {
        Path output = config.folders().output();
        try {
            OutputFormat.Use use = config.format().check(output);
            if (use == OutputFormat.Use.IN_USE) {
                throw inUse();
            }
            return use == OutputFormat.Use.NOT_EMPTY;
        } catch (IOException disk) {
            throw new EtlFailure(Kind.DISK, output.toString(), disk);
        }
    }

    /** Compares a run whose tables are there with the one to come. */
    private UpToDate compared(boolean wants, boolean fetches) throws EtlFailure, CodebookFailure {
        EtlFolders folders = config.folders();
        try {
            Optional<Codebook> codebook = PhiFolder.check(folders.phi(), folders.trustPhi());
            RunRecord.refuseOtherCodebook(folders.output(), codebook.map(Codebook::id));
            EtlReport before = RunRecord.lastReport(folders.output()).orElseThrow(this::notEmpty);
            RunFingerprint then = before.fingerprint();
            RunFingerprint now = RunFingerprint.of(
                            config,
                            codebook.map(Codebook::fingerprint).orElse(""),
                            rules.sha256OfSite(),
                            fetches || (wants && then.fetched()),
                            EtlSource.names(config),
                            EtlSource.origins(config))
                    .with(RunFingerprint.tables(folders.output()));
            List<Difference> differences = then.differences(now);
            if (fetches && before.unfetched() > 0) {
                differences.add(
                        new Difference(Difference.Kind.UNFETCHED, "", new Amount(before.unfetched(), 0), Amount.NONE));
            }
            if (before.failed()) {
                differences.add(new Difference(Difference.Kind.LOST, ""));
            }
            if (!differences.isEmpty()) {
                throw new EtlFailure(
                        then.hasOtherFiles(now) ? Kind.INPUT_CHANGED : Kind.OTHER_TABLES,
                        folders.output().toString(),
                        differences);
            }
            return before.upToDate();
        } catch (IOException disk) {
            throw new EtlFailure(Kind.DISK, folders.output().toString(), disk);
        }
    }

    /**
     * Builds the tables.
     *
     * @throws EtlFailure when that is not possible; then nothing has changed but the codebook's known ids, unless its kind
     *     says that the tables are published
     * @throws CodebookFailure when the PHI folder cannot be used
     * @throws PhiFound when the tables hold what identifies a patient
     */
    public EtlSummary run() throws EtlFailure, CodebookFailure, PhiFound, InterruptedException {
        String output = config.folders().output().toString();
        try {
            return checked();
        } catch (InterruptedIOException stopping) {
            throw stopped(stopping);
        } catch (IOException disk) {
            throw new EtlFailure(published ? Kind.AFTER_PUBLICATION : Kind.DISK, output, disk);
        } catch (CodebookFailure | RuntimeException | Error late) {
            if (published) {
                throw new EtlFailure(Kind.AFTER_PUBLICATION, output, late);
            }
            throw late;
        }
    }

    private static InterruptedException stopped(InterruptedIOException stopping) {
        Thread.interrupted();
        InterruptedException stopped = new InterruptedException();
        stopped.initCause(stopping);
        return stopped;
    }

    private EtlSummary checked() throws EtlFailure, CodebookFailure, PhiFound, InterruptedException, IOException {
        Instant began = clock.instant();
        // Before the files: what an export, still at work, finishes meanwhile must not count as read.
        Map<Path, SortedMap<String, Path>> names = EtlSource.names(config);
        Map<Path, ExportOrigin> origins = EtlSource.origins(config);
        List<EtlSource> sources = EtlSource.of(config, origins);
        InputFolder input =
                sources.stream().map(EtlSource::files).reduce(InputFolder::with).orElseThrow();
        sources.stream()
                .filter(source -> source.tellsOtherwise(config))
                .forEach(source -> listener.warned(new EtlWarning.OwnOrigin(
                        source.folder(),
                        source.origin().group(),
                        source.origin().time())));
        warnOfUnread(input);
        List<EtlTask> tasks = tasks(input, sources);
        warnOfOthers(input);
        check();
        if (!PhiFolder.hasCodebook(config.folders().phi())) {
            listener.warned(new EtlWarning.NewCodebook(config.folders().phi()));
        }
        List<String> bases = serverBases(sources);
        try (Deidentification deidentification = Deidentification.open(config.folders(), rules, bases)) {
            try (OutputRun output = begin();
                    ErrorFiles errorFiles = ErrorFiles.in(config.folders().errorsTo())) {
                sources.forEach(source -> listener.began(source.origin(), tasks));
                List<String> kept = deidentification.directIdentifiers();
                if (!kept.isEmpty()) {
                    listener.warned(new EtlWarning.IdentifiersKept(kept));
                }
                Optional<Supplied> supplied = supplied(input, tasks);
                InputFolder whole = supplied.map(brought -> input.with(EtlTask.MEDICATION.type(), brought.files()))
                        .orElse(input);
                Optional<Hydrated> medications = supplied.map(Supplied::hydrated);
                supplied.ifPresent(brought -> addTo(names, brought.files()));
                RunFingerprint fingerprint = RunFingerprint.of(
                        config,
                        deidentification.codebookFingerprint(),
                        rules.sha256OfSite(),
                        supplement.isPresent(),
                        names,
                        supplied.isPresent() ? EtlSource.origins(config) : origins);
                RunRecord runRecord = new RunRecord(
                        config, sources, tasks, fingerprint, deidentification.codebookId(), began, secrets);
                ReferenceReader references = new ReferenceReader(bases);
                List<DeletedIds> deleted = sources.stream()
                        .map(source -> new DeletedIds(deidentification, references))
                        .toList();
                Run run = new Run(whole, medications, sources, output, deidentification, deleted, errorFiles, began);
                EtlSummary summary = run.build(tasks);
                runRecord.write(summary, output);
                deidentification.finish();
                output.publish();
                published = true;
                if (!summary.hasTooManyErrors()) {
                    deidentification.noteSuccess(
                            began, config.source(), config.folders().output().toString());
                }
                return summary;
            }
        }
    }

    /** Adds what was fetched into the folder of an export itself: it is among its files when that is read again. */
    private static void addTo(Map<Path, SortedMap<String, Path>> names, List<InputFile> fetched) {
        for (InputFile file : fetched) {
            names.forEach((folder, files) -> {
                if (file.path().startsWith(folder)) {
                    files.put(file.name(), file.path());
                }
            });
        }
    }

    private Optional<Supplied> supplied(InputFolder input, List<EtlTask> tasks)
            throws IOException, InterruptedException {
        if (supplement.isEmpty() || !tasks.contains(EtlTask.MEDICATION)) {
            return Optional.empty();
        }
        try (FetchErrors failures = new FetchErrors(config.folders().errorsTo())) {
            return Optional.of(supplement.get().bring(input, failures));
        }
    }

    private List<String> serverBases(List<EtlSource> sources) {
        return Stream.concat(
                        sources.stream().flatMap(source -> source.origin().serverBase().stream()),
                        config.fhirUrl().stream())
                .flatMap(base -> config.rewrites().basesOf(base).stream())
                .distinct()
                .toList();
    }

    /** Names files that may be data and are not read. */
    private void warnOfUnread(InputFolder input) {
        input.withoutResources().forEach(name -> listener.warned(new EtlWarning.NoResources(name)));
        if (!input.unread().isEmpty()) {
            List<EtlTask> tables = input.unreadTypes().stream()
                    .flatMap(type -> EtlTask.ofType(type).stream())
                    .toList();
            listener.warned(new EtlWarning.Unread(input.unread(), tables));
        }
    }

    /** Counts and names what there are no tables for. */
    private void warnOfOthers(InputFolder input) {
        Map<String, Long> files = new HashMap<>();
        Map<String, Long> lines = new HashMap<>();
        input.byType().forEach((type, ofType) -> {
            if (EtlTask.ofType(type).isEmpty()) {
                String known = ResourceType.isKnown(type) ? type : "";
                ofType.forEach(file -> {
                    if (file.lines().isEmpty()) {
                        files.merge(known, 1L, Long::sum);
                    } else {
                        lines.merge(known, file.lines().getOrDefault(type, 0L), Long::sum);
                    }
                });
            }
        });
        if (!files.isEmpty() || !lines.isEmpty()) {
            listener.warned(new EtlWarning.NoTables(files, lines));
        }
    }

    /** The tables to build: those of the user, as far as there is input for them or shown to be none. */
    private List<EtlTask> tasks(InputFolder input, List<EtlSource> sources) throws EtlFailure {
        Selection selection = config.selection();
        List<EtlTask> missing = selection.tasks().stream()
                .filter(task -> input.files(task.type()).isEmpty() && !isToCome(task, input))
                .filter(task ->
                        sources.stream().noneMatch(source -> source.noneCame().contains(task)))
                .filter(task -> !selection.vouched().contains(task))
                .toList();
        if (missing.isEmpty() || selection.allowMissing()) {
            return selection.tasks();
        }
        List<String> types = missing.stream().map(EtlTask::type).toList();
        String where =
                sources.stream().map(source -> source.folder().toString()).collect(Collectors.joining(", "));
        if (selection.named()) {
            throw new EtlFailure(Kind.MISSING_RESOURCES, where, String.join(", ", types));
        }
        if (missing.size() == selection.tasks().size()) {
            throw new EtlFailure(Kind.NOTHING_TO_DO, where);
        }
        List<String> gone = types.stream()
                .filter(type ->
                        sources.stream().anyMatch(source -> source.origin().brought(type) > 0))
                .toList();
        if (!gone.isEmpty()) {
            listener.warned(new EtlWarning.FilesGone(gone));
        }
        listener.warned(new EtlWarning.NoFiles(types));
        return selection.tasks().stream()
                .filter(task -> !missing.contains(task))
                .toList();
    }

    /** Where something in the input may refer to them. */
    private boolean isToCome(EtlTask task, InputFolder input) {
        return task == EtlTask.MEDICATION
                && supplement.isPresent()
                && HydrationKind.MEDICATIONS.types().stream()
                        .anyMatch(type -> !input.files(type).isEmpty());
    }

    private OutputRun begin() throws EtlFailure, IOException {
        Optional<OutputRun> begun = config.format().begin(config.folders().output(), config.batchSize());
        if (begun.isPresent()) {
            return begun.get();
        }
        throw isUsed() ? notEmpty() : inUse();
    }

    private EtlFailure notEmpty() {
        return new EtlFailure(Kind.OUTPUT_NOT_EMPTY, config.folders().output().toString());
    }

    private EtlFailure inUse() {
        return new EtlFailure(Kind.OUTPUT_IN_USE, config.folders().output().toString());
    }

    /** What is at hand while tables are built. */
    private final class Run {
        private final InputFolder input;
        private final Optional<Hydrated> medications;
        private final List<EtlSource> sources;
        private final OutputRun output;
        private final Deidentification deidentification;
        private final List<DeletedIds> deleted;
        private final ErrorFiles errorFiles;
        private final Instant began;
        private final EncounterCompletion encounterCompletion;
        private final Set<Path> mixedFiles = new HashSet<>();
        private final Map<String, Map<Path, Long>> readByFile = new HashMap<>();
        private final Canary canary;
        private final Map<String, List<Path>> staged = new LinkedHashMap<>();

        Run(
                InputFolder input,
                Optional<Hydrated> medications,
                List<EtlSource> sources,
                OutputRun output,
                Deidentification deidentification,
                List<DeletedIds> deleted,
                ErrorFiles errorFiles,
                Instant began)
                throws EtlFailure {
            this.input = input;
            this.medications = medications;
            this.sources = sources;
            this.output = output;
            this.deidentification = deidentification;
            this.deleted = deleted;
            this.errorFiles = errorFiles;
            this.began = began;
            this.canary = new Canary(
                    config.canary(),
                    deidentification.rules(),
                    patients(input, config.canary().patients()),
                    listener);
            Map<Path, CompletionRows> byFile = new HashMap<>();
            for (EtlSource source : sources) {
                CompletionRows rows = completion(source.origin());
                source.files().files(EtlTask.ENCOUNTER.type()).forEach(file -> byFile.put(file.path(), rows));
            }
            this.encounterCompletion = new EncounterCompletion(byFile);
        }

        private CompletionRows completion(ExportOrigin origin) {
            return new CompletionRows(
                    origin,
                    config.version(),
                    ExportTime.of(began),
                    String.join(",", config.selection().excluded()));
        }

        /** Those of the input, and of another folder, if one is named. */
        private static List<InputFile> patients(InputFolder input, Optional<Path> more) throws EtlFailure {
            List<InputFile> patients = new ArrayList<>(input.files(EtlTask.PATIENT.type()));
            if (more.isPresent()) {
                patients.addAll(EtlSource.scanned(more.get()).files(EtlTask.PATIENT.type()));
            }
            return patients;
        }

        EtlSummary build(List<EtlTask> tasks) throws IOException, CodebookFailure, PhiFound, InterruptedException {
            long unreadableLists = 0;
            for (int source = 0; source < sources.size(); source++) {
                unreadableLists +=
                        deleted.get(source).read(sources.get(source).files().deleted(), listener);
            }
            List<InputFile> files = tasks.stream()
                    .flatMap(task -> input.files(task.type()).stream())
                    .toList();
            List<InputFile> lost = unreadAmong(files);
            lost.forEach(file -> listener.warned(new EtlWarning.UntoldFile(file.name())));
            canary.readPatients(files);
            listener.planned(files.stream()
                    .mapToLong(file -> file.path().toFile().length())
                    .sum());
            List<TableSummary> tables = new ArrayList<>();
            try (Workers workers = new Workers(config.threads(), deidentification, canary)) {
                for (EtlTask task : tasks) {
                    tables.add(build(task, workers));
                }
            }
            Completeness completeness = new Completeness(config, sources, input, readByFile, medications, listener);
            completeness.judge(tables, unreadableLists);
            claim(tables, completeness);
            completeness.warnOfServersErrors();
            long rows = tables.stream().mapToLong(TableSummary::written).sum();
            CanaryReport compared =
                    canary.finish(staged, rows, config.folders().output().toString());
            return new EtlSummary(
                    tables,
                    lost.size() + unreadableLists,
                    config.maxErrorRate(),
                    Duration.between(began, clock.instant()),
                    deidentification.report(),
                    deidentification.directIdentifiers(),
                    completeness.report(tables, staged),
                    compared,
                    medications);
        }

        /** Finds files of unknown types that cannot be read; those of which something could are met by a table's files. */
        private List<InputFile> unreadAmong(List<InputFile> ofTables) {
            Set<Path> met = ofTables.stream().map(InputFile::path).collect(Collectors.toSet());
            return input.unknown().stream()
                    .filter(file -> !met.contains(file.path()))
                    .toList();
        }

        private TableSummary build(EtlTask task, Workers workers)
                throws IOException, CodebookFailure, InterruptedException {
            listener.tableBegan(task, input.files(task.type()).size());
            TableWriter rows = output.table(task.table());
            Optional<TableWriter> encounters =
                    task == EtlTask.ENCOUNTER ? Optional.of(output.table(CompletionRows.ENCOUNTERS)) : Optional.empty();
            if (sources.size() > 1) {
                encounters.ifPresent(TableWriter::keepFirst);
            }
            TableBuild.Targets targets = new TableBuild.Targets(
                    rows,
                    encounters,
                    encounterCompletion,
                    mixedFiles,
                    readByFile.computeIfAbsent(task.type(), added -> new HashMap<>()),
                    canary,
                    errorFiles,
                    listener,
                    config.batchSize());
            TableSummary built = new TableBuild(task, workers, deidentification, targets).run(parts(task));
            staged.put(task.type(), rows.files());
            listener.tableDone(built);
            return built;
        }

        /** Groups the files of a table by their exports. What was fetched comes last, and is of the latest one. */
        private List<TableBuild.Part> parts(EtlTask task) {
            List<InputFile> files = input.files(task.type());
            List<TableBuild.Part> parts = new ArrayList<>();
            int from = 0;
            for (int source = 0; source < sources.size(); source++) {
                boolean isLast = source == sources.size() - 1;
                int own = sources.get(source).files().files(task.type()).size();
                int to = isLast ? files.size() : from + own;
                parts.add(new TableBuild.Part(
                        files.subList(from, to), deleted.get(source).of(task)));
                from = to;
            }
            return parts;
        }

        private void claim(List<TableSummary> tables, Completeness completeness) throws IOException {
            RowBuffer rows = new RowBuffer();
            for (TableSummary table : tables) {
                List<ExportOrigin> claims = completeness.claims(table.task());
                for (ExportOrigin claim : claims) {
                    row(table.task().table(), claim, rows);
                }
                table.incomplete()
                        .ifPresent(reason -> listener.warned(new EtlWarning.NotComplete(table.task(), reason)));
            }
            if (rows.rows() == 0) {
                row(CompletionRows.NO_TABLE, sources.get(0).origin(), rows);
            }
            TableWriter claims = output.table(CompletionRows.COMPLETION);
            claims.write(rows);
            claims.finish();
        }

        private void row(String table, ExportOrigin origin, RowBuffer rows) throws IOException {
            completion(origin).table(table, rows.out());
            rows.endRow(table + " " + origin.group() + " " + origin.time());
        }
    }
}
