package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.TestServer;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A folder of an export, the server it came from, and all that is told while the rest of it is fetched. */
final class Ward implements AutoCloseable, HydrationListener, FailureList {
    static final String TOKEN = "Bearer of-tests";

    private final HandClock clock = new HandClock("2026-03-04T05:06:07Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway =
            HttpGateway.forSmallAnswers(HttpGateway.Limits.DEFAULT, "test", clock, new Secrets());
    private final Path folder;
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<String> lacking = Collections.synchronizedList(new ArrayList<>());
    private int parallel = 3;
    private volatile boolean stopping;

    Ward(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    HandClock clock() {
        return clock;
    }

    TestServer server() {
        return server;
    }

    Ward oneByOne() {
        parallel = 1;
        return this;
    }

    URI url(String path) {
        return server.url(path);
    }

    Ward on(String path, Answer... inTurn) {
        server.on(path, inTurn);
        return this;
    }

    /** The paths that were asked for so far, sorted. */
    List<String> asked() {
        return server.requests().stream().map(TestServer.Request::path).sorted().toList();
    }

    /** What was told of failures, without repetitions. */
    TreeSet<String> told() {
        return new TreeSet<>(told);
    }

    /** How often a problem was told of. */
    long tellings(String problem) {
        synchronized (told) {
            return told.stream().filter(line -> line.startsWith(problem)).count();
        }
    }

    /** What lacks something, as the lists for people have it, sorted. */
    List<String> lacking() {
        return lacking.stream().sorted().toList();
    }

    Path write(String name, String... lines) throws IOException {
        return write(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.write(file, bytes);
    }

    List<String> lines(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name));
    }

    /** All files, below the folder. */
    List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private Fetcher fetcher() {
        Authorizer credentials = new Authorizer() {
            @Override
            public Optional<String> authorization(URI target) {
                return Optional.of(TOKEN);
            }

            @Override
            public boolean renew(String credential) {
                return false;
            }
        };
        return new Fetcher(
                server.url("/fhir"),
                gateway.allow(server.url("/fhir")),
                credentials,
                this::sleep,
                (what, attempt, attempts, reason, wait) -> told.add(what + ": " + reason.getMessage() + ", again"),
                parallel);
    }

    private void sleep(Duration duration) throws InterruptedException {
        if (stopping) {
            throw new InterruptedException("stopped");
        }
        clock.sleep(duration);
    }

    /** Lifts what {@link #stopAtFirstWait} has begun. */
    @FunctionalInterface
    interface Stop {
        void lift();
    }

    /** As if somebody pressed Ctrl-C then. */
    Stop stopAtFirstWait() {
        stopping = true;
        return () -> stopping = false;
    }

    Hydrated notes(NoteSettings settings) throws Exception {
        return hydrate(new NoteHydrator(fetcher(), settings, this, this));
    }

    /** With another longest line. */
    Hydrated notes(NoteSettings settings, long longestLine) throws Exception {
        return hydrate(new NoteHydrator(fetcher(), settings, this, this, longestLine));
    }

    Hydrated medications() throws Exception {
        return hydrate(new MedicationHydrator(fetcher(), this, this));
    }

    private Hydrated hydrate(Hydrator hydrator) throws Exception {
        return hydrator.hydrate(InputFolder.scan(folder), folder.toRealPath());
    }

    @Override
    public void failed(HydrationKind kind, Problem problem, String words) {
        told.add(problem.code() + ": " + words);
    }

    @Override
    public void add(String type, String id, String reference, Problem problem, String words) {
        lacking.add(type + " " + id + " " + reference + " " + problem.code());
    }

    @Override
    public void close() {
        gateway.close();
        server.close();
    }
}
