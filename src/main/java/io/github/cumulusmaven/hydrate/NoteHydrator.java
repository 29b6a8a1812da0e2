package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.bulk.InputFolder;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches the notes whose URLs DocumentReferences and DiagnosticReports have instead of their text. Resources that have got
 * their notes are written once more, whole, into a new file beside the one they came in: {@code X.notes.000.ndjson} beside
 * {@code X.ndjson}. Its name makes it the later one of the two, and of two resources with the same id the later one counts.
 */
public final class NoteHydrator implements Hydrator {
    private static final Pattern OURS = Pattern.compile("(?<source>.+)\\.notes\\.\\d{3,}\\.ndjson");
    private static final Pattern SUFFIX = Pattern.compile("\\.(ndjson|jsonl)(\\.gz)?$", Pattern.CASE_INSENSITIVE);

    /** A Binary in JSON is a third larger than what is in it, and has a little around that. */
    private static final int AROUND = 64 * 1024;

    private final Fetcher fetcher;
    private final NoteSettings settings;
    private final FailureList failures;
    private final HydrationListener listener;

    public NoteHydrator(Fetcher fetcher, NoteSettings settings, FailureList failures, HydrationListener listener) {
        this.fetcher = fetcher;
        this.settings = settings;
        this.failures = failures;
        this.listener = listener;
    }

    @Override
    public Hydrated hydrate(InputFolder input, Path target) throws IOException, InterruptedException {
        listener.began(HydrationKind.NOTES);
        return new Run(target).run(input);
    }

    /** The files of one folder. */
    private final class Run {
        private final Path target;
        private final Scoreboard scores = new Scoreboard(HydrationKind.NOTES, listener);
        private final SourceLines lines = new SourceLines(scores);
        private final NoteIndex index = new NoteIndex();
        private final Map<String, CompletableFuture<Note>> underWay = new ConcurrentHashMap<>();

        Run(Path target) {
            this.target = target;
        }

        Hydrated run(InputFolder input) throws IOException, InterruptedException {
            for (String type : NotedResource.TYPES) {
                for (InputFile file : input.files(type)) {
                    if (!OURS.matcher(file.name()).matches()) {
                        new Source(this, type, file, notes(file, input.files(type))).hydrate();
                    }
                }
            }
            return scores.result(fetcher.hasGivenUp());
        }

        /** What earlier runs have made of a file. */
        private static List<Path> notes(InputFile source, List<InputFile> files) {
            String stem = stem(source.name());
            List<Path> notes = new ArrayList<>();
            for (InputFile file : files) {
                Matcher ours = OURS.matcher(file.name());
                if (ours.matches() && ours.group("source").equals(stem)) {
                    notes.add(file.path());
                }
            }
            return notes;
        }

        /** A note, fetched or found. Whoever needs one that another thread is fetching gets that one. */
        private Note note(Attachment attachment, List<String> ours)
                throws NotFetched, IOException, InterruptedException {
            String url = attachment.url();
            CompletableFuture<Note> mine = new CompletableFuture<>();
            CompletableFuture<Note> other = underWay.putIfAbsent(url, mine);
            if (other != null) {
                Note note = await(other);
                scores.present();
                return note;
            }
            ours.add(url);
            try {
                Note note = foundOrFetched(attachment);
                mine.complete(note);
                return note;
            } catch (IOException | InterruptedException | RuntimeException failure) {
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

        private Note foundOrFetched(Attachment attachment) throws NotFetched, IOException, InterruptedException {
            Optional<Problem> before = index.failure(attachment.url());
            if (before.isPresent()) {
                throw new NotFetched(before.get(), before.get().words());
            }
            Optional<Note> found = index.find(attachment.url());
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
                    index.failed(attachment.url(), failure.problem());
                }
                throw failure;
            }
        }

        private Note fetched(Attachment attachment) throws NotFetched, InterruptedException {
            if (attachment.size() > settings.most()) {
                throw new NotFetched(Problem.TOO_LARGE, "larger than " + settings.most() + " bytes");
            }
            String wanted = attachment.contentType();
            Fetcher.Body body = fetcher.fetch(
                    "A note",
                    fetcher.resolve(attachment.url()),
                    NoteSettings.mediaType(wanted) + ", application/fhir+json;q=0.5",
                    settings.most() / 3 * 4 + AROUND);
            Note note = Note.of(body, wanted);
            if (note.data().length > settings.most()) {
                throw new NotFetched(Problem.TOO_LARGE, "larger than " + settings.most() + " bytes");
            }
            return note;
        }
    }

    private static String stem(String name) {
        return SUFFIX.matcher(name).replaceFirst("");
    }

    /** A file of the export, and the one that is made of it. */
    private final class Source {
        private final Run run;
        private final String type;
        private final InputFile source;
        private final List<Path> earlier;

        /** How many notes are still missing in a resource that earlier runs have written, by its id. */
        private final KeyMap missing = new KeyMap();

        Source(Run run, String type, InputFile source, List<Path> earlier) {
            this.run = run;
            this.type = type;
            this.source = source;
            this.earlier = earlier;
        }

        void hydrate() throws IOException, InterruptedException {
            for (Path notes : earlier) {
                run.index.read(run.index.add(notes), this::noteWritten);
            }
            Path path = newFile();
            Path part = GrowingFile.part(path);
            int number = run.index.add(part);
            if (GrowingFile.repair(part) && !run.index.read(number, this::noteWritten)) {
                Files.delete(part);
            }
            try (GrowingFile file = GrowingFile.at(path, type);
                    Crew crew = new Crew(fetcher.parallel())) {
                run.lines.each(source, line -> submit(line, number, file, crew));
                crew.drain();
                file.finish(run.target).ifPresent(run.scores::added);
            }
            run.index.renamed(number, path);
        }

        /** The first name that is free. */
        private Path newFile() {
            String stem = stem(String.valueOf(source.path().getFileName()));
            int number = 0;
            Path path = numbered(stem, number);
            while (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                number++;
                path = numbered(stem, number);
            }
            return path;
        }

        private Path numbered(String stem, int number) {
            return source.path().resolveSibling(String.format(Locale.ROOT, "%s.notes.%03d.ndjson", stem, number));
        }

        private void noteWritten(NotedResource resource) {
            missing.put(
                    resource.id(),
                    resource.attachments().stream().filter(this::isWanted).count());
        }

        private boolean isWanted(Attachment attachment) {
            return attachment.isExternal() && settings.wants(attachment.contentType());
        }

        private void submit(byte[] line, int number, GrowingFile file, Crew crew)
                throws IOException, InterruptedException {
            Optional<NotedResource> resource = NotedResource.of(line);
            if (resource.isEmpty()) {
                return;
            }
            NotedResource noted = resource.get();
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

        /** Writes it if that is some progress. */
        private void hydrate(NotedResource resource, long left, int wanted, int number, GrowingFile file)
                throws IOException, InterruptedException {
            List<String> urls = new ArrayList<>();
            try {
                Map<Integer, Note> notes = notes(resource, urls);
                if (wanted - notes.size() < left) {
                    byte[] line = resource.with(notes);
                    long offset = file.append(line);
                    NotedResource.of(line).ifPresent(written -> run.index.note(number, offset, written));
                }
            } finally {
                urls.forEach(run.underWay::remove);
            }
        }

        private Map<Integer, Note> notes(NotedResource resource, List<String> urls)
                throws IOException, InterruptedException {
            Map<Integer, Note> notes = new TreeMap<>();
            for (int number = 0; number < resource.attachments().size(); number++) {
                Attachment attachment = resource.attachments().get(number);
                if (isWanted(attachment)) {
                    try {
                        notes.put(number, run.note(attachment, urls));
                    } catch (NotFetched failure) {
                        failed(resource, attachment, failure);
                    }
                }
            }
            return notes;
        }

        private void failed(NotedResource resource, Attachment attachment, NotFetched failure) throws IOException {
            String words = String.valueOf(failure.getMessage());
            run.scores.failed(failure.problem(), words);
            if (failure.problem().isError()) {
                failures.add(type, resource.id(), SignedUrl.redact(attachment.url()), failure.problem(), words);
            }
        }
    }
}
