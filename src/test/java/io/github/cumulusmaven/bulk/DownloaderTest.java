package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.bulk.Manifest.Entry;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DownloaderTest {
    @TempDir
    private Path temporary;

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);
    private final Recorder recorder = new Recorder();
    private final List<Entry> entries = new ArrayList<>();
    private Links.Source manifests = () -> links(Optional.empty());
    private ExportFolder folder;

    @BeforeEach
    void open() throws ExportFailure {
        folder = ExportFolder.take(temporary.resolve("export"));
    }

    @AfterEach
    void close() {
        folder.close();
        gateway.close();
        server.close();
    }

    private void add(URI url, FileState.Kind kind, String type) {
        entries.add(new Entry(
                kind,
                url,
                type.isEmpty() ? Optional.empty() : Optional.of(type),
                OptionalLong.empty(),
                Announced.NOTHING));
    }

    private void add(String type, Answer... inTurn) {
        String path = "/f/" + entries.size();
        server.on(path, inTurn);
        add(server.url(path), FileState.Kind.OUTPUT, type);
    }

    private static Answer patients(int id) {
        return Answer.ndjson(Exports.resource("Patient", id));
    }

    private Downloader downloader(List<ExportListener> listeners, Downloader.OnWhole onWhole) {
        return downloader(FileList.plan(entries, false, List.of()), listeners, onWhole);
    }

    private Downloader downloader(List<Item> items, List<ExportListener> listeners, Downloader.OnWhole onWhole) {
        return downloader(items, listeners, onWhole, Exports.limits(clock), clock);
    }

    private Downloader downloader(
            List<Item> items,
            List<ExportListener> listeners,
            Downloader.OnWhole onWhole,
            TimeLimits limits,
            Sleeper sleeper) {
        return new Downloader(
                folder,
                items,
                new FileDownload(gateway, Authorizer.NONE, false, Validation.LINES),
                new Links(links(Optional.empty()), clock, () -> manifests.again()),
                Exports.retries(3, sleeper, recorder),
                limits,
                new ExportListeners(listeners),
                missingFiles(false),
                onWhole);
    }

    private MissingFiles missingFiles(boolean accepted) {
        ServerJob job =
                new ServerJob(server.url("/status/1"), gateway, Authorizer.NONE, Exports.retries(1, clock, recorder));
        return new MissingFiles(accepted, false, job);
    }

    private Links.Fresh links(Optional<Instant> expires) {
        return new Links.Fresh(entries.stream().map(Entry::address).toList(), expires);
    }

    private List<FileState> run(int parallel) throws Exception {
        return downloader(List.of(recorder), files -> {}).run(parallel);
    }

    private ExportFailure failure(int parallel) {
        return catchThrowableOfType(ExportFailure.class, () -> run(parallel));
    }

    private List<String> onDisk() throws IOException {
        try (Stream<Path> files = Files.walk(folder.path())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.path().relativize(file).toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    @DisplayName("FL-09 brings all files into their places")
    void all(int parallel) throws Exception {
        for (int number = 0; number < 10; number++) {
            add("Patient", patients(number));
        }
        server.on("/d", Answer.ndjson(Exports.resource("Bundle", 1)));
        add(server.url("/d"), FileState.Kind.DELETED, "Bundle");

        List<FileState> files = run(parallel);

        assertThat(files).hasSize(11).allMatch(file -> file.proof() != null);
        assertThat(onDisk())
                .hasSize(11)
                .contains("Patient.000.ndjson", "Patient.009.ndjson", "deleted/Bundle.000.ndjson");
        assertThat(folder.file("Patient.007.ndjson")).hasContent(Exports.resource("Patient", 7));
        assertThat(recorder.events("downloaded")).hasSize(11);
        assertThat(server.requests()).hasSize(11);
    }

    @Test
    @DisplayName("MF-03 MF-10 names files after what is in them where the manifest does not say, or not well")
    void untyped() throws Exception {
        add("", patients(1));
        add("../../x", Answer.ndjson(Exports.resource("Condition", 1)));
        add("", Answer.of(200, "x", ""));
        add("", Answer.ndjson(Exports.resource("../../y", 1)));

        run(1);

        assertThat(onDisk())
                .containsExactly(
                        "Condition.001.ndjson", "Patient.000.ndjson", "Untyped.002.ndjson", "Untyped.003.ndjson");
        try (Stream<Path> outside = Files.list(temporary)) {
            assertThat(outside).containsExactly(folder.path());
        }
    }

    @Test
    @DisplayName("FL-12 tries again what did not come whole")
    void retries() throws Exception {
        add(
                "Patient",
                Answer.of(503).with("Retry-After", "7"),
                Answer.of(200, "x", "{\"resourceType\":\"Pat"),
                patients(1));

        run(1);

        assertThat(onDisk()).containsExactly("Patient.000.ndjson");
        assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(1));
        assertThat(recorder.events("retrying"))
                .containsExactly("retrying Patient.000.ndjson 1/3 PT7S", "retrying Patient.000.ndjson 2/3 PT1S");
        assertThat(recorder.received()).isEqualTo(Files.size(folder.file("Patient.000.ndjson")));
        assertThat(recorder.resources()).isEqualTo(1);
    }

    @Test
    @DisplayName("FL-12 each try begins from the first byte where the server tells no version from another")
    void cutThenWhole() throws Exception {
        String line = Exports.resource("Patient", 1) + "\n";
        try (TestServer raw = new TestServer()
                .otherwise(Answer.of(200, line.repeat(9)).cut(line.length() * 5), Answer.of(200, line))) {
            add(raw.url("/f"), FileState.Kind.OUTPUT, "Patient");

            run(1);

            assertThat(folder.file("Patient.000.ndjson")).hasContent(line.strip());
        }
    }

    @Test
    @DisplayName("FL-12 one bad file among many: the others are whole, and it has left nothing behind")
    void oneBad() throws Exception {
        for (int number = 0; number < 9; number++) {
            add("Patient", number == 4 ? Answer.of(200, "x", "{\"resourceType\":\"Pati") : patients(number));
        }

        ExportFailure failure = failure(3);

        assertThat(failure.kind()).isEqualTo(Kind.DOWNLOAD);
        assertThat(failure).hasMessage("it ends in the middle of a line");
        assertThat(failure.where()).isEqualTo(folder.file("Patient.004.ndjson").toString());
        assertThat(onDisk()).hasSize(8).doesNotContain("Patient.004.ndjson");
        assertThat(recorder.events("downloadFailed"))
                .containsExactly("downloadFailed Patient.004.ndjson: it ends in the middle of a line");
        assertThat(server.requests("/f/4")).hasSize(3);
    }

    @Test
    @DisplayName("when several files cannot be had, the rest is left alone")
    void manyBad() throws Exception {
        for (int number = 0; number < 50; number++) {
            add("Patient", Answer.of(404));
        }

        ExportFailure failure = failure(1);

        assertThat(failure.getSuppressed()).hasSize(5);
        assertThat(server.requests()).hasSize(6);
        assertThat(onDisk()).isEmpty();
    }

    @Test
    @DisplayName("DL-03 a full disk is no finished export, also when the log cannot be written either")
    void diskFull() {
        for (int number = 0; number < 9; number++) {
            add("Patient", patients(number));
        }
        ExportListener full = new ExportListener() {
            @Override
            public void downloading(FileState file, URI url) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }

            @Override
            public void downloadFailed(FileState file, URI url, Exception reason) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        };

        assertThatThrownBy(() -> downloader(List.of(full), files -> {}).run(3))
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.DISK));
    }

    @Test
    @DisplayName("DL-03 nor is one whose worker died of an error")
    void error() {
        add("Patient", patients(1));
        ExportListener broken = new ExportListener() {
            @Override
            public void received(long bytes) {
                throw new LinkageError("broken");
            }
        };

        assertThatThrownBy(() -> downloader(List.of(broken), files -> {}).run(1))
                .isInstanceOf(ExportFailure.class)
                .hasCauseInstanceOf(LinkageError.class);
    }

    @Test
    void aStateThatCannotBeKeptEndsIt() {
        for (int number = 0; number < 20; number++) {
            add("Patient", patients(number));
        }

        assertThatThrownBy(() -> downloader(List.of(recorder), files -> {
                            throw new IOException("No space left on device");
                        })
                        .run(1))
                .isInstanceOfSatisfying(ExportFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.DISK));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void keepsTheStateAfterEachFile() throws Exception {
        for (int number = 0; number < 5; number++) {
            add("Patient", patients(number));
        }
        List<Long> whole = new ArrayList<>();

        downloader(
                        List.of(recorder),
                        files -> whole.add(files.get().stream()
                                .filter(file -> file.proof() != null)
                                .count()))
                .run(3);

        assertThat(whole).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void whatIsWholeIsNotFetched() throws Exception {
        add("Patient", patients(1));
        add("Patient", patients(2));
        List<Item> items = new ArrayList<>(FileList.plan(entries, false, List.of()));
        FileState state = items.get(0).state();
        items.set(0, items.get(0).with(state.whole(state.path(), state.type(), new FileState.Proof(1, 2, "ab"))));

        List<FileState> files = downloader(items, List.of(recorder), all -> {}).run(2);

        assertThat(files).hasSize(2);
        assertThat(server.requests()).extracting(TestServer.Request::path).containsExactly("/f/1");
    }

    @Test
    @DisplayName("when nothing is to be fetched, no time is needed")
    void nothingToFetch() throws Exception {
        TimeLimits none = new TimeLimits(clock.instant(), clock.instant(), clock, clock);

        assertThat(downloader(List.of(), List.of(recorder), files -> {}, none, none)
                        .run(3))
                .isEmpty();
    }

    @Test
    @DisplayName("an interruption ends all downloads before it is passed on, and leaves no half files")
    void interrupted() throws Exception {
        String begun = Exports.resource("Patient", 1) + "\n";
        try (TestServer raw =
                new TestServer().otherwise(Answer.of(200, begun).untilClose().stalling())) {
            for (int number = 0; number < 6; number++) {
                add(raw.url("/f/" + number), FileState.Kind.OUTPUT, "Patient");
            }
            Thread runner = Thread.currentThread();
            AtomicReference<Integer> begunFiles = new AtomicReference<>(0);
            ExportListener interrupting = new ExportListener() {
                @Override
                public void received(long bytes) {
                    if (bytes > 0 && begunFiles.updateAndGet(count -> count + 1) == 3) {
                        runner.interrupt();
                    }
                }
            };

            assertThatThrownBy(() -> downloader(List.of(recorder, interrupting), files -> {})
                            .run(3))
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(onDisk()).isEmpty();
        assertThat(recorder.events("downloading")).hasSize(3);
        assertThat(recorder.received()).isZero();
    }

    /** The clock on the wall, and one that was set back and does not get there. */
    static Stream<InstantSource> clocks() {
        Instant now = Instant.now();
        return Stream.of(InstantSource.system(), () -> now);
    }

    @ParameterizedTest
    @MethodSource("clocks")
    @DisplayName("CI: the time of a run is up while a file comes: all downloads end first, whatever the clock says")
    void timeIsUp(InstantSource real) throws Exception {
        try (TestServer raw =
                new TestServer().otherwise(Answer.of(200, "{".repeat(99)).cut(1).stalling())) {
            add(raw.url("/f/0"), FileState.Kind.OUTPUT, "Patient");
            server.on("/f/1", Answer.of(503).with("Retry-After", "60"));
            add(server.url("/f/1"), FileState.Kind.OUTPUT, "Patient");
            Instant stop = real.instant().plusMillis(150).plusNanos(999_999);
            TimeLimits limits = new TimeLimits(stop, stop, Sleeper.REAL, real);
            List<Thread> workers = new CopyOnWriteArrayList<>();
            ExportListener watching = new ExportListener() {
                @Override
                public void downloading(FileState file, URI url) {
                    workers.add(Thread.currentThread());
                }
            };

            assertThatThrownBy(() -> downloader(
                                    FileList.plan(entries, false, List.of()),
                                    List.of(recorder, watching),
                                    files -> {},
                                    limits,
                                    limits)
                            .run(2))
                    .isInstanceOf(TimeLimits.TimeIsUp.class);

            assertThat(workers).hasSize(2).allSatisfy(worker -> {
                worker.join(5000);
                assertThat(worker.isAlive()).isFalse();
            });
        }
        assertThat(onDisk()).isEmpty();
        assertThat(recorder.events("downloadFailed")).isEmpty();
    }

    @Test
    @DisplayName(
            "FL-07 a link that has gone stale: the manifest is read again, once, and no whole file is fetched twice")
    void staleLinks() throws Exception {
        for (int number = 0; number < 6; number++) {
            add("Patient", patients(number));
        }
        for (int number = 3; number < 6; number++) {
            server.on("/f/" + number, Answer.of(403));
            server.on("/f/" + number + "?fresh", patients(number));
        }
        AtomicInteger read = new AtomicInteger();
        manifests = () -> {
            read.incrementAndGet();
            return new Links.Fresh(
                    entries.stream().map(entry -> entry.address() + "?fresh").toList(), Optional.empty());
        };

        run(3);

        assertThat(read).hasValue(1);
        assertThat(onDisk()).hasSize(6);
        assertThat(server.requests("/f/0")).hasSize(1);
        assertThat(recorder.events("downloadFailed")).isEmpty();
    }

    @Test
    @DisplayName("FL-07 while the manifest is read again, files whose links are good go on coming")
    void staleLinkBesideGoodOnes() throws Exception {
        add("Patient", Answer.of(403));
        server.on("/f/0?fresh", patients(0));
        for (int number = 1; number < 10; number++) {
            add("Patient", patients(number));
        }
        CountDownLatch others = new CountDownLatch(9);
        ExportListener counting = new ExportListener() {
            @Override
            public void downloaded(FileState file, URI url) {
                others.countDown();
            }
        };
        List<Boolean> came = new ArrayList<>();
        manifests = () -> {
            came.add(others.await(10, TimeUnit.SECONDS));
            return new Links.Fresh(
                    entries.stream().map(entry -> entry.address() + "?fresh").toList(), Optional.empty());
        };

        downloader(List.of(counting), files -> {}).run(2);

        assertThat(came).containsExactly(true);
        assertThat(onDisk()).hasSize(10);
    }

    @Test
    @DisplayName("FL-07 links may go stale again and again, as long as each is good for something")
    void staleAgain() throws Exception {
        add("Patient", patients(0));
        add("Patient", patients(1));
        server.on("/f/0", Answer.of(404)).on("/f/1", Answer.of(404));
        server.on("/f/0?1", patients(0)).on("/f/1?1", Answer.of(410)).on("/f/1?2", patients(1));
        AtomicInteger read = new AtomicInteger();
        manifests = () -> {
            int number = read.incrementAndGet();
            return new Links.Fresh(
                    entries.stream()
                            .map(entry -> entry.address() + "?" + number)
                            .toList(),
                    Optional.empty());
        };

        run(1);

        assertThat(read).hasValue(2);
        assertThat(onDisk()).hasSize(2);
    }

    @Test
    @DisplayName("FL-07 a file that a fresh link does not give either is given up")
    void staleForGood() {
        add("Patient", Answer.of(404));

        ExportFailure failure = failure(1);

        assertThat(failure.kind()).isEqualTo(Kind.FILES_GONE);
        assertThat(failure).hasRootCauseInstanceOf(HttpRefusal.class);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    @DisplayName("FL-07 links whose time is over are not tried; where there are no fresh ones, they are after all")
    void expired() throws Exception {
        Instant over = clock.instant().minusSeconds(1);
        Links links = new Links(
                new Links.Fresh(List.of("https://h/old"), Optional.of(over)),
                clock,
                () -> new Links.Fresh(List.of("https://h/new"), Optional.empty()));
        Links none = new Links(new Links.Fresh(List.of("https://h/old"), Optional.of(over)), clock, () -> {
            throw new ExportFailure(Kind.JOB_GONE, "https://h/status", new IOException("HTTP 404"));
        });

        assertThat(links.of(0).url()).hasToString("https://h/new");
        Links.Link old = none.of(0);
        assertThat(old.url()).hasToString("https://h/old");
        assertThat(none.expired()).contains(over);
        assertThatThrownBy(() -> none.renew(old))
                .isInstanceOf(Links.LinksLost.class)
                .hasMessage("the server gives no new links (JOB_GONE)");
    }

    @Test
    @DisplayName("FL-07 a job that is gone: what is here stays, and the failure says what is not")
    void gone() throws Exception {
        add("Patient", patients(1));
        add("Condition", Answer.of(404));
        add("Observation", Answer.of(404));
        add("Observation", Answer.of(404));
        server.on("/x", Answer.of(404));
        add(server.url("/x"), FileState.Kind.OUTPUT, "");
        AtomicInteger asked = new AtomicInteger();
        manifests = () -> {
            asked.incrementAndGet();
            throw new ExportFailure(Kind.JOB_GONE, "https://h/status", new IOException("HTTP 404"));
        };

        ExportFailure failure = failure(1);

        assertThat(failure.kind()).isEqualTo(Kind.JOB_GONE);
        assertThat(failure).hasMessage("HTTP 404");
        assertThat(failure.where()).isEqualTo("https://h/status");
        ExportFailure.Remains remains = failure.remains().orElseThrow();
        assertThat(remains.missingTypes()).containsExactly("Condition", "Observation");
        assertThat(remains.missesUntyped()).isTrue();
        assertThat(remains.expired()).isEmpty();
        assertThat(onDisk()).containsExactly("Patient.000.ndjson");
        assertThat(asked).hasValue(1);
    }

    @Test
    @DisplayName("a server that is busy gets half as many requests at a time, and all files in the end")
    void busy() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (TestServer raw = new TestServer().otherwise(request -> {
            int parallel = now.incrementAndGet();
            try {
                if (parallel > 2) {
                    refused.incrementAndGet();
                    return Answer.of(429).with("Retry-After", "5");
                }
                return Answer.of(200, Exports.resource("Patient", 1) + "\n");
            } finally {
                now.decrementAndGet();
            }
        })) {
            for (int number = 0; number < 200; number++) {
                add(raw.url("/f/" + number), FileState.Kind.OUTPUT, "Patient");
            }

            assertThat(run(8)).allMatch(file -> file.proof() != null);
        }
        assertThat(onDisk()).hasSize(200);
        assertThat(recorder.events("retrying")).hasSize(refused.get());
    }
}
