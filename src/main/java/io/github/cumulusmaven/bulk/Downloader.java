package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DownloadPlan.Item;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.FileDownload.Fetched;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.http.Retries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Brings the files over, several at a time, each retried by itself, and puts whole ones into their places. */
final class Downloader {
    /** When this many files are given up, the rest would hardly do better. */
    private static final int MOST_FAILURES = 5;

    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final ExportFolder folder;
    private final FileDownload download;
    private final Retries retries;
    private final TimeLimits limits;
    private final Audience audience;
    private final OnWhole onWhole;
    private final List<Item> items;
    private final List<ExportFailure> failures = new ArrayList<>();
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
            Retries retries,
            TimeLimits limits,
            Audience audience,
            OnWhole onWhole) {
        this.folder = folder;
        this.items = new ArrayList<>(items);
        this.download = download;
        this.retries = retries;
        this.limits = limits;
        this.audience = audience;
        this.onWhole = onWhole;
    }

    /**
     * Fetches all that is not here yet.
     *
     * @return all files, whole
     * @throws ExportFailure for the first file that could not be had; the others were fetched all the same
     */
    List<FileState> run(int parallel) throws ExportFailure, InterruptedException {
        waiting = missing().iterator();
        ExecutorService workers = Executors.newFixedThreadPool(parallel, task -> {
            Thread thread = new Thread(task, "cumulus-download");
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (int worker = 0; worker < parallel; worker++) {
                workers.execute(this::work);
            }
            workers.shutdown();
            boolean ended = workers.awaitTermination(limits.left().toMillis(), TimeUnit.MILLISECONDS);
            if (!ended || !missing().isEmpty()) {
                limits.check();
            }
        } catch (InterruptedException stopped) {
            stop(workers);
            throw stopped;
        } finally {
            workers.shutdownNow();
        }
        return whole();
    }

    /** The folder is not given up to others while something still writes into it. */
    private void stop(ExecutorService workers) throws InterruptedException {
        workers.shutdownNow();
        download.stop();
        if (!workers.awaitTermination(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            audience.tell(listener -> listener.warned("a download does not stop; its .part file may stay behind"));
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
            if (items.get(index).state().proof() == null) {
                missing.add(index);
            }
        }
        return missing;
    }

    private ExportFailure summary() {
        ExportFailure first = failures.get(0);
        failures.stream().skip(1).forEach(first::addSuppressed);
        return first;
    }

    private synchronized List<FileState> states() {
        return items.stream().map(Item::state).toList();
    }

    private void work() {
        for (int index = next(); index >= 0; index = next()) {
            Item item = items.get(index);
            try {
                fetch(index, item);
            } catch (InterruptedException stopped) {
                failed(item, stopped);
                Thread.currentThread().interrupt();
                return;
            } catch (IOException | RuntimeException failure) {
                failed(item, failure);
                report(item, failure);
            } catch (Error failure) {
                // The run ends with it, and tells.
                failed(item, failure);
                return;
            }
        }
    }

    /** The listener may be what has failed: then this one fails, too, and nobody is left to tell. */
    private void report(Item item, Exception failure) {
        try {
            audience.tell(listener -> listener.downloadFailed(item.state(), item.url(), failure));
        } catch (RuntimeException again) {
            failed(item, again);
        }
    }

    private synchronized int next() {
        return waiting.hasNext() ? waiting.next() : -1;
    }

    private synchronized void failed(Item item, Throwable failure) {
        boolean local = !(failure instanceof Retries.Passing);
        failures.add(new ExportFailure(
                local ? Kind.DISK : Kind.DOWNLOAD,
                folder.file(item.state().path()).toString(),
                failure));
        if (local || failures.size() >= MOST_FAILURES) {
            waiting = List.<Integer>of().iterator();
        }
    }

    private void fetch(int index, Item item) throws IOException, InterruptedException {
        audience.tell(listener -> listener.downloading(item.state(), item.url()));
        Path part = folder.file(item.state().path() + ".part");
        PrivateFiles.createFolder(folder.file(item.state().path()).resolveSibling(""));
        Fetched fetched = retries.run(item.state().path(), () -> attempt(item, part));
        put(index, item, part, fetched);
    }

    private Fetched attempt(Item item, Path part) throws IOException, InterruptedException {
        AtomicLong received = new AtomicLong();
        boolean whole = false;
        try {
            Fetched fetched = download.fetch(item, part, bytes -> {
                received.addAndGet(bytes);
                audience.tell(listener -> listener.received(bytes));
            });
            whole = true;
            return fetched;
        } finally {
            if (!whole) {
                Files.deleteIfExists(part);
                audience.tell(listener -> listener.received(-received.get()));
            }
        }
    }

    private synchronized void put(int index, Item item, Path part, Fetched fetched) throws IOException {
        String type =
                item.state().type() == null ? sniffed(fetched) : item.state().type();
        FileState whole = item.state().whole(DownloadPlan.path(item, type), type, fetched.proof());
        Files.move(part, folder.file(whole.path()), StandardCopyOption.ATOMIC_MOVE);
        items.set(index, item.with(whole));
        audience.tell(listener -> listener.downloaded(whole, item.url()));
        onWhole.whole(this::states);
    }

    private static String sniffed(Fetched fetched) {
        return ResourceType.isSafeName(fetched.firstType()) ? fetched.firstType() : DownloadPlan.UNTYPED;
    }
}
