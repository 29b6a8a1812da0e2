package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.fhir.ndjson.LineLimit;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Fetches the notes whose URLs DocumentReferences and DiagnosticReports have instead of their text. Resources that have got
 * their notes are written once more, whole, into a new file beside the one they came in: {@code X.notes.000.ndjson} beside
 * {@code X.ndjson}. Its name makes it the later one of the two, and of two resources with the same id the later one counts.
 */
public final class NoteHydrator implements Hydrator {
    private static final Pattern OURS = Pattern.compile("(?<source>.+)\\.notes\\.\\d{3,}\\.ndjson(\\.gz)?");
    private static final String PACKED = ".gz";
    private static final Pattern SUFFIX = Pattern.compile("\\.(ndjson|jsonl)(\\.gz)?$", Pattern.CASE_INSENSITIVE);

    /** How much larger than its base64 data a Binary in JSON may be, in bytes. */
    private static final int AROUND = 64 * 1024;

    private final Fetcher fetcher;
    private final NoteSettings settings;
    private final FailureList failures;
    private final HydrationListener listener;
    private final long longestLine;

    public NoteHydrator(Fetcher fetcher, NoteSettings settings, FailureList failures, HydrationListener listener) {
        this(fetcher, settings, failures, listener, LineLimit.LONGEST);
    }

    /** Adds notes to lines that stay no longer than the longest that can be read again. */
    NoteHydrator(
            Fetcher fetcher,
            NoteSettings settings,
            FailureList failures,
            HydrationListener listener,
            long longestLine) {
        this.fetcher = fetcher;
        this.settings = settings;
        this.failures = failures;
        this.listener = listener;
        this.longestLine = longestLine;
    }

    @Override
    public Hydrated hydrate(InputFolder input, Path target) throws IOException, InterruptedException {
        listener.began(HydrationKind.NOTES);
        return new Run(target).run(input);
    }

    /** Adds the notes of one folder. */
    private final class Run {
        private final Path target;
        private final Scoreboard scores = new Scoreboard(HydrationKind.NOTES, listener);
        private final SourceLines lines = SourceLines.counted(scores);
        private final NoteIndex index = new NoteIndex(NoteHydrator.this::key);
        private final Map<String, CompletableFuture<Note>> underWay = new ConcurrentHashMap<>();

        Run(Path target) {
            this.target = target;
        }

        Hydrated run(InputFolder input) throws IOException, InterruptedException {
            scores.planned(NotedResource.TYPES.stream()
                    .flatMap(type -> sources(input.files(type)).stream())
                    .distinct()
                    .toList());
            Set<Path> seen = new HashSet<>();
            for (String type : NotedResource.TYPES) {
                // a file that holds both types is read once, for both
                List<InputFile> files = input.files(type).stream()
                        .filter(file -> seen.add(file.path()))
                        .toList();
                Map<String, List<Path>> notes = notes(files);
                for (InputFile file : sources(files)) {
                    new Source(this, type, file, notes.getOrDefault(stem(file.name()), List.of())).hydrate();
                }
            }
            return scores.result(fetcher.gaveUp());
        }

        /** Leaves out what earlier runs have made, unless somebody has packed it since. */
        private static List<InputFile> sources(List<InputFile> files) {
            Map<String, List<Path>> notes = notes(files);
            return files.stream()
                    .filter(file -> isPacked(file.path())
                            || !notes.getOrDefault(sourceOf(file), List.of()).contains(file.path()))
                    .toList();
        }

        /**
         * Finds the files that earlier runs made, by the stem of the file they were made of. Other tools may have files
         * of such names, too, but not beside such a source.
         */
        private static Map<String, List<Path>> notes(List<InputFile> files) {
            Set<String> stems = files.stream().map(file -> stem(file.name())).collect(Collectors.toSet());
            return files.stream()
                    .filter(file -> stems.contains(sourceOf(file)))
                    .collect(Collectors.groupingBy(
                            Run::sourceOf, Collectors.mapping(InputFile::path, Collectors.toList())));
        }

        /** Returns the stem of the file of which this file was made, by its name; empty where it was not made by us. */
        private static String sourceOf(InputFile file) {
            Matcher ours = OURS.matcher(file.name());
            return ours.matches() ? ours.group("source") : "";
        }

        /** Finds or fetches a note. A thread that needs a note which another thread is fetching waits for that one. */
        private Note note(Attachment attachment, String key, List<String> ours)
                throws NotFetched, IOException, InterruptedException {
            CompletableFuture<Note> mine = new CompletableFuture<>();
            CompletableFuture<Note> other = underWay.putIfAbsent(key, mine);
            if (other != null) {
                Note note = await(other);
                scores.present();
                return note;
            }
            ours.add(key);
            try {
                Note note = foundOrFetched(attachment, key);
                mine.complete(note);
                return note;
            } catch (IOException | InterruptedException | RuntimeException | Error failure) {
                mine.completeExceptionally(failure);
                throw failure;
            }
        }

        private Note await(CompletableFuture<Note> other) throws NotFetched, InterruptedException {
            try {
                return other.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof NotFetched known
                        ? known
                        : new NotFetched(Problem.OUT_OF_REACH, "not fetched");
            }
        }

        private Note foundOrFetched(Attachment attachment, String key)
                throws NotFetched, IOException, InterruptedException {
            Optional<Problem> before = index.failure(key);
            if (before.isPresent()) {
                throw new NotFetched(before.get(), before.get().words());
            }
            Optional<Note> found = index.find(key);
            if (found.isPresent()) {
                scores.present();
                return found.get();
            }
            try {
                Note note = fetched(attachment);
                scores.fetched(note.data().length);
                return note;
            } catch (NotFetched failure) {
                if (!failure.isPassing()) {
                    index.failed(key, failure.problem());
                }
                throw failure;
            }
        }

        private Note fetched(Attachment attachment) throws NotFetched, InterruptedException {
            if (attachment.size() > settings.most()) {
                throw new NotFetched(Problem.TOO_LARGE, "larger than " + settings.most() + " bytes");
            }
            Note note = Note.isData(attachment.url())
                    ? Note.ofData(attachment.url(), attachment.contentType())
                    : asked(attachment);
            if (!settings.wants(note.contentType())) {
                throw new NotFetched(Problem.OTHER_TYPE, Problem.OTHER_TYPE.words());
            }
            if (note.data().length > settings.most()) {
                throw new NotFetched(Problem.TOO_LARGE, "larger than " + settings.most() + " bytes");
            }
            return note;
        }
    }

    private Note asked(Attachment attachment) throws NotFetched, InterruptedException {
        String wanted = attachment.contentType();
        String types =
                wanted.isEmpty() ? String.join(", ", new TreeSet<>(settings.types())) : NoteSettings.mediaType(wanted);
        Fetcher.Body body = fetcher.fetch(
                "A note",
                fetcher.resolve(attachment.url()),
                types + ", application/fhir+json;q=0.5",
                settings.most() / 3 * 4 + AROUND);
        return Note.of(body, wanted);
    }

    /**
     * Tells whether somebody has compressed a file since it was written: no note can be found in it without reading all
     * before it.
     */
    private static boolean isPacked(Path file) {
        return String.valueOf(file.getFileName()).endsWith(PACKED);
    }

    /** Returns the same key for attachments with the same note: a server can have one URL in several types. */
    private String key(Attachment attachment) {
        return NoteSettings.mediaType(attachment.contentType()) + ' ' + fetcher.key(attachment.url());
    }

    private static String stem(String name) {
        return SUFFIX.matcher(name).replaceFirst("");
    }

    /** Fills the notes of one of the export's files into a new file. */
    private final class Source {
        private final Run run;
        private final String type;
        private final InputFile source;
        private final List<Path> earlier;

        /** The number of notes still missing in each resource that earlier runs have written, by the resource's id. */
        private final KeyMap missing = new KeyMap();

        /**
         * The number of lines still to come for each id: only the last line counts, and no other may be written after
         * it.
         */
        private final KeyMap versions = new KeyMap();

        Source(Run run, String type, InputFile source, List<Path> earlier) {
            this.run = run;
            this.type = type;
            this.source = source;
            this.earlier = earlier;
        }

        void hydrate() throws IOException, InterruptedException {
            RegularFiles.refuseLinks(run.target, source.path().resolveSibling(""));
            SourceLines.again().each(source, this::noteVersion);
            for (Path notes : earlier) {
                if (isPacked(notes)) {
                    SourceLines.again().each(new InputFile(notes, ""), this::notePacked);
                } else {
                    run.index.read(run.index.add(notes), this::noteWritten);
                }
            }
            Path path = newFile();
            Path part = GrowingFile.part(path);
            int number = run.index.add(part);
            if (GrowingFile.repair(part, line -> NotedResource.of(line).isPresent())) {
                run.index.read(number, this::noteWritten);
            }
            try (GrowingFile file = GrowingFile.at(path, type);
                    Crew crew = new Crew(fetcher.parallel())) {
                run.lines.each(source, line -> {
                    Optional<NotedResource> resource = NotedResource.of(line);
                    if (resource.isPresent() && isLastVersion(resource.get())) {
                        submit(resource.get(), number, file, crew);
                    }
                });
                crew.drain();
                file.finish(run.target).ifPresent(run.scores::added);
            }
            run.index.renamed(number, path);
        }

        /** Finds the first free name. */
        private Path newFile() {
            String stem = stem(String.valueOf(source.path().getFileName()));
            int number = 0;
            Path path = numbered(stem, number);
            while (isUsed(path) || isUsed(path.resolveSibling(path.getFileName() + PACKED))) {
                number++;
                path = numbered(stem, number);
            }
            return path;
        }

        private static boolean isUsed(Path path) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        }

        private Path numbered(String stem, int number) {
            return source.path().resolveSibling(String.format(Locale.ROOT, "%s.notes.%03d.ndjson", stem, number));
        }

        private void noteVersion(byte[] line) {
            NotedResource.of(line).ifPresent(resource -> versions.add(resource.id(), 1));
        }

        private boolean isLastVersion(NotedResource resource) {
            return versions.add(resource.id(), -1) == 0;
        }

        /**
         * Marks a resource of an earlier run's packed file as complete: that file is a source itself, and what the
         * resource still lacks is added from there.
         */
        private void notePacked(byte[] line) {
            NotedResource.of(line).ifPresent(resource -> missing.put(resource.id(), 0));
        }

        private void noteWritten(NotedResource resource) {
            missing.put(
                    resource.id(),
                    resource.attachments().stream().filter(this::isWanted).count());
        }

        private boolean isWanted(Attachment attachment) {
            boolean untold = attachment.contentType().isEmpty();
            return attachment.isExternal() && (untold || settings.wants(attachment.contentType()));
        }

        private void submit(NotedResource noted, int number, GrowingFile file, Crew crew)
                throws IOException, InterruptedException {
            List<Attachment> wanted =
                    noted.attachments().stream().filter(this::isWanted).toList();
            noted.attachments().stream()
                    .filter(attachment -> attachment.isExternal() && !isWanted(attachment))
                    .forEach(other -> run.scores.failed(Problem.OTHER_TYPE, Problem.OTHER_TYPE.words()));
            long left = missing.get(noted.id()).orElse(wanted.size());
            if (left == 0) {
                wanted.forEach(attachment -> run.scores.present());
            } else {
                crew.submit(() -> hydrate(noted, left, wanted.size(), number, file));
            }
        }

        /** Writes the resource with its notes, if it has more of them than any earlier line. */
        private void hydrate(NotedResource resource, long left, int wanted, int number, GrowingFile file)
                throws IOException, InterruptedException {
            List<String> keys =
                    resource.attachments().stream().map(NoteHydrator.this::key).toList();
            List<String> underWay = new ArrayList<>();
            try {
                Map<Integer, Note> others = earlierNotes(resource, keys);
                long room = longestLine - resource.line().length;
                for (Note note : others.values()) {
                    room -= note.room();
                }
                Map<Integer, Note> notes = notes(resource, keys, underWay, room);
                if (wanted - notes.size() < left) {
                    notes.putAll(others);
                    long offset = file.append(resource.with(notes));
                    noteWritten(resource, keys, notes, number, offset);
                }
            } finally {
                underWay.forEach(run.underWay::remove);
            }
        }

        private void noteWritten(
                NotedResource resource, List<String> keys, Map<Integer, Note> notes, int file, long offset) {
            for (int number = 0; number < resource.attachments().size(); number++) {
                Attachment attachment = resource.attachments().get(number);
                if (attachment.inline() || notes.containsKey(number)) {
                    run.index.note(file, offset, attachment, keys.get(number));
                }
            }
        }

        /**
         * Collects a resource's notes as far as there is room: a line that is too long would hide all lines after it.
         */
        private Map<Integer, Note> notes(NotedResource resource, List<String> keys, List<String> underWay, long room)
                throws IOException, InterruptedException {
            Map<Integer, Note> notes = new TreeMap<>();
            long left = room;
            for (int number = 0; number < resource.attachments().size(); number++) {
                Attachment attachment = resource.attachments().get(number);
                if (isWanted(attachment)) {
                    try {
                        Note note = run.note(attachment, keys.get(number), underWay);
                        if (note.room() > left) {
                            throw new NotFetched(Problem.TOO_LARGE, "too much for one line");
                        }
                        left -= note.room();
                        notes.put(number, note);
                    } catch (NotFetched failure) {
                        failed(resource, attachment, failure);
                    }
                }
            }
            return notes;
        }

        /**
         * Finds the notes that this run does not want, but an earlier run added: the new line takes the place of that
         * run's line.
         */
        private Map<Integer, Note> earlierNotes(NotedResource resource, List<String> keys) throws IOException {
            Map<Integer, Note> notes = new TreeMap<>();
            for (int number = 0; number < resource.attachments().size(); number++) {
                Attachment attachment = resource.attachments().get(number);
                if (attachment.isExternal() && !isWanted(attachment)) {
                    Optional<Note> found = run.index.find(keys.get(number));
                    if (found.isPresent()) {
                        notes.put(number, found.get());
                    }
                }
            }
            return notes;
        }

        private void failed(NotedResource resource, Attachment attachment, NotFetched failure) throws IOException {
            run.scores.failed(failure.problem(), String.valueOf(failure.getMessage()));
            if (failure.problem() != Problem.OTHER_TYPE) {
                String reference = Note.isData(attachment.url()) ? "data:" : SignedUrl.kept(attachment.url());
                failures.add(type, resource.id(), reference, failure.problem(), failure.detail());
            }
        }
    }
}
