package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.etl.Difference.Amount;
import io.github.cumulusmaven.etl.Difference.Kind;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.completion.CompletionRows;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the tables of a run were made of, and what they are like: a run that finds all of it the same would only make them
 * again.
 *
 * @param plugin the version of this plugin
 * @param codebook that ids come from
 * @param parameters that change what is made, by their names
 * @param folders that were read, by their paths, those of the input in the order in which they count
 * @param tables by their names
 */
record RunFingerprint(
        @JsonProperty("plugin") String plugin,
        @JsonProperty("codebook") String codebook,
        @JsonProperty("parameters") SortedMap<String, String> parameters,
        @JsonProperty("folders") Map<String, Listing> folders,
        @JsonProperty("tables") SortedMap<String, Listing> tables) {
    private static final String HYDRATE = "hydrate";
    private static final String MEDICATIONS = "medications";

    RunFingerprint {
        Stream.of(plugin, codebook, parameters, folders, tables).forEach(Objects::requireNonNull);
        Stream.of(parameters, folders, tables)
                .flatMap(named -> named.values().stream())
                .forEach(Objects::requireNonNull);
    }

    /**
     * Takes the fingerprint of a run.
     *
     * @param codebook that ids come from
     * @param rules of the site
     * @param fetches whether it asks a server for Medications
     * @param files of each folder that it reads, by their names
     * @param origins of those that hold an export, in the order in which they count
     */
    static RunFingerprint of(
            EtlConfig config,
            String codebook,
            String rules,
            boolean fetches,
            Map<Path, SortedMap<String, Path>> files,
            Map<Path, ExportOrigin> origins)
            throws IOException {
        Map<String, Listing> folders = new LinkedHashMap<>();
        Set<Path> inOrder = new LinkedHashSet<>(origins.keySet());
        inOrder.addAll(files.keySet());
        for (Path folder : inOrder) {
            Optional<ExportOrigin> origin = Optional.ofNullable(origins.get(folder));
            folders.put(
                    folder.toString(),
                    Listing.ofInput(
                            origin.map(ExportOrigin::facts).orElse(""),
                            Objects.requireNonNull(files.get(folder)),
                            origin.map(ExportOrigin::digests).orElse(Map.of())));
        }
        return new RunFingerprint(
                config.version(), codebook, parameters(config, rules, fetches), folders, Collections.emptySortedMap());
    }

    /** Makes the same with tables, by their names. */
    RunFingerprint with(Map<String, Path> made) throws IOException {
        SortedMap<String, Listing> listed = new TreeMap<>();
        for (Map.Entry<String, Path> table : made.entrySet()) {
            listed.put(table.getKey(), Listing.ofTable(filesOf(table.getValue())));
        }
        return new RunFingerprint(plugin, codebook, parameters, folders, listed);
    }

    /** Says whether a server was asked for Medications. */
    boolean fetched() {
        return MEDICATIONS.equals(parameters.get(HYDRATE));
    }

    /** Finds the tables of an output folder. */
    static Map<String, Path> tables(Path output) {
        return Stream.concat(EtlTask.tables().stream(), Stream.of(CompletionRows.COMPLETION, CompletionRows.ENCOUNTERS))
                .filter(table -> Files.isDirectory(output.resolve(table)))
                .collect(Collectors.toMap(table -> table, output::resolve));
    }

    private static SortedMap<String, Path> filesOf(Path table) throws IOException {
        try (Stream<Path> files = Files.list(table)) {
            // Desktops leave hidden files of their own.
            return files.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .collect(Collectors.toMap(
                            file -> String.valueOf(file.getFileName()),
                            file -> file,
                            (one, other) -> one,
                            TreeMap::new));
        }
    }

    private static SortedMap<String, String> parameters(EtlConfig config, String rules, boolean fetches) {
        Selection selection = config.selection();
        CanaryConfig canary = config.canary();
        SortedMap<String, String> parameters = new TreeMap<>();
        parameters.put("tasks", tables(selection.tasks()));
        parameters.put(
                "excludeResources", selection.excluded().stream().sorted().collect(Collectors.joining(",")));
        parameters.put("allowMissingResources", String.valueOf(selection.allowMissing()));
        parameters.put("completeResources", tables(selection.vouched()));
        parameters.put("outputFormat", config.format().code());
        parameters.put("batchSize", String.valueOf(config.batchSize()));
        parameters.put("maxErrorRate", String.valueOf(config.maxErrorRate()));
        parameters.put("fhirUrl", config.fhirUrl().orElse(""));
        parameters.put("urlRewrites", config.rewrites().bases().toString());
        parameters.put(HYDRATE, fetches ? MEDICATIONS : "none");
        parameters.put("exportGroup", config.exportGroup().orElse(" as exported"));
        parameters.put(
                "exportTimestamp", config.exportTime().map(Object::toString).orElse(""));
        parameters.put("phiCanary", canary.mode().word());
        parameters.put("acknowledgedFindings", canary.acknowledged().sha256());
        parameters.put("canaryPatients", canary.patients().map(Path::toString).orElse(""));
        parameters.put("deidRules", rules);
        return parameters;
    }

    private static String tables(Collection<EtlTask> tasks) {
        return tasks.stream().sorted().map(EtlTask::table).collect(Collectors.joining(","));
    }

    /** Finds in what another run's differs. */
    List<Difference> differences(RunFingerprint other) {
        List<Difference> differences = new ArrayList<>();
        if (!plugin.equals(other.plugin)) {
            differences.add(new Difference(Kind.VERSION, plugin));
        }
        if (!codebook.equals(other.codebook)) {
            differences.add(new Difference(Kind.CODEBOOK, ""));
        }
        SortedSet<String> names = changed(parameters, other.parameters);
        if (!names.isEmpty()) {
            differences.add(new Difference(Kind.PARAMETERS, String.join(", ", names)));
        }
        changed(folders, other.folders).forEach(folder -> differences.add(difference(folder, other)));
        if (folders.equals(other.folders)
                && !List.copyOf(folders.keySet()).equals(List.copyOf(other.folders.keySet()))) {
            differences.add(new Difference(Kind.ORDER, ""));
        }
        changed(tables, other.tables).forEach(table -> differences.add(new Difference(Kind.TABLE, table)));
        return differences;
    }

    /** Says whether a folder that both have read has changed. */
    boolean hasOtherFiles(RunFingerprint other) {
        return changed(folders, other.folders).stream()
                .anyMatch(folder -> folders.containsKey(folder) && other.folders.containsKey(folder));
    }

    private Difference difference(String folder, RunFingerprint other) {
        Listing then = folders.get(folder);
        Listing now = other.folders.get(folder);
        if (now == null) {
            return new Difference(Kind.FOLDER_GONE, folder);
        }
        if (then == null) {
            return new Difference(Kind.FOLDER_ADDED, folder);
        }
        return then.files() == now.files() && then.bytes() == now.bytes()
                ? new Difference(Kind.FOLDER_CHANGED, folder)
                : new Difference(Kind.FOLDER_RESIZED, folder, then.amount(), now.amount());
    }

    private static <T> SortedSet<String> changed(Map<String, T> some, Map<String, T> others) {
        return Stream.concat(some.keySet().stream(), others.keySet().stream())
                .filter(name -> !Objects.equals(some.get(name), others.get(name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Tells the files of a folder at one time from those at another, without a look into them.
     *
     * @param files how many there are
     * @param bytes on disk, of all
     * @param sha256 of names, sizes, and what else tells them apart, in hex
     */
    record Listing(
            @JsonProperty("files") long files,
            @JsonProperty("bytes") long bytes,
            @JsonProperty("sha256") String sha256) {
        /**
         * Lists the files of an input: by size and the digest that they came with, or else by size and time of change.
         *
         * @param facts of the export, which count like a file
         * @param files by the names that the digests have
         * @param digests of those for which one is known
         */
        static Listing ofInput(String facts, SortedMap<String, Path> files, Map<String, String> digests)
                throws IOException {
            return of(
                    facts,
                    files,
                    (name, now) ->
                            digests.getOrDefault(name, now.lastModifiedTime().toString()));
        }

        /** Lists the files of a table: by size. */
        static Listing ofTable(SortedMap<String, Path> files) throws IOException {
            return of("", files, (name, now) -> "");
        }

        Amount amount() {
            return new Amount(files, bytes);
        }

        private static Listing of(
                String facts, SortedMap<String, Path> files, BiFunction<String, BasicFileAttributes, String> mark)
                throws IOException {
            MessageDigest digest = Sha256.begin();
            digest.update(facts.getBytes(StandardCharsets.UTF_8));
            long bytes = 0;
            for (Map.Entry<String, Path> file : files.entrySet()) {
                BasicFileAttributes now = Files.readAttributes(file.getValue(), BasicFileAttributes.class);
                String told = "\n" + file.getKey() + "\n" + now.size() + " " + mark.apply(file.getKey(), now);
                digest.update(told.getBytes(StandardCharsets.UTF_8));
                bytes += now.size();
            }
            return new Listing(files.size(), bytes, Sha256.hex(digest));
        }
    }
}
