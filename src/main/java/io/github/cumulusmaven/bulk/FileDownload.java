package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DamagedFile.Kind;
import io.github.cumulusmaven.bulk.FileCheck.Found;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.FileState.Proof;
import io.github.cumulusmaven.fhir.ndjson.LineMeter;
import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.Sha256;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.ContentRange;
import io.github.cumulusmaven.http.HttpCall;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.HttpReply;
import io.github.cumulusmaven.http.Retries;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/** Brings single files over, whole, with as many attempts as that takes (FL ids). */
final class FileDownload {
    private static final int BUFFER = 128 * 1024;

    private static final int UNSATISFIABLE = 416;
    private static final int NOT_ACCEPTABLE = 406;

    private final HttpGateway gateway;
    private final Authorizer authorizer;
    private final boolean compress;
    private final Validation validation;
    private final Set<InputStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;
    private volatile int accepted;

    FileDownload(HttpGateway gateway, Authorizer authorizer, boolean compress, Validation validation) {
        this.gateway = gateway;
        this.authorizer = authorizer;
        this.compress = compress;
        this.validation = validation;
    }

    /**
     * A whole file.
     *
     * @param proof what was found in it
     * @param firstType the resource type of its first line; empty for a file without lines
     * @param path where it lies until it gets its name
     * @param lineNotUtf8 the first line that is not UTF-8, counted from 1; 0 where all are
     */
    record Fetched(Proof proof, String firstType, Path path, long lineNotUtf8) {}

    /** Whoever wants a file. */
    interface Requester {
        /** The link that is good at present. */
        URI url() throws IOException, InterruptedException;

        /** The server gives the file, or the rest of it. */
        void answered();

        /** The server refuses the file: what is to be thrown for it, which may be something better. */
        IOException refused(HttpRefusal refusal) throws IOException, InterruptedException;

        /** Bytes came, counted uncompressed; negative when they are thrown away. */
        void received(long bytes);

        /** Resources came; negative when they are thrown away. */
        default void resourcesReceived(long resources) {}
    }

    /**
     * Fetches a file, from where an earlier run has left it if that is possible, and checks it.
     *
     * @param part its temporary name; it stays when another run can go on with it
     * @param series the attempts, each of which is told
     * @throws DamagedFile when what came is not the whole file
     * @throws IOException when it does not come, or cannot be written
     */
    Fetched fetch(Item item, PartFile part, Retries.Series series, Requester requester)
            throws IOException, InterruptedException {
        OneFile file = new OneFile(item, part, series, requester);
        try {
            return file.fetch();
        } catch (InterruptedIOException ended) {
            throw new InterruptedException("download stopped");
        }
    }

    /** Ends all attempts. Interrupting their threads is not enough: the JDK's client ignores it inside a body. */
    void stop() {
        stopped = true;
        open.forEach(body -> {
            try {
                body.close();
            } catch (IOException closing) {
                // It is given up in any case.
                open.remove(body);
            }
        });
    }

    /** The attempts at one file. */
    private final class OneFile implements ContinuedBody.Source {
        private final Item item;
        private final PartFile part;
        private final Retries.Series series;
        private final Requester requester;
        private final Set<String> notContinued = new HashSet<>();
        private Optional<DamagedFile> damage = Optional.empty();
        private final FileCheck check;
        private boolean unpackedOnly;
        private String encoding = "";
        private long received;
        private long resources;

        OneFile(Item item, PartFile part, Retries.Series series, Requester requester) {
            this.item = item;
            this.part = part;
            this.series = series;
            this.requester = requester;
            this.check = new FileCheck(item.state(), item.announced(), validation);
        }

        Fetched fetch() throws IOException, InterruptedException {
            boolean whole = false;
            try {
                while (true) {
                    try {
                        Fetched fetched = attempt();
                        whole = true;
                        return fetched;
                    } catch (DamagedFile damaged) {
                        part.discard();
                        failed(damaged.after(damage));
                        damage = Optional.of(damaged);
                    } catch (InterruptedIOException ended) {
                        throw ended;
                    } catch (IOException failure) {
                        failed(failure);
                    }
                }
            } finally {
                if (!whole) {
                    forget();
                    part.discardUnpacked();
                    if (!part.isNoted()) {
                        part.discard();
                    }
                }
            }
        }

        private void failed(IOException failure) throws IOException, InterruptedException {
            goOn();
            forget();
            part.discardUnpacked();
            series.failed(failure);
        }

        private void forget() {
            if (received > 0) {
                requester.received(-received);
                received = 0;
            }
            countResources(0);
        }

        private void receive(long bytes) {
            received += bytes;
            requester.received(bytes);
        }

        /** Tells of resources by what their number is now: a gzip file has them only when it is unpacked. */
        private void countResources(long now) {
            if (now != resources) {
                requester.resourcesReceived(now - resources);
                resources = now;
            }
        }

        private Fetched attempt() throws IOException, InterruptedException {
            Optional<PartNote> note = part.readNote();
            long there = note.isPresent() && isGood(note.get()) ? part.trusted() : 0;
            return there > 0 && note.get().mayHave(there) ? goOnWith(note.get(), there) : begin();
        }

        private boolean isGood(PartNote note) throws IOException, InterruptedException {
            return !notContinued.contains(note.validator()) && note.isOf(requester.url());
        }

        private Fetched goOnWith(PartNote note, long there) throws IOException, InterruptedException {
            try (DigestingFile file = part.goOn(there);
                    InputStream onDisk = RegularFiles.open(part.path(), Long.MAX_VALUE);
                    ContinuedBody body = ContinuedBody.after(onDisk, this, series, note)) {
                return store(body, file, Optional.of(note));
            }
        }

        private Fetched begin() throws IOException, InterruptedException {
            part.discard();
            URI url = requester.url();
            try (HttpReply reply = askForAll(url)) {
                if (!isWhole(reply)) {
                    throw requester.refused(reply.refusal());
                }
                requester.answered();
                encoding = reply.header("Content-Encoding").orElse("");
                Optional<PartNote> note =
                        PartNote.of(url, reply).filter(known -> !notContinued.contains(known.validator()));
                // What is compressed while it is sent can often not be continued, where the plain file can.
                unpackedOnly |=
                        note.isEmpty() && reply.header("Content-Encoding").isPresent();
                try (DigestingFile file = part.create();
                        ContinuedBody body = new ContinuedBody(this, series, note, reply.body())) {
                    return store(body, file, note);
                }
            }
        }

        /** A server that does not accept what is accepted is asked for anything, and then for the type that some insist on. */
        private HttpReply askForAll(URI url) throws IOException, InterruptedException {
            Map<String, String> headers = Map.of("Accept-Encoding", unpackedOnly ? "identity" : "gzip");
            HttpReply reply = ask(url, headers);
            for (int other = accepted + 1;
                    reply.status() == NOT_ACCEPTABLE && other < Tolerances.FILE_TYPES.size();
                    other++) {
                reply.close();
                accepted = other;
                reply = ask(url, headers);
            }
            return reply;
        }

        /** A proxy may have changed it (203), there may be nothing (204), or the part that is all of it (206). */
        private static boolean isWhole(HttpReply reply) {
            return Tolerances.FILE_SENT.contains(reply.status())
                    || (reply.status() == 206
                            && reply.header("Content-Range")
                                    .flatMap(ContentRange::parse)
                                    .filter(range -> range.first() == 0
                                            && range.complete().equals(OptionalLong.of(range.last() + 1)))
                                    .isPresent());
        }

        @Override
        public HttpReply from(long position, PartNote note) throws IOException, InterruptedException {
            URI url = requester.url();
            if (!note.isOf(url)) {
                throw new DamagedFile(Kind.LINK_LEADS_ELSEWHERE);
            }
            HttpReply reply = ask(
                    url,
                    Map.of(
                            "Accept-Encoding",
                            note.acceptEncoding(),
                            "Range",
                            "bytes=" + position + "-",
                            "If-Range",
                            note.validator()));
            Optional<DamagedFile> objection = note.objection(reply, position);
            if (objection.isEmpty()) {
                requester.answered();
                return reply;
            }
            try (reply) {
                if (reply.status() >= 300 && reply.status() != UNSATISFIABLE) {
                    throw requester.refused(reply.refusal());
                }
            }
            notContinued.add(note.validator());
            throw objection.get();
        }

        private HttpReply ask(URI url, Map<String, String> headers) throws IOException, InterruptedException {
            HttpCall call = HttpCall.get(url, Tolerances.FILE_TYPES.get(accepted));
            for (Map.Entry<String, String> header : headers.entrySet()) {
                call = call.with(header.getKey(), header.getValue());
            }
            try {
                return gateway.send(call, authorizer);
            } catch (HttpFailure failure) {
                throw failure.atNamedHost();
            }
        }

        @Override
        public void goOn() throws InterruptedException {
            if (stopped) {
                throw new InterruptedException("download stopped");
            }
        }

        private Fetched store(ContinuedBody body, DigestingFile file, Optional<PartNote> note)
                throws IOException, InterruptedException {
            open.add(body);
            try {
                goOn();
                BufferedInputStream peekable = GzipBody.peekable(body);
                boolean gzip = GzipBody.isGzip(peekable);
                if (note.isPresent() && note.get().isWorthKeeping() && (gzip || !compress)) {
                    part.writeNote(note.get());
                }
                return gzip ? storePacked(peekable, file) : storePlain(peekable, file);
            } catch (ZipException | EOFException broken) {
                throw new DamagedFile(Kind.BROKEN_GZIP);
            } finally {
                open.remove(body);
            }
        }

        private void requireReadable(BufferedInputStream plain) throws IOException {
            if (validation == Validation.NONE) {
                return;
            }
            // Once, and no more than has come: a body that stalls is to be noticed where it is read.
            byte[] beginning = new byte[BodyFormat.BEGINNING];
            plain.mark(BodyFormat.BEGINNING);
            int length = Math.max(0, plain.read(beginning));
            plain.reset();
            Optional<DamagedFile> other = BodyFormat.unreadable(Arrays.copyOf(beginning, length), encoding);
            if (other.isPresent()) {
                throw other.get();
            }
        }

        private Fetched storePlain(BufferedInputStream plain, DigestingFile file) throws IOException {
            requireReadable(plain);
            LineMeter meter = check.meter();
            if (!compress) {
                pump(plain, file, meter);
                String sha256 = finish(file);
                return checked(new Found(meter, meter.bytes(), sha256, Set.of(sha256)), part.path());
            }
            MessageDigest digest = Sha256.begin();
            try (OutputStream zipped = new GZIPOutputStream(file.keptOpen(), BUFFER)) {
                pump(plain, summed(zipped, digest), meter);
            }
            return checked(new Found(meter, meter.bytes(), finish(file), sums(digest)), part.path());
        }

        /** Its bytes go to the disk as they come, so that they can be gone on with; only then are they looked into. */
        private Fetched storePacked(InputStream packed, DigestingFile file) throws IOException {
            long sent = copy(packed, file);
            LineMeter meter = check.meter();
            if (compress) {
                String sha256 = finish(file);
                MessageDigest digest = Sha256.begin();
                boolean nested = unpack(summed(OutputStream.nullOutputStream(), digest), meter);
                if (nested) {
                    return storeAgain(sent);
                }
                receive(meter.bytes() - sent);
                Set<String> sums = new HashSet<>(sums(digest));
                sums.add(sha256);
                return checked(new Found(meter, sent, sha256, sums), part.path());
            }
            String asSent = file.digested();
            try (DigestingFile unpacked = part.createUnpacked()) {
                unpack(unpacked, meter);
                receive(meter.bytes() - sent);
                String sha256 = finish(unpacked);
                return checked(new Found(meter, sent, sha256, Set.of(sha256, asSent)), part.unpacked());
            }
        }

        /** Whoever reads a compressed file unpacks it once. */
        private Fetched storeAgain(long sent) throws IOException {
            LineMeter meter = check.meter();
            MessageDigest digest = Sha256.begin();
            try (DigestingFile once = part.createUnpacked()) {
                try (OutputStream zipped = new GZIPOutputStream(once.keptOpen(), BUFFER)) {
                    unpack(summed(zipped, digest), meter);
                }
                receive(meter.bytes() - sent);
                return checked(new Found(meter, sent, finish(once), sums(digest)), part.unpacked());
            }
        }

        /** Forces it to the disk. What that has refused once, it may call written the next time: nothing of it stays. */
        private String finish(DigestingFile file) throws IOException {
            try {
                return file.finish();
            } catch (ClosedByInterruptException stopped) {
                throw stopped;
            } catch (IOException refused) {
                try {
                    part.discard();
                } catch (IOException undeletable) {
                    refused.addSuppressed(undeletable);
                }
                throw refused;
            }
        }

        private Fetched checked(Found found, Path path) throws IOException {
            boolean again = damage.filter(before -> before.isOf(found.sha256())).isPresent();
            FileCheck.Content content = check.check(path, found, again);
            return new Fetched(
                    found.proof(content),
                    content.firstType(),
                    path,
                    found.meter().firstLineNotUtf8());
        }

        /** A second digest costs time, and only some servers give something to compare it with. */
        private OutputStream summed(OutputStream out, MessageDigest digest) {
            return item.announced().sha256().isPresent() ? new DigestOutputStream(out, digest) : out;
        }

        private Set<String> sums(MessageDigest digest) {
            return item.announced().sha256().isPresent() ? Set.of(Sha256.hex(digest)) : Set.of();
        }

        private long copy(InputStream in, OutputStream out) throws IOException {
            byte[] buffer = new byte[BUFFER];
            long total = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                receive(count);
                total += count;
            }
            return total;
        }

        private void pump(InputStream plain, OutputStream out, LineMeter meter) throws IOException {
            byte[] buffer = new byte[BUFFER];
            for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                meter.update(buffer, 0, count);
                out.write(buffer, 0, count);
                receive(count);
                countResources(meter.resources());
            }
        }

        /** Unpacks what was stored; true where that was compressed once more than its server knows. */
        private boolean unpack(OutputStream out, LineMeter meter) throws IOException {
            byte[] buffer = new byte[BUFFER];
            DiskSpace space = DiskSpace.around(part.path());
            try (BufferedInputStream once = GzipBody.peekable(GzipBody.decode(Files.newInputStream(part.path())))) {
                boolean nested = GzipBody.isGzip(once);
                BufferedInputStream plain = nested ? GzipBody.peekable(GzipBody.decode(once)) : once;
                requireReadable(plain);
                for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                    goOnReading();
                    if (!compress) {
                        space.use(count);
                    }
                    meter.update(buffer, 0, count);
                    out.write(buffer, 0, count);
                    countResources(meter.resources());
                }
                return nested;
            }
        }

        private void goOnReading() throws InterruptedIOException {
            if (stopped) {
                throw new InterruptedIOException();
            }
        }
    }
}
