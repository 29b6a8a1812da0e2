package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A job's manifest, read page by page (MF-07), each waited for.
 *
 * @param poll asks for them
 * @param limits within which all of them are to be here
 * @param most how many there may be: a server that always links to another one would never end
 */
record ManifestPages(StatusPoll poll, TimeLimits limits, int most) {
    /** More than the largest export has. */
    static final int MOST = 10_000;

    /** Hears of each answer as it comes. */
    @FunctionalInterface
    interface Reader {
        /** The server is at work, and says how far it is. */
        void progress(String text) throws IOException;

        /** A page is here. */
        default void page(Manifest page, boolean first) throws IOException {}
    }

    /** All pages, in their order. */
    List<Manifest> read(URI statusUrl, Reader reader) throws ExportFailure, IOException, InterruptedException {
        List<Manifest> pages = new ArrayList<>();
        Set<URI> seen = new HashSet<>();
        long entries = 0;
        Optional<URI> next = Optional.of(statusUrl);
        while (next.isPresent()) {
            require(seen.add(next.get()), next.get(), new NotAManifest(NotAManifest.Kind.CIRCLE));
            require(pages.size() < most, next.get(), new NotAManifest(NotAManifest.Kind.TOO_MANY_PAGES, most));
            if (!pages.isEmpty()) {
                limits.check();
            }
            Manifest page = poll.await(next.get(), reader);
            entries += page.entries().size();
            require(
                    entries <= Manifest.MOST_ENTRIES,
                    statusUrl,
                    new NotAManifest(NotAManifest.Kind.TOO_MANY_FILES, Manifest.MOST_ENTRIES));
            reader.page(page, pages.isEmpty());
            pages.add(page);
            next = page.next();
        }
        return pages;
    }

    private static void require(boolean holds, URI url, NotAManifest otherwise) throws ExportFailure {
        if (!holds) {
            throw new ExportFailure(Kind.NOT_A_MANIFEST, RedactedUrl.of(url), otherwise);
        }
    }
}
