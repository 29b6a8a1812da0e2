package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.EarlierFiles.Match;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.bulk.Manifest.Entry;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists the files of a job: plans their names from the manifest, finds again those of an earlier run, and tells which of them
 * are in the folder as they were downloaded. Between two runs anything may happen to a file there; one that has changed does
 * not count, and is fetched again.
 *
 * @param folder where they go
 * @param job whose they are
 * @param validation how closely to look at a file that nobody has noted yet
 * @param listeners hear of what has changed
 */
record FileList(ExportFolder folder, ExportJob job, Validation validation, ExportListeners listeners) {
    /** Stands in a name until the file's first line tells the type. */
    static final String UNTYPED = "Untyped";

    /**
     * One file to fetch.
     *
     * @param state with the planned path
     * @param address its URL, with all that is needed to fetch it
     * @param number in the file's name
     * @param announced what the manifest promises of it, beside its count
     */
    record Item(FileState state, String address, int number, Announced announced) {
        Item with(FileState newer) {
            return new Item(newer, address, number, announced);
        }

        /** Its URL, or what can be shown of one that nobody can fetch. */
        URI url() {
            return Links.url(address);
        }

        /** The last name, once the type is known. */
        String path(String type) {
            String planned = state.path();
            return isUntyped(state) ? type + planned.substring(UNTYPED.length()) : planned;
        }
    }

    /** Plans the files of a manifest that are to be fetched, in its order. */
    List<Item> plan(List<Manifest> pages) {
        List<Entry> entries =
                pages.stream().flatMap(page -> page.entries().stream()).toList();
        KeptFiles kept = job.kept();
        if (kept == null) {
            return plan(entries, job.compress(), List.of());
        }
        return plan(entries, job.compress(), kept.files()).stream()
                .filter(item -> !kept.has(item.state()))
                .toList();
    }

    /** Plans the files of pages that the folder holds; nothing where they cannot be read any more. */
    Optional<List<Item>> planStored(List<ManifestPage> stored) throws IOException {
        List<Manifest> pages = new ArrayList<>();
        try {
            for (ManifestPage page : stored) {
                pages.add(page.parsed(job.statusUrl()));
            }
        } catch (NotAManifest changed) {
            return Optional.empty();
        }
        return Optional.of(plan(pages));
    }

    /**
     * Names all entries, in the manifest's order. The same manifest always gives the same names.
     *
     * @param taken files that are here already, whose numbers are taken
     */
    static List<Item> plan(List<Entry> entries, boolean compress, List<FileState> taken) {
        Names names = new Names(compress);
        taken.forEach(names::take);
        names.beginUntyped(Math.toIntExact(
                entries.stream().filter(entry -> type(entry).isPresent()).count()));
        return entries.stream().map(names::item).toList();
    }

    private static Optional<String> type(Entry entry) {
        return switch (entry.kind()) {
            case OUTPUT -> entry.type().filter(ResourceType::isSafeName).filter(type -> !type.equals(UNTYPED));
            case DELETED -> Optional.of("Bundle");
            case ERROR -> Optional.of("OperationOutcome");
        };
    }

    private static boolean isUntyped(FileState file) {
        return file.path().startsWith(UNTYPED + ".");
    }

    /** Gives out the names, with a number for each file of a type. */
    private static final class Names {
        private static final Pattern NUMBERED = Pattern.compile("([^.]+)\\.(\\d{3,9})\\.");

        private final String ending;
        private final Map<String, Integer> numbers = new HashMap<>();

        Names(boolean compress) {
            this.ending = compress ? ".ndjson.gz" : ".ndjson";
        }

        void take(FileState file) {
            Matcher name = NUMBERED.matcher(file.path());
            if (name.lookingAt()) {
                numbers.merge(name.group(1).toLowerCase(Locale.ROOT), Integer.parseInt(name.group(2)) + 1, Math::max);
            }
        }

        /** Entries without a type count on where the typed ones end, so that no later type can clash with them. */
        void beginUntyped(int typed) {
            int taken = numbers.values().stream().mapToInt(Integer::intValue).sum();
            numbers.put(UNTYPED.toLowerCase(Locale.ROOT), typed + taken);
        }

        Item item(Entry entry) {
            Optional<String> type = type(entry);
            String folder =
                    entry.kind() == FileState.Kind.OUTPUT ? "" : entry.kind().code() + "/";
            String stem = folder + type.orElse(UNTYPED);
            int number = numbers.merge(stem.toLowerCase(Locale.ROOT), 1, Integer::sum) - 1;
            FileState state = new FileState(
                    String.format(Locale.ROOT, "%s.%03d%s", stem, number, ending),
                    entry.kind(),
                    type.orElse(null),
                    SignedUrl.identity(entry.address()),
                    entry.count().isPresent() ? entry.count().getAsLong() : null,
                    null);
            return new Item(state, entry.address(), number, entry.announced());
        }
    }

    /** Tells when the server's copies go, where it says so. */
    static Optional<Instant> expires(List<Manifest> pages) {
        return pages.stream().flatMap(page -> page.expires().stream()).min(Comparator.naturalOrder());
    }

    /** Takes the links of the same files from a manifest read anew. */
    Links.Fresh freshLinks(List<Item> items, List<Manifest> pages) throws ExportFailure {
        List<Item> now = plan(pages);
        List<Match> before = matches(items.stream().map(Item::state).toList(), now);
        Map<String, String> urls = new HashMap<>();
        for (int index = 0; index < now.size(); index++) {
            urls.put(before.get(index).file().path(), now.get(index).address());
        }
        return new Links.Fresh(
                items.stream()
                        .map(item ->
                                Objects.requireNonNull(urls.get(item.state().path())))
                        .toList(),
                expires(pages));
    }

    /** Keeps files that an earlier run downloaded; their bytes are not fetched again. */
    List<Item> withEarlier(List<Item> items, List<FileState> known) throws ExportFailure, IOException {
        if (known.isEmpty()) {
            return items;
        }
        List<Match> before = matches(known, items);
        List<Item> merged = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            merged.add(withEarlier(items.get(index), before.get(index)));
        }
        return merged;
    }

    /** A whole file counts only where it is certain which one it is. */
    private Item withEarlier(Item item, Match before) throws IOException {
        FileState file = before.file();
        Item merged = before.certain() ? item.with(file) : item;
        if (merged.state().proof() == null) {
            // What lies there is not to be taken for whole by the next run, should this one end before it is replaced.
            Files.deleteIfExists(folder.file(file.path()));
        }
        return merged;
    }

    private List<Match> matches(List<FileState> known, List<Item> now) throws ExportFailure {
        return new EarlierFiles(known)
                .matching(now.stream().map(Item::state).toList())
                .orElseThrow(() -> new ExportFailure(
                        Kind.MANIFEST_CHANGED, folder.path().toString(), Reason.OTHER_FILES, known.size(), now.size()));
    }

    /** Looks for the files of an interrupted run in the folder, without reading them all. */
    List<FileState> find(Downloading state) throws IOException {
        Set<String> names = folder.names();
        List<FileState> files = state.files();
        List<Announced> announced = planStored(state.manifest())
                .filter(items -> items.size() == files.size())
                .map(items -> items.stream().map(Item::announced).toList())
                .orElse(List.of());
        List<FileState> found = new ArrayList<>();
        for (int index = 0; index < files.size(); index++) {
            FileState file = files.get(index);
            Announced promise = announced.isEmpty() ? Announced.NOTHING : announced.get(index);
            found.add(file.proof() == null ? findUnnoted(file, names, promise) : findNoted(file));
        }
        return found;
    }

    private FileState findNoted(FileState file) throws IOException {
        return WholeFile.hasSize(folder.file(file.path()), Objects.requireNonNull(file.proof())) ? file : lost(file);
    }

    private FileState lost(FileState file) {
        listeners.warn(ExportWarning.FILE_GONE, file.path());
        return file.missing();
    }

    /**
     * Looks for a file that no run has noted. One that lies in its place came whole, only a moment before the end; it may have
     * got its type then, and its name.
     */
    private FileState findUnnoted(FileState file, Set<String> names, Announced announced) throws IOException {
        FileState renamed = typed(file, names).orElse(file);
        Path path = folder.file(renamed.path());
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return file.missing();
        }
        try {
            return renamed.whole(
                    renamed.path(),
                    renamed.type(),
                    WholeFile.checked(path, new FileCheck(file, announced, validation)));
        } catch (DamagedFile damaged) {
            return lost(file);
        }
    }

    /** Finds a file whose type nobody knew when it was planned among those that lie in the folder under a name with a type. */
    private static Optional<FileState> typed(FileState file, Set<String> names) {
        if (!isUntyped(file)) {
            return Optional.empty();
        }
        String end = file.path().substring(UNTYPED.length());
        // No other file has its number: those with a type are counted from 0 up to where these begin.
        return names.stream()
                .filter(name ->
                        name.endsWith(end) && ResourceType.isSafeName(name.substring(0, name.length() - end.length())))
                .findFirst()
                .map(name -> file.typed(name, name.substring(0, name.length() - end.length())));
    }

    /** Reads the files once more: those that are not what they were are missing. */
    List<FileState> verify(List<FileState> files) throws IOException {
        List<FileState> verified = new ArrayList<>();
        for (FileState file : files) {
            verified.add(file.proof() == null || isSame(file) ? file : lost(file));
        }
        return verified;
    }

    private boolean isSame(FileState file) throws IOException {
        return WholeFile.isSame(folder.file(file.path()), Objects.requireNonNull(file.proof()));
    }

    /**
     * Verifies those of a job's files that this run has not downloaded itself.
     *
     * @param before as they were when the run began to fetch
     * @param files all of them, as they are now
     */
    List<Item> verifyEarlier(List<Item> before, List<FileState> files) throws IOException {
        List<Item> verified = new ArrayList<>();
        for (int index = 0; index < files.size(); index++) {
            FileState file = files.get(index);
            boolean downloaded = before.get(index).state().proof() == null;
            FileState now = downloaded || isSame(file) ? file : lost(file);
            if (now.proof() == null) {
                Files.deleteIfExists(folder.file(now.path()));
            }
            verified.add(before.get(index).with(now));
        }
        return verified;
    }

    /** Requires what stayed of an earlier job, which cannot be fetched again. */
    void requireKept() throws ExportFailure, IOException {
        KeptFiles kept = job.kept();
        for (FileState file : kept == null ? List.<FileState>of() : kept.files()) {
            if (file.proof() == null || !isSame(file)) {
                throw new ExportFailure(Kind.DISK, folder.file(file.path()).toString(), Reason.KEPT_FILE_GONE);
            }
        }
    }
}
