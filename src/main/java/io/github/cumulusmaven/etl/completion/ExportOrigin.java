package io.github.cumulusmaven.etl.completion;

import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.bulk.ErrorReport;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the input's data come from.
 *
 * @param group the id of the exported group; empty for an export of all patients or of a system
 * @param time up to when the data are complete
 * @param url the kick-off's, where a log tells it, or the server's and level, where its state does
 * @param filters what the export was limited to
 * @param types what it was asked for; none where it was asked for all, or where that is not known
 * @param brought how many resources of each type it has brought, where its state tells
 * @param digests the SHA-256 of each file that it has brought, in hex, by the path in the folder, where its state tells
 * @param arrived the types that it has brought or that the server reported something about, where its state or log shows
 *     an export that lacks no file and of which the server reported no error; an empty set where such a log names no file
 * @param lacking the types of which a file, or a part of one, never came, where its state tells; an empty text among them
 *     where it may be any type
 */
public record ExportOrigin(
        String group,
        ExportTime time,
        Optional<String> url,
        TypeFilters filters,
        Set<String> types,
        Map<String, Long> brought,
        Map<String, String> digests,
        Optional<Set<String>> arrived,
        Set<String> lacking) {
    private static final String STATE = "export.json";

    private static final Pattern GROUP = Pattern.compile("/Group/(?<id>[^/?$]+)");
    private static final Pattern FOR_PATIENTS = Pattern.compile("[?&]patient=");
    private static final Pattern AFTER_BASE = Pattern.compile("(/Group/[^/?]+|/Patient)?/?([$]export)?([?].*)?$");

    /**
     * What the log and the export's state in the folder say; what the user says wins.
     *
     * @throws EtlFailure when that is not enough
     * @throws IOException when a file cannot be read
     */
    public static ExportOrigin of(Path folder, Optional<String> group, Optional<ExportTime> time)
            throws EtlFailure, IOException {
        Optional<Done> state = finishedState(folder);
        Optional<Map<String, String>> requested = state.map(done -> done.job().parameters());
        List<String> filters = new ArrayList<>();
        requested.map(parameters -> parameters.get("_typeFilter")).ifPresent(filters::add);
        boolean logIsNeeded = group.isEmpty() || time.isEmpty();
        Optional<ExportLogFile> log = log(folder, logIsNeeded);
        log.ifPresent(facts -> filters.addAll(facts.typeFilters()));
        Optional<String> url = log.flatMap(ExportLogFile::exportUrl)
                .or(() -> state.map(done -> RedactedUrl.of(done.job().fhirUrl())));
        if (logIsNeeded && log.isPresent()) {
            log.get().refuseIncomplete();
            if (state.isEmpty()) {
                log.get().refuseMissingFiles();
            }
        }
        ExportOrigin exported = new ExportOrigin(
                group.or(() -> url.map(ExportOrigin::groupOf))
                        .orElseThrow(() -> new EtlFailure(Kind.NO_GROUP, folder.toString())),
                time.or(() -> log.flatMap(ExportLogFile::transactionTime))
                        .orElseThrow(() -> new EtlFailure(Kind.NO_TIME, folder.toString())),
                url,
                TypeFilters.of(filters),
                types(requested, log),
                state.map(ExportOrigin::resources).orElse(Map.of()),
                state.map(ExportOrigin::digests).orElse(Map.of()),
                arrived(folder, state, log),
                state.map(ExportOrigin::lacking).orElse(Set.of()));
        return state.isPresent() && hasItsMedications(state.get()) ? exported.withMedications() : exported;
    }

    /** Whether a hydration has found all that are referred to. */
    private static boolean hasItsMedications(Done state) {
        return state.hydration() != null && state.hydration().medications();
    }

    /** They are all, where those are all that refer to them. */
    private ExportOrigin withMedications() {
        if (types.isEmpty() || !bringsAllOf(HydrationKind.MEDICATIONS.types())) {
            return this;
        }
        Set<String> more = new TreeSet<>(types);
        more.add(HydrationKind.MEDICATIONS.scopeType());
        return new ExportOrigin(group, time, url, filters, more, brought, digests, arrived, lacking);
    }

    private static Optional<Set<String>> arrived(Path folder, Optional<Done> state, Optional<ExportLogFile> log)
            throws IOException {
        Optional<Set<String>> listed = state.isPresent() ? listed(state.get()) : log.flatMap(ExportLogFile::arrived);
        if (listed.isEmpty() || ErrorReport.errorsIn(folder) > 0) {
            return Optional.empty();
        }
        Set<String> arrived = new TreeSet<>(listed.get());
        arrived.addAll(ErrorReport.typesNamedIn(folder));
        return Optional.of(arrived);
    }

    /**
     * The types of a state's output files, if there are any, all files are there, and the server reports nothing among the
     * resources.
     */
    private static Optional<Set<String>> listed(Done state) {
        Set<String> types = new TreeSet<>();
        for (FileState file : state.files()) {
            boolean output = file.kind() == FileState.Kind.OUTPUT;
            boolean reports = output && file.others().containsKey("OperationOutcome");
            if (file.proof() == null || (output && file.type() == null) || reports) {
                return Optional.empty();
            }
            if (output) {
                types.add(String.valueOf(file.type()));
            }
        }
        return types.isEmpty() ? Optional.empty() : Optional.of(types);
    }

    /** A list of deletions may be of any type; what the server's own reports would say is told of elsewhere. */
    private static Set<String> lacking(Done state) {
        Set<String> lacking = new TreeSet<>();
        for (FileState file : state.files()) {
            boolean lacks = file.lost() != null || (file.isMiscounted() && announced(file) > file.resources());
            if (file.kind() != FileState.Kind.ERROR && lacks) {
                boolean known = file.kind() == FileState.Kind.OUTPUT && file.type() != null;
                lacking.add(known ? String.valueOf(file.type()) : "");
            }
        }
        return lacking;
    }

    private static long announced(FileState file) {
        return Optional.ofNullable(file.count()).orElse(0L);
    }

    /** Whether some of a type, or what was deleted of it, never came. */
    public boolean lacks(String type) {
        return lacking.contains(type) || lacking.contains("");
    }

    /** By the export and by hydrations. */
    private static Map<String, Long> resources(Done state) {
        Map<String, Long> brought = new TreeMap<>();
        for (FileState file : state.files()) {
            if (file.kind() == FileState.Kind.OUTPUT && file.proof() != null) {
                brought.merge(String.valueOf(file.type()), ofItsType(file.proof()), Long::sum);
            }
        }
        added(state).forEach(file -> brought.merge(file.type(), ofItsType(file.proof()), Long::sum));
        return brought;
    }

    private static long ofItsType(FileState.Proof proof) {
        Map<String, Long> others = proof.others() == null ? Map.of() : proof.others();
        return proof.resources()
                - others.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<AddedFile> added(Done state) {
        return state.hydration() == null ? List.of() : state.hydration().files();
    }

    private static Map<String, String> digests(Done state) {
        Map<String, String> digests = new TreeMap<>();
        for (FileState file : state.files()) {
            if (file.proof() != null) {
                digests.put(file.path(), file.proof().sha256());
            }
        }
        added(state).forEach(file -> digests.put(file.path(), file.proof().sha256()));
        return digests;
    }

    /** The folder's own state knows what was asked for in all; a log's last kick-off may be for a part of it. */
    private static Set<String> types(Optional<Map<String, String>> requested, Optional<ExportLogFile> log) {
        Set<String> types = new TreeSet<>();
        List<String> joined = requested.isPresent()
                ? Optional.ofNullable(requested.get().get("_type")).stream().toList()
                : log.map(ExportLogFile::types).orElse(List.of());
        joined.forEach(
                list -> Arrays.stream(list.split(",", -1)).map(String::trim).forEach(types::add));
        types.remove("");
        return types;
    }

    /** All that is told of the export but its files, alike whenever the same is told. */
    public String facts() {
        return Stream.of(
                        group,
                        time,
                        url,
                        new TreeMap<>(filters.slicing()),
                        filters.allCategories(),
                        new TreeSet<>(types),
                        new TreeMap<>(brought),
                        arrived.map(TreeSet::new),
                        new TreeSet<>(lacking))
                .map(String::valueOf)
                .collect(Collectors.joining("\n"));
    }

    /** Whether resources of a type could come. */
    public boolean asksFor(String type) {
        return types.isEmpty() || types.contains(type);
    }

    /** Whether some of these types could come, and each that could came without a filter that slices. */
    public boolean bringsAllOf(List<String> some) {
        List<String> asked = some.stream().filter(this::asksFor).toList();
        return !asked.isEmpty()
                && asked.stream().noneMatch(type -> filters.slicing(type).isPresent());
    }

    /**
     * Finds the types that the export asked for and of which none came. Those that its {@code _type} names; without one,
     * and without any filter, where its files are listed, those that Cumulus Library waits for: all of them belong to
     * patients, so that every level of export would bring them. None where the folder holds what this export did not bring.
     *
     * @param inFolder the types of the folder's files
     */
    public Set<String> typesOfWhichNoneCame(Set<String> inFolder) {
        if (arrived.isEmpty() || inFolder.isEmpty() || inFolder.stream().anyMatch(this::isForeign)) {
            return Set.of();
        }
        Set<String> none = new TreeSet<>(asksForAll() ? CumulusLibrary.TYPES : types);
        if (asksForAll() && (arrived.get().isEmpty() || !filters.slicing().isEmpty() || isForSomePatients())) {
            return Set.of();
        }
        none.removeAll(inFolder);
        none.removeAll(arrived.get());
        none.removeIf(type -> filters.slicing(type).isPresent());
        return none;
    }

    /** Medications are fetched beside any export. */
    private boolean isForeign(String type) {
        boolean listed =
                arrived.filter(types -> types.isEmpty() || types.contains(type)).isPresent();
        return !type.equals(HydrationKind.MEDICATIONS.scopeType()) && !(asksFor(type) && listed);
    }

    /** Whether the kick-off named no types. */
    public boolean asksForAll() {
        return types.isEmpty();
    }

    private boolean isForSomePatients() {
        return url.filter(export -> FOR_PATIENTS.matcher(export).find()).isPresent();
    }

    /** How many resources of a type must be in the folder, at least. */
    public long brought(String type) {
        return brought.getOrDefault(type, 0L);
    }

    /** The FHIR base of the server that the data come from, where a log or a state tells it. */
    public Optional<String> serverBase() {
        return url.map(export -> AFTER_BASE.matcher(export).replaceFirst(""));
    }

    /** Where the user says all, logs are only asked for filters, and one that cannot be told is none. */
    private static Optional<ExportLogFile> log(Path folder, boolean needed) throws EtlFailure, IOException {
        try {
            return ExportLogFile.find(folder);
        } catch (EtlFailure several) {
            if (needed) {
                throw several;
            }
            return Optional.empty();
        }
    }

    private static String groupOf(String exportUrl) {
        Matcher matcher = GROUP.matcher(exportUrl);
        return matcher.find() ? RedactedUrl.decoded(matcher.group("id")) : "";
    }

    /** Our own export's. */
    private static Optional<Done> finishedState(Path folder) throws EtlFailure, IOException {
        Optional<ExportState> state;
        try {
            state = ExportFolder.lookIfOurs(folder);
        } catch (ExportFailure failure) {
            if (failure.kind() == ExportFailure.Kind.FOLDER_DAMAGED) {
                throw new EtlFailure(Kind.EXPORT_DAMAGED, folder.resolve(STATE).toString(), failure);
            }
            throw new IOException(failure.getMessage(), failure);
        }
        if (state.isEmpty()) {
            return Optional.empty();
        }
        if (state.get() instanceof Done done) {
            return Optional.of(done);
        }
        throw new EtlFailure(
                Kind.EXPORT_UNFINISHED,
                folder.resolve(STATE).toString(),
                state.get().code());
    }
}
