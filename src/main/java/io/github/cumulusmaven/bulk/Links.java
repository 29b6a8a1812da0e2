package io.github.cumulusmaven.bulk;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Under which URLs the files are to be had. These may go stale long before the last file is here: then the manifest is
 * read again, once for all files (FL-07).
 */
final class Links {
    private final InstantSource clock;
    private final Source source;

    /** Held while the manifest is read, which may take hours: who has a link that is good goes on meanwhile. */
    private final ReentrantLock reading = new ReentrantLock();

    private Fresh fresh;
    private Optional<Instant> expires;
    private long generation;
    private long proven;
    private Optional<ExportFailure> end = Optional.empty();

    /**
     * The links of a manifest.
     *
     * @param urls of all files, in their order
     * @param expires when they go stale, where the server says so
     */
    record Fresh(List<String> urls, Optional<Instant> expires) {
        Fresh {
            urls = List.copyOf(urls);
        }
    }

    /**
     * The link of a file.
     *
     * @param url to fetch it from
     * @param generation which reading of the manifest it is from
     */
    record Link(URI url, long generation) {}

    /** Where fresh links come from. */
    @FunctionalInterface
    interface Source {
        Fresh again() throws ExportFailure, IOException, InterruptedException;
    }

    Links(Fresh first, InstantSource clock, Source source) {
        this.fresh = first;
        this.expires = first.expires();
        this.clock = clock;
        this.source = source;
    }

    /** The link to a file, a fresh one where the time of the last is over, and there are any. */
    Link of(int index) throws InterruptedException {
        if (areOver() && reading.tryLock()) {
            try {
                read();
            } catch (ExportFailure | IOException notNow) {
                // The old link may still do; when it does not, its refusal makes the manifest be read again.
                return link(index);
            } finally {
                reading.unlock();
            }
        }
        return link(index);
    }

    /** Says so only once. */
    private synchronized boolean areOver() {
        boolean over = end.isEmpty()
                && fresh.expires().filter(clock.instant()::isAfter).isPresent();
        if (over) {
            fresh = new Fresh(fresh.urls(), Optional.empty());
        }
        return over;
    }

    private synchronized Link link(int index) {
        return new Link(url(fresh.urls().get(index)), generation);
    }

    /** A URL of a manifest, or one of no scheme that can be asked where it is none. */
    static URI url(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException malformed) {
            return URI.create("about:blank");
        }
    }

    /** When the files go, where the server says so. */
    synchronized Optional<Instant> expires() {
        return expires;
    }

    /** When the files were to go, where that is over. */
    synchronized Optional<Instant> expired() {
        return expires.filter(clock.instant()::isAfter);
    }

    /** The server gave a file for this link. */
    synchronized void answered(Link link) {
        proven = Math.max(proven, link.generation());
    }

    /**
     * The server refuses a link.
     *
     * @return whether there are fresh ones now; not where the last ones were fresh and have not been of use to anyone
     * @throws LinksLost when there will be no more
     */
    boolean renew(Link refused) throws IOException, InterruptedException {
        reading.lockInterruptibly();
        try {
            if (isOld(refused)) {
                return true;
            }
            if (!isProven()) {
                return false;
            }
            read();
            return true;
        } catch (ExportFailure lost) {
            lose(lost);
            throw new LinksLost(lost);
        } finally {
            reading.unlock();
        }
    }

    private synchronized boolean isOld(Link link) {
        return link.generation() < generation;
    }

    private synchronized boolean isProven() throws LinksLost {
        if (proven >= generation && end.isPresent()) {
            throw new LinksLost(end.get());
        }
        return proven >= generation;
    }

    private synchronized void lose(ExportFailure lost) {
        end = Optional.of(lost);
    }

    private void read() throws ExportFailure, IOException, InterruptedException {
        Fresh again = source.again();
        synchronized (this) {
            fresh = again;
            expires = again.expires().or(() -> expires);
            generation++;
        }
    }

    /** The export cannot go on, as the cause says. */
    static final class LinksLost extends IOException {
        private static final long serialVersionUID = 1L;

        private final ExportFailure reason;

        LinksLost(ExportFailure reason) {
            super("the server gives no new links (" + reason.kind() + ")", reason);
            this.reason = reason;
        }

        ExportFailure reason() {
            return reason;
        }
    }
}
