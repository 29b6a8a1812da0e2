package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.etl.completion.ExportTime;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder of the input.
 *
 * @param folder of one export
 * @param origin what is known of that export
 * @param files that are in it
 * @param noneCame the tables without files that the export has shown to be empty
 */
record EtlSource(Path folder, ExportOrigin origin, InputFolder files, Set<EtlTask> noneCame) {
    /** Looks at the folders of a run, in the order of their origins. */
    static List<EtlSource> of(EtlConfig config, Map<Path, ExportOrigin> origins) throws EtlFailure {
        List<Path> folders = config.folders().inputs();
        List<EtlSource> sources = new ArrayList<>();
        for (Map.Entry<Path, ExportOrigin> origin : origins.entrySet()) {
            Path folder = origin.getKey();
            InputFolder files = scanned(folder).with(origin.getValue().digests());
            sources.add(new EtlSource(
                    folder,
                    origin.getValue(),
                    folders.size() == 1 ? files : files.named(name(folder, folders)),
                    none(files, origin.getValue())));
        }
        return sources;
    }

    /** Finds the files of all folders that a run reads, without a look into them. */
    static Map<Path, SortedMap<String, Path>> names(EtlConfig config) throws EtlFailure {
        Map<Path, SortedMap<String, Path>> names = new TreeMap<>();
        for (Path folder : Stream.concat(config.folders().inputs().stream(), config.canary().patients().stream())
                .toList()) {
            if (!Files.isDirectory(folder)) {
                throw new EtlFailure(Kind.NO_INPUT, folder.toString());
            }
            try {
                names.put(folder, InputFolder.names(folder));
            } catch (IOException unreadable) {
                throw new EtlFailure(Kind.DISK, folder.toString(), unreadable);
            }
        }
        return names;
    }

    /**
     * Reads what is known of the exports in the input, and orders them by their times, equal ones as the user has named them:
     * of a resource that is in several, the last is to stay.
     */
    static Map<Path, ExportOrigin> origins(EtlConfig config) throws EtlFailure, IOException {
        List<Path> folders = config.folders().inputs();
        List<Map.Entry<Path, ExportOrigin>> origins = new ArrayList<>();
        for (Path folder : folders) {
            origins.add(Map.entry(
                    folder,
                    folders.size() > 1
                            ? own(folder, config, Optional.empty())
                            : ExportOrigin.of(folder, config.exportGroup(), config.exportTime())));
        }
        origins.sort(
                Comparator.comparing(origin -> origin.getValue().time().value().toInstant()));
        Map<Path, ExportOrigin> ordered = new LinkedHashMap<>();
        origins.forEach(origin -> ordered.put(origin.getKey(), origin.getValue()));
        return ordered;
    }

    /**
     * Of several folders, each has the group and time that it tells, and the user's where it tells none: one time for all
     * would mix up their order.
     */
    private static ExportOrigin own(Path folder, EtlConfig config, Optional<ExportTime> time)
            throws EtlFailure, IOException {
        try {
            ExportOrigin own = ExportOrigin.of(folder, Optional.empty(), time);
            return own.group().isEmpty() ? ExportOrigin.of(folder, config.exportGroup(), time) : own;
        } catch (EtlFailure untold) {
            if (untold.kind() == Kind.NO_GROUP) {
                return ExportOrigin.of(folder, config.exportGroup(), config.exportTime());
            }
            if (untold.kind() == Kind.NO_TIME && config.exportTime().isPresent()) {
                return own(folder, config, config.exportTime());
            }
            throw untold;
        }
    }

    /** Says whether the user's word on group and time does not count for it. */
    boolean tellsOtherwise(EtlConfig config) {
        return config.exportGroup()
                        .filter(group -> !group.equals(origin.group()))
                        .isPresent()
                || config.exportTime()
                        .filter(time -> !time.equals(origin.time()))
                        .isPresent();
    }

    private static String name(Path folder, List<Path> folders) {
        boolean isUnique = folders.stream()
                        .filter(other -> folder.endsWith(other.getFileName()))
                        .count()
                == 1;
        return isUnique ? String.valueOf(folder.getFileName()) : folder.toString();
    }

    static InputFolder scanned(Path folder) throws EtlFailure {
        try {
            return InputFolder.scan(folder);
        } catch (IOException unreadable) {
            throw new EtlFailure(Kind.DISK, folder.toString(), unreadable);
        }
    }

    /** A file that is not read may hold what else would be none. */
    private static Set<EtlTask> none(InputFolder files, ExportOrigin origin) {
        Set<String> inFolder = new HashSet<>(files.byType().keySet());
        inFolder.removeIf(type -> EtlTask.ofType(type).isEmpty());
        Set<EtlTask> none = EnumSet.noneOf(EtlTask.class);
        origin.typesOfWhichNoneCame(inFolder)
                .forEach(type -> EtlTask.ofType(type).ifPresent(none::add));
        none.removeIf(task -> files.unreadTypes().contains(task.type()));
        return none;
    }

    /** Whether the folder tells all that its export has of a type: by files, or by showing that there are none. */
    boolean tells(EtlTask task) {
        return noneCame.contains(task) || !files.files(task.type()).isEmpty();
    }
}
