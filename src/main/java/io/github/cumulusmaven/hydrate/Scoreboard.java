package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts what becomes of each thing, for many threads, and tells of the first failure of a kind. */
final class Scoreboard {
    private final HydrationKind kind;
    private final HydrationListener listener;
    private final Map<Problem, Long> problems = new EnumMap<>(Problem.class);
    private final List<AddedFile> files = new ArrayList<>();
    private long fetched;
    private long present;

    Scoreboard(HydrationKind kind, HydrationListener listener) {
        this.kind = kind;
        this.listener = listener;
    }

    /** Tells the listener how many bytes there are to read. */
    void planned(List<InputFile> sources) {
        listener.planned(sources.stream()
                .mapToLong(file -> file.path().toFile().length())
                .sum());
    }

    /** Tells how much more of that was read. */
    void read(long bytes) {
        listener.read(bytes);
    }

    synchronized void present() {
        present++;
    }

    synchronized void fetched(long bytes) {
        fetched++;
        listener.fetched(kind, bytes);
    }

    /** Counts a failure; the words must hold no id and no URL. */
    synchronized void failed(Problem problem, String words) {
        problems.merge(problem, 1L, Long::sum);
        listener.failed(kind, problem, words);
    }

    synchronized void added(AddedFile file) {
        files.add(file);
    }

    synchronized Hydrated result(Optional<String> gaveUp) {
        return new Hydrated(kind, fetched, present, problems, files, gaveUp);
    }
}
