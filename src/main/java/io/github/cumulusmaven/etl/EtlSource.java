package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.bulk.InputFolder;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.etl.completion.ExportUnknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    /**
     * Looks at the folders of a run, and orders them by the times of their exports: of a resource that is in several, the
     * latest is to stay.
     */
    static List<EtlSource> of(EtlConfig config, Map<Path, ExportOrigin> origins) throws EtlFailure {
        List<Path> folders = config.folders().inputs();
        List<EtlSource> sources = new ArrayList<>();
        for (Path folder : folders) {
            ExportOrigin origin = Objects.requireNonNull(origins.get(folder));
            InputFolder files = scanned(folder).with(origin.digests());
            sources.add(new EtlSource(
                    folder,
                    origin,
                    folders.size() == 1 ? files : files.named(name(folder, folders)),
                    none(files, origin)));
        }
        sources.sort(
                Comparator.comparing(source -> source.origin().time().value().toInstant()));
        return sources;
    }

    /** Finds the files of all folders that a run reads, without a look into them. */
    static Map<Path, SortedMap<String, Path>> names(EtlConfig config) throws EtlFailure {
        Map<Path, SortedMap<String, Path>> names = new TreeMap<>();
        for (Path folder : Stream.concat(config.folders().inputs().stream(), config.canary().patients().stream())
                .toList()) {
            if (!Files.isDirectory(folder)) {
                throw new EtlFailure(Kind.NO_INPUT, folder.toString(), "there is no such folder");
            }
            try {
                names.put(folder, InputFolder.names(folder));
            } catch (IOException unreadable) {
                throw new EtlFailure(Kind.DISK, folder.toString(), unreadable);
            }
        }
        return names;
    }

    /** Reads what is known of the exports in the input. */
    static Map<Path, ExportOrigin> origins(EtlConfig config) throws ExportUnknown, IOException {
        Map<Path, ExportOrigin> origins = new TreeMap<>();
        for (Path folder : config.folders().inputs()) {
            Optional<ExportOrigin> own = config.folders().inputs().size() > 1 ? told(folder) : Optional.empty();
            origins.put(
                    folder,
                    own.isPresent() ? own.get() : ExportOrigin.of(folder, config.exportGroup(), config.exportTime()));
        }
        return origins;
    }

    /** Of several folders, each that tells its group and time has its own: one time for all would mix up their order. */
    private static Optional<ExportOrigin> told(Path folder) throws IOException {
        try {
            return Optional.of(ExportOrigin.of(folder, Optional.empty(), Optional.empty()));
        } catch (ExportUnknown untold) {
            return Optional.empty();
        }
    }

    /** Whether the user's word on group and time does not count for it. */
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
