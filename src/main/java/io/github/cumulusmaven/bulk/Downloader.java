package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Remains;
import io.github.cumulusmaven.bulk.FileDownload.Fetched;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.Links.Link;
import io.github.cumulusmaven.bulk.Links.LinksLost;
import io.github.cumulusmaven.bulk.TimeLimits.TimeIsUp;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.files.Daemons;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.http.AdaptiveLimit;
import io.github.cumulusmaven.http.AdaptiveLimit.Turn;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.SignedUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings the files over, several at a time, each retried by itself, and puts whole ones into their places. */
final class Downloader {
    /** When this many files are given up that are wanted, the rest would hardly do better. */
    private static final int MOST_FAILURES = 5;

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,20}):");

    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final ExportFolder folder;
    private final FileDownload download;
    private final Retries retries;
    private final TimeLimits limits;
    private final ExportListeners listeners;
    private final Links links;
    private final MissingFiles missingFiles;
    private final OnWhole onWhole;
    private final List<Item> items;
    private final List<ExportFailure> failures = new ArrayList<>();
    private volatile boolean stopped;
    private Set<Path> leftovers = Set.of();
    private Iterator<Integer> waiting = List.<Integer>of().iterator();

    /** Told, one at a time, after each file that is whole, to keep the state. */
    @FunctionalInterface
    interface OnWhole {
        void whole(Supplier<List<FileState>> files) throws IOException;
    }

    Downloader(
            ExportFolder folder,
            List<Item> items,
            FileDownload download,
            Links links,
            Retries retries,
            TimeLimits limits,
            ExportListeners listeners,
            MissingFiles missingFiles,
            OnWhole onWhole) {
        this.folder = folder;
        this.items = new ArrayList<>(items);
        this.download = download;
        this.links = links;
        this.retries = retries;
        this.limits = limits;
        this.listeners = listeners;
        this.missingFiles = missingFiles;
        this.onWhole = onWhole;
    }

    /**
     * Fetches all that is not here yet.
     *
     * @return all files, whole, but for those that the export may end without
     * @throws ExportFailure for the first file that could not be had; the others were fetched all the same
     */
    List<FileState> run(int parallel) throws ExportFailure, InterruptedException {
        if (missing().isEmpty()) {
            return states();
        }
        prepare();
        waiting = missing().iterator();
        AdaptiveLimit limit = new AdaptiveLimit(parallel);
        ExecutorService workers = Executors.newFixedThreadPool(parallel, Daemons.named("cumulus-download"));
        try {
            for (int worker = 0; worker < parallel; worker++) {
                workers.execute(() -> work(limit));
            }
            workers.shutdown();
            if (!workers.awaitTermination(limits.left().toMillis() + 1, TimeUnit.MILLISECONDS) || stopped) {
                throw new TimeIsUp();
            }
        } catch (InterruptedException end) {
            stop(workers);
            throw end;
        } finally {
            workers.shutdownNow();
        }
        return whole();
    }

    /** Looks around once for all files: to do so for each takes longer than fetching a small one. */
    private void prepare() throws ExportFailure {
        try {
            leftovers = folder.parts();
            Set<Path> places = new HashSet<>();
            for (Item item : items) {
                Path place = folder.file(item.state().path()).resolveSibling("");
                if (places.add(place)) {
                    PrivateFiles.createFolderIn(folder.path(), place);
                }
            }
        } catch (IOException disk) {
            throw new ExportFailure(Kind.DISK, folder.path().toString(), disk);
        }
    }

    /** The folder is not given up to others while something still writes into it. */
    private void stop(ExecutorService workers) throws InterruptedException {
        stopped = true;
        workers.shutdownNow();
        download.stop();
        if (!workers.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            listeners.warn(ExportWarning.DOWNLOAD_NOT_STOPPED);
        }
    }

    private synchronized List<FileState> whole() throws ExportFailure {
        if (!failures.isEmpty()) {
            throw summary();
        }
        if (!missing().isEmpty()) {
            throw new IllegalStateException("a download ended without a word");
        }
        return states();
    }

    private List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            if (!items.get(index).state().isSettled()) {
                missing.add(index);
            }
        }
        return missing;
    }

    /** What ends the export at once, or ended it on the server, is the reason for all that follows. */
    private ExportFailure summary() {
        ExportFailure first = failures.stream()
                .filter(failure -> failure.kind() != Kind.DOWNLOAD)
                .findFirst()
                .orElse(failures.get(0));
        if (failures.stream()
                .allMatch(failure -> failure.kind() == Kind.DOWNLOAD && MissingFiles.isGone(failure.getCause()))) {
            first = new ExportFailure(Kind.FILES_GONE, folder.path().toString(), failures.get(0));
        }
        ExportFailure reason = first;
        ExportFailure told = reason.kind() == Kind.JOB_GONE || reason.kind() == Kind.FILES_GONE
                ? new ExportFailure(reason, new Remains(links.expired(), states()))
                : reason;
        failures.stream().filter(failure -> failure != reason).forEach(told::addSuppressed);
        return told;
    }

    private synchronized List<FileState> states() {
        return items.stream().map(Item::state).toList();
    }

    private void work(AdaptiveLimit limit) {
        for (int index = next(); index >= 0; index = next()) {
            Item item = items.get(index);
            try {
                fetch(index, item, limit);
            } catch (InterruptedException end) {
                stopped = true;
                return;
            } catch (IOException | RuntimeException failure) {
                stopped |= failure instanceof HttpFailure http && http.kind() == HttpFailure.Kind.TIME_IS_UP;
                if (stopped) {
                    // An interrupted disk fails, too, and that is no news.
                    return;
                }
                if (!isAccepted(index, item, failure)) {
                    failed(item, failure);
                }
                report(item, failure);
            } catch (Error failure) {
                // The run ends with it, and tells.
                failed(item, failure);
                return;
            }
        }
    }

    /** An interrupt meanwhile ends the run like any other. */
    private boolean isAccepted(int index, Item item, Exception failure) {
        try {
            boolean accepted = missingFiles.accepts(item.state(), failure);
            if (accepted) {
                lose(index, item, failure);
            }
            return accepted;
        } catch (InterruptedException end) {
            stopped = true;
            return true;
        }
    }

    private synchronized void lose(int index, Item item, Exception failure) {
        items.set(index, item.with(item.state().lost(MissingFiles.words(failure))));
    }

    /** The listener may be what has failed: then this one fails, too, and nobody is left to tell. */
    private void report(Item item, Exception failure) {
        try {
            listeners.tell(listener -> listener.downloadFailed(item.state(), item.url(), failure));
        } catch (RuntimeException again) {
            failed(item, again);
        }
    }

    private synchronized int next() {
        return waiting.hasNext() ? waiting.next() : -1;
    }

    private synchronized void failed(Item item, Throwable failure) {
        boolean lost = failure instanceof LinksLost;
        boolean local = !lost && !(failure instanceof Retries.Passing);
        failures.add(
                failure instanceof LinksLost links
                        ? links.reason()
                        : new ExportFailure(
                                local ? Kind.DISK : Kind.DOWNLOAD,
                                folder.file(item.state().path()).toString(),
                                failure));
        if (local || failures.size() >= MOST_FAILURES) {
            waiting = List.<Integer>of().iterator();
        }
    }

    private void fetch(int index, Item item, AdaptiveLimit limit) throws IOException, InterruptedException {
        listeners.tell(listener -> listener.downloading(item.state(), item.url()));
        PartFile part = PartFile.of(folder.file(item.state().path()), leftovers);
        try (Turn turn = limit.take()) {
            Retries patient = retries.waiting(duration -> turn.sleep(duration, retries.sleeper()));
            ItemRequester requester = new ItemRequester(index, turn);
            Fetched fetched =
                    download.fetch(item, part, patient.series(item.state().path()), requester);
            turn.succeeded();
            put(index, item, part, fetched);
        }
    }

    private synchronized void put(int index, Item item, PartFile part, Fetched fetched) throws IOException {
        String type =
                item.state().type() == null ? sniffed(fetched) : item.state().type();
        FileState whole = item.state().whole(item.path(type), type, fetched.proof());
        part.finish(fetched.path(), folder.file(whole.path()));
        items.set(index, item.with(whole));
        listeners.tell(listener -> listener.downloaded(whole, item.url()));
        if (fetched.lineNotUtf8() > 0) {
            listeners.warn(ExportWarning.NOT_UTF8, whole.path(), fetched.lineNotUtf8());
        }
        onWhole.whole(this::states);
    }

    private static DamagedFile unusable(int index, Item item) {
        Matcher scheme = SCHEME.matcher(item.address());
        boolean otherScheme =
                scheme.lookingAt() && !scheme.group(1).toLowerCase(Locale.ROOT).startsWith("http");
        String type = Objects.requireNonNullElse(item.state().type(), DamagedFile.NO_TYPE);
        return otherScheme
                ? DamagedFile.forGood(
                        DamagedFile.Kind.OTHER_SCHEME,
                        index + 1,
                        type,
                        scheme.group(1).toLowerCase(Locale.ROOT))
                : DamagedFile.forGood(
                        item.address().isBlank() ? DamagedFile.Kind.NO_URL : DamagedFile.Kind.MALFORMED_URL,
                        index + 1,
                        type);
    }

    private static String sniffed(Fetched fetched) {
        return ResourceType.isSafeName(fetched.firstType()) ? fetched.firstType() : FileList.UNTYPED;
    }

    /** A link was refused, and there is a fresh one now. */
    private static final class StaleLink extends IOException implements Retries.Passing {
        private static final long serialVersionUID = 1L;

        StaleLink(HttpRefusal refusal) {
            super(refusal.getMessage() + "; the manifest was read again for a fresh link", refusal);
        }

        @Override
        public boolean isPassing() {
            return true;
        }
    }

    /** One file's side of the talk with the server. */
    private final class ItemRequester implements FileDownload.Requester {
        private final int index;
        private final Turn turn;
        private Link link;
        private boolean renewed;

        ItemRequester(int index, Turn turn) throws InterruptedException {
            this.index = index;
            this.turn = turn;
            this.link = links.of(index);
        }

        @Override
        public URI url() throws InterruptedException, DamagedFile {
            link = links.of(index);
            if (!Origin.isWeb(link.url())) {
                throw unusable(index, items.get(index));
            }
            return link.url();
        }

        @Override
        public void answered() {
            renewed = false;
            links.answered(link);
        }

        @Override
        public IOException refused(HttpRefusal refusal) throws IOException, InterruptedException {
            if (Tolerances.BUSY.contains(refusal.status())) {
                turn.refused();
            }
            if (!isStale(refusal.status()) || renewed || !links.renew(link)) {
                return refusal;
            }
            renewed = true;
            return new StaleLink(refusal);
        }

        private boolean isStale(int status) {
            return Tolerances.STALE_LINK.contains(status)
                    || (Tolerances.STALE_SIGNATURE.contains(status) && SignedUrl.isSigned(link.url()));
        }

        @Override
        public void received(long bytes) {
            listeners.tell(listener -> listener.received(bytes));
        }

        @Override
        public void resourcesReceived(long resources) {
            listeners.tell(listener -> listener.resourcesReceived(resources));
        }
    }
}
