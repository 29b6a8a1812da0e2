package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DownloadPlan.Item;
import io.github.cumulusmaven.bulk.EarlierFiles.Match;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The files that a job's manifest lists, and which of them are here already.
 *
 * @param folder where they go
 * @param job whose they are
 */
record ListedFiles(ExportFolder folder, ExportJob job) {
    /** Those of a manifest that are to be fetched, in its order. */
    List<Item> of(List<Manifest> pages) {
        List<Manifest.Entry> entries =
                pages.stream().flatMap(page -> page.entries().stream()).toList();
        Kept kept = job.kept();
        if (kept == null) {
            return DownloadPlan.of(entries, job.compress());
        }
        return DownloadPlan.of(entries, job.compress(), kept.files()).stream()
                .filter(item -> !kept.has(item.state()))
                .toList();
    }

    /** When the server's copies go, where it says so. */
    static Optional<Instant> expires(List<Manifest> pages) {
        return pages.stream().flatMap(page -> page.expires().stream()).min(Comparator.naturalOrder());
    }

    /** The links of the same files from a manifest read anew. */
    Links.Fresh fresh(List<Item> items, List<Manifest> pages) throws ExportFailure {
        List<Item> now = of(pages);
        List<Match> before = matching(items.stream().map(Item::state).toList(), now);
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

    /** What an earlier run has brought over stays; its bytes are not fetched again. */
    List<Item> merged(List<Item> items, List<FileState> known) throws ExportFailure, IOException {
        if (known.isEmpty()) {
            return items;
        }
        List<Match> before = matching(known, items);
        List<Item> merged = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            merged.add(merged(items.get(index), before.get(index)));
        }
        return merged;
    }

    /** A whole file counts only where it is certain which one it is. */
    private Item merged(Item item, Match before) throws IOException {
        FileState file = before.file();
        Item merged = before.certain() ? item.with(file) : item;
        if (merged.state().proof() == null) {
            // What lies there is not to be taken for whole by the next run, should this one end before it is replaced.
            Files.deleteIfExists(folder.file(file.path()));
        }
        return merged;
    }

    private List<Match> matching(List<FileState> known, List<Item> now) throws ExportFailure {
        return new EarlierFiles(known)
                .matching(now.stream().map(Item::state).toList())
                .orElseThrow(() -> new ExportFailure(
                        Kind.MANIFEST_CHANGED,
                        folder.path().toString(),
                        "it listed " + known.size() + " files before, and lists " + now.size()
                                + " now, or other ones"));
    }
}
