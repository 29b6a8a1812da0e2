package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.DownloadPlan.Item;
import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.Cancelled;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.InProgress;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.ExportState.OfJob;
import io.github.cumulusmaven.bulk.TimeLimits.TimeIsUp;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.TrustedOrigins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An export from kick-off to clean-up: a machine that goes from state to state and writes each down before it acts on it,
 * so that another run can go on from there.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/export.html">Bulk Data Access IG, Export</a>
 */
public final class BulkExport {
    private static final int KICK_OFF_ATTEMPTS = 5;
    private static final int DOWNLOAD_ATTEMPTS = 10;
    private static final RetryPolicy BRIEF = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(5));

    private final ExportConfig config;
    private final HttpGateway gateway;
    private final Authorizer credentials;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final DoubleSupplier random;
    private final List<ExportListener> listeners;

    /**
     * An export that does not run yet.
     *
     * @param credentials for the FHIR base and the polling URL; no other origin gets to see them
     */
    public BulkExport(
            ExportConfig config,
            HttpGateway gateway,
            Authorizer credentials,
            InstantSource clock,
            Sleeper sleeper,
            List<ExportListener> listeners) {
        this(
                config,
                gateway,
                credentials,
                clock,
                sleeper,
                () -> ThreadLocalRandom.current().nextDouble(),
                listeners);
    }

    /** The same with the chance in the lengths of waits, from 0 to 1. */
    BulkExport(
            ExportConfig config,
            HttpGateway gateway,
            Authorizer credentials,
            InstantSource clock,
            Sleeper sleeper,
            DoubleSupplier random,
            List<ExportListener> listeners) {
        this.config = config;
        this.gateway = gateway;
        this.credentials = credentials;
        this.clock = clock;
        this.sleeper = sleeper;
        this.random = random;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Brings a job's files over: a new job's, or, where the folder holds an unfinished one of the same request, that
     * one's.
     *
     * @param restart whether an unfinished job is given up, with all that it brought
     * @throws ExportFailure when it cannot go on; the folder and the server's job stay as they are
     * @throws StillRunning when the time of this run is up
     * @throws IOException when the server, or a token, is out of reach
     */
    public ExportSummary start(ExportFolder folder, boolean restart)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        Optional<ExportState> before = folder.readState();
        if (before.isPresent() && !restart) {
            return resume(folder);
        }
        if (before.isPresent()) {
            giveUp(before.get());
            clear(folder);
        }
        ExportRequest request = newRequest();
        return carried(folder, request, run -> run.start(config, null));
    }

    private ExportRequest newRequest() {
        byte[] id = new byte[10];
        new SecureRandom().nextBytes(id);
        return config.request(HexFormat.of().formatHex(id), clock.instant().toString());
    }

    /** A server may take one job at a time only, and the old one is of no use any more. */
    private void giveUp(ExportState state) throws InterruptedException {
        if (state instanceof OfJob begun && !(state instanceof Cancelled)) {
            try {
                job(begun.job().statusUrl()).delete("cancelling the earlier job");
            } catch (IOException failure) {
                new Audience(listeners)
                        .tell(listener -> listener.jobLeftBehind(begun.job(), String.valueOf(failure.getMessage())));
            }
        }
    }

    private static void clear(ExportFolder folder) throws ExportFailure {
        try {
            folder.clear();
        } catch (IOException disk) {
            throw new ExportFailure(Kind.DISK, folder.path().toString(), disk);
        }
    }

    /**
     * Goes on with the folder's job from wherever it stopped.
     *
     * @throws ExportFailure when it cannot go on, for example because the server has forgotten the job
     * @throws StillRunning when the time of this run is up
     * @throws IOException when the server, or a token, is out of reach
     */
    public ExportSummary resume(ExportFolder folder)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        ExportState state = begun(folder);
        if (state instanceof Cancelled cancelled) {
            throw new ExportFailure(Kind.CANCELLED, folder.path().toString(), "at " + cancelled.cancelled());
        }
        if (state instanceof OfJob ofJob) {
            return carried(folder, state.request(), run -> run.resume(ofJob));
        }
        throw unknownOutcome(folder, state.request());
    }

    private static ExportState begun(ExportFolder folder) throws ExportFailure {
        return folder.readState()
                .orElseThrow(() -> new ExportFailure(
                        Kind.NOTHING_TO_RESUME, folder.path().toString(), "there is no " + ExportStateFile.NAME));
    }

    private static ExportFailure unknownOutcome(ExportFolder folder, ExportRequest request) {
        return new ExportFailure(
                Kind.KICKOFF_INTERRUPTED,
                folder.path().toString(),
                "the kick-off of " + request.kickedOff() + " was sent, and its answer never noted");
    }

    /**
     * Goes on with a job that another tool began, or a run whose answer was lost.
     *
     * @param statusUrl its polling URL
     * @throws ExportFailure when the folder is of another job, or the job cannot go on
     * @throws StillRunning when the time of this run is up
     * @throws IOException when the server, or a token, is out of reach
     */
    public ExportSummary adopt(ExportFolder folder, URI statusUrl)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        Optional<ExportState> before = folder.readState();
        if (before.isPresent() && before.get() instanceof OfJob begun) {
            if (begun.job().statusUrl().equals(statusUrl)) {
                return resume(folder);
            }
            throw new ExportFailure(
                    Kind.FOLDER_OTHER_REQUEST,
                    folder.path().toString(),
                    "it holds the job " + SignedUrl.redact(begun.job().statusUrl()) + ", and this is "
                            + SignedUrl.redact(statusUrl));
        }
        ExportRequest request = before.map(ExportState::request).orElseGet(this::newRequest);
        Kept kept = before.isPresent() && before.get() instanceof KickingOff asking ? asking.kept() : null;
        return carried(folder, request, run -> run.adopt(new ExportJob(request, statusUrl, kept)));
    }

    /**
     * Gives the folder's job up; its files stay.
     *
     * @return what the folder now tells
     * @throws ExportFailure when there is no job
     * @throws IOException when the server cannot be told, or refuses; then all is as it was
     */
    public ExportState cancel(ExportFolder folder) throws ExportFailure, IOException, InterruptedException {
        ExportState state = begun(folder);
        if (!(state instanceof OfJob begun)) {
            throw unknownOutcome(folder, state.request());
        }
        if (state instanceof Cancelled || (state instanceof Done done && done.jobDeleted())) {
            return state;
        }
        job(begun.job().statusUrl()).delete("cancellation");
        ExportState cancelled = state instanceof Done done
                ? done.cleaned()
                : new Cancelled(begun.job(), clock.instant().toString(), files(state));
        try {
            folder.writeState(cancelled);
        } catch (IOException disk) {
            throw new ExportFailure(Kind.DISK, folder.path().toString(), disk);
        }
        return cancelled;
    }

    private static List<FileState> files(ExportState state) {
        return state instanceof Downloading downloading ? downloading.files() : List.of();
    }

    /** The server's side of a job. */
    public ServerJob job(URI statusUrl) {
        Retries retries = new Retries(BRIEF, sleeper, new Audience(listeners), random);
        return new ServerJob(
                statusUrl,
                gateway,
                TrustedOrigins.of(credentials, config.target().base(), statusUrl),
                retries);
    }

    @FunctionalInterface
    private interface Step {
        ExportSummary of(Run run) throws ExportFailure, IOException, InterruptedException;
    }

    /** To the end, with a second job where the server has forgotten the first, and that is wanted. */
    private ExportSummary carried(ExportFolder folder, ExportRequest request, Step step)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        Run run = new Run(folder, request);
        try {
            return guarded(run, step);
        } catch (ExportFailure failure) {
            Optional<ExportState> state = folder.readState();
            boolean forgotten = config.restartExpired() && failure.kind() == Kind.JOB_GONE;
            if (forgotten && state.isPresent() && state.get() instanceof OfJob old) {
                return guarded(run, again -> again.anew(old, failure));
            }
            throw failure;
        }
    }

    /** Whatever of the disk's troubles comes up becomes one kind of failure. */
    private static ExportSummary guarded(Run run, Step step)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        String where = run.folder.path().toString();
        try {
            return step.of(run);
        } catch (TimeIsUp stopped) {
            Duration since = run.sinceKickOff();
            if (run.limits.hasGivenUp()) {
                throw new ExportFailure(Kind.TOO_LONG, where, run.request.kickedOff());
            }
            throw new StillRunning(since);
        } catch (UncheckedIOException disk) {
            throw new ExportFailure(Kind.DISK, where, Objects.requireNonNull(disk.getCause()));
        } catch (IOException failure) {
            if (failure instanceof Retries.Passing) {
                throw failure;
            }
            throw new ExportFailure(Kind.DISK, where, failure);
        } finally {
            run.flush();
        }
    }

    /** One run in one folder. */
    private final class Run {
        private final ExportFolder folder;
        private final ExportRequest request;
        private final Audience audience;
        private final Instant started = clock.instant();
        private final TimeLimits limits;
        private final StateKeeper state;
        private Optional<ExportJob> adopting = Optional.empty();

        Run(ExportFolder folder, ExportRequest request) {
            this.folder = folder;
            this.request = request;
            this.state = new StateKeeper(folder, clock);
            List<ExportListener> all = new ArrayList<>(listeners);
            all.add(new ExportLog(folder.log(), request.exportId(), clock, ZoneId.systemDefault()));
            this.audience = new Audience(all);
            Patience patience = config.patience();
            Instant giveUp = kickedOff().plus(patience.maxWait());
            this.limits = new TimeLimits(patience.waitUpTo().map(started::plus).orElse(giveUp), giveUp, sleeper, clock);
        }

        private Instant kickedOff() {
            return FhirInstant.parse(request.kickedOff()).orElse(started);
        }

        Duration sinceKickOff() {
            return Duration.between(kickedOff(), clock.instant());
        }

        /** Asks for all of the request, or for what is missing of it. */
        ExportSummary start(ExportConfig asked, @Nullable Kept kept)
                throws ExportFailure, IOException, InterruptedException {
            Authorizer home = TrustedOrigins.of(credentials, config.target().base());
            KickOffNote note = new KickOffNote(folder, state, audience, new KickingOff(request, kept));
            KickOffAnswer answer =
                    new KickOff(asked, gateway, home, retries(patient(KICK_OFF_ATTEMPTS)), clock, note).send();
            URI statusUrl;
            try {
                statusUrl = KickOff.statusUrl(answer, clock.instant());
            } catch (ExportFailure refused) {
                if (refused.kind() == Kind.KICKOFF_REFUSED) {
                    note.notTaken();
                }
                Map<String, String> parameters = asked.parameters().values();
                audience.tell(listener -> listener.refused(answer.exportUrl(), parameters, answer));
                throw refused;
            }
            ExportJob job = new ExportJob(request, statusUrl, kept);
            note.accepted(job);
            audience.tell(listener -> listener.accepted(job, answer));
            return poll(job, EarlierManifest.NONE);
        }

        /** The server has forgotten the job: all types that are whole stay, and another job brings the others. */
        ExportSummary anew(OfJob old, ExportFailure gone) throws ExportFailure, IOException, InterruptedException {
            List<FileState> files = old instanceof Downloading downloading
                    ? brought(old.job()).verified(brought(old.job()).of(downloading))
                    : List.of();
            String time = old instanceof Downloading downloading
                    ? manifest(downloading, files).transactionTime()
                    : "";
            Optional<Kept> kept = Kept.of(old.job().kept(), time, new ExportFailure.Remains(Optional.empty(), files));
            ExportConfig asked = kept.isPresent() && !kept.get().types().isEmpty()
                    ? config.with(config.parameters().narrowedTo(kept.get().types()))
                    : config;
            audience.tell(listener -> listener.warned("the server does not know the job any more (" + gone.getMessage()
                    + "); asking anew for "
                    + asked.parameters().values().getOrDefault("_type", "all types")));
            return start(asked, kept.orElse(null));
        }

        /** A URL that was typed in becomes the folder's when the server knows it, and not before. */
        ExportSummary adopt(ExportJob job) throws ExportFailure, IOException, InterruptedException {
            adopting = Optional.of(job);
            return poll(job, EarlierManifest.NONE);
        }

        private void answered() throws IOException {
            if (adopting.isPresent()) {
                ExportJob job = adopting.get();
                adopting = Optional.empty();
                state.write(new Accepted(job));
                audience.tell(listener -> listener.adopted(job));
            }
        }

        ExportSummary resume(OfJob state) throws ExportFailure, IOException, InterruptedException {
            audience.tell(listener -> listener.resumed(state.job(), state));
            if (state instanceof Done done) {
                return clean(done, summary(done.transactionTime(), done.files()));
            }
            if (state instanceof Downloading downloading) {
                BroughtFiles brought = brought(downloading.job());
                List<FileState> found = brought.of(downloading);
                // Where something has to be fetched all the same, what is here is verified after that.
                List<FileState> here = areWhole(found) ? brought.verified(found) : found;
                EarlierManifest known = manifest(downloading, here);
                return areWhole(here) && !here.isEmpty() ? finish(done(state.job(), known)) : poll(downloading, known);
            }
            if (state instanceof Complete complete) {
                return poll(state.job(), EarlierManifest.of(complete, new ListedFiles(folder, state.job())));
            }
            return poll(state.job(), EarlierManifest.NONE);
        }

        private static EarlierManifest manifest(Downloading state, List<FileState> here) {
            return new EarlierManifest(state.manifest(), here);
        }

        private BroughtFiles brought(ExportJob job) {
            return new BroughtFiles(folder, job, config.validation(), audience);
        }

        private static boolean areWhole(List<FileState> files) {
            return files.stream().allMatch(file -> file.proof() != null);
        }

        /** Nothing is left to ask the server for, which may have forgotten the job by now. */
        private Done done(ExportJob job, EarlierManifest all) throws ExportFailure, IOException {
            brought(job).requireKept();
            ExportJob last = new ExportJob(job.request(), job.statusUrl());
            return new Done(
                    last,
                    clock.instant().toString(),
                    job.until(all.transactionTime()),
                    all.pages(),
                    job.with(all.files()),
                    false);
        }

        /** What is here already is known, should the server have forgotten the job. */
        private ExportSummary poll(Downloading state, EarlierManifest known)
                throws ExportFailure, IOException, InterruptedException {
            try {
                return poll(state.job(), known);
            } catch (ExportFailure failure) {
                if (failure.kind() != Kind.JOB_GONE || failure.remains().isPresent()) {
                    throw failure;
                }
                Optional<Instant> expired = Optional.ofNullable(state.expires())
                        .flatMap(FhirInstant::parse)
                        .filter(clock.instant()::isAfter);
                throw new ExportFailure(failure, new ExportFailure.Remains(expired, known.files()));
            }
        }

        /** The manifest is always asked for anew: its links expire, and signed ones are not kept. */
        private ExportSummary poll(ExportJob job, EarlierManifest known)
                throws ExportFailure, IOException, InterruptedException {
            Authorizer trusted = TrustedOrigins.of(credentials, config.target().base(), job.statusUrl());
            StatusPoll poll =
                    new StatusPoll(gateway, trusted, config.patience().maxPollInterval(), clock, limits, audience);
            ManifestPages manifest = new ManifestPages(poll, limits, ManifestPages.MOST);
            List<Manifest> pages = manifest.read(job.statusUrl(), reader(job, known));
            ListedFiles listed = new ListedFiles(folder, job);
            List<Item> items = listed.of(pages);
            List<FileState> planned = items.stream().map(Item::state).toList();
            EarlierManifest valid = known.isEmpty()
                    ? new EarlierManifest(pages.stream().map(Manifest::raw).toList(), planned)
                    : new EarlierManifest(known.renewed(pages), known.files());
            requireOneTime(valid, pages);
            String time = job.until(valid.transactionTime());
            audience.tell(listener -> listener.manifestRead(time, planned, pages.size()));
            if (FhirInstant.parse(valid.transactionTime()).isEmpty()) {
                audience.tell(listener -> listener.warned("the manifest has no transactionTime that can be read:"
                        + " no later export can begin where this one ends"));
            }
            if (known.isEmpty()) {
                clearForFiles(job);
                state.write(new Complete(job, valid.pages()));
            }
            boolean withToken =
                    pages.stream().allMatch(page -> page.requiresAccessToken().orElse(true));
            Authorizer forFiles = withToken ? trusted : Authorizer.NONE;
            List<Item> merged = listed.merged(items, known.files());
            Links links = new Links(
                    new Links.Fresh(merged.stream().map(Item::url).toList(), ListedFiles.expires(pages)),
                    clock,
                    () -> listed.fresh(
                            merged, requireOneTime(valid, manifest.read(job.statusUrl(), ManifestPages.UNHEARD))));
            List<FileState> files = download(job, valid.pages(), merged, links, forFiles);
            return finish(done(job, new EarlierManifest(valid.pages(), files)));
        }

        private List<Manifest> requireOneTime(EarlierManifest valid, List<Manifest> pages) throws ExportFailure {
            String now = pages.get(0).transactionTime();
            if (valid.isBefore(pages.get(0), folder.path().toString())) {
                audience.tell(listener -> listener.warned("the manifest was as of " + valid.transactionTime()
                        + " before, and is as of " + now + " now: the export counts as of the earlier time"));
            }
            return pages;
        }

        /** What lies in the names of the job's files is an earlier one's, but for what was kept of that. */
        private void clearForFiles(ExportJob job) throws IOException {
            Kept kept = job.kept();
            folder.clearBut(kept == null ? Set.of() : kept.paths());
        }

        private ManifestPages.Reader reader(ExportJob job, EarlierManifest known) {
            return new ManifestPages.Reader() {
                @Override
                public void progress(String text) throws IOException {
                    answered();
                    if (known.isEmpty()) {
                        state.keep(() -> new InProgress(job, text));
                    }
                }

                @Override
                public void page(Manifest page, boolean first) throws IOException {
                    answered();
                    String time = job.until(known.isEmpty() ? page.transactionTime() : known.transactionTime());
                    if (first) {
                        audience.tell(listener -> listener.finished(time));
                    }
                    audience.tell(listener -> listener.pageRead(
                            time,
                            page.count(FileState.Kind.OUTPUT),
                            page.count(FileState.Kind.DELETED),
                            page.count(FileState.Kind.ERROR)));
                }
            };
        }

        /** What earlier runs brought is verified once, and last: the longer it has lain there, the more it matters. */
        private List<FileState> download(
                ExportJob job, List<Map<String, Object>> raw, List<Item> items, Links links, Authorizer forFiles)
                throws ExportFailure, IOException, InterruptedException {
            List<FileState> files = fetch(job, raw, items, links, forFiles);
            List<Item> verified = brought(job).verified(items, files);
            boolean whole = areWhole(verified.stream().map(Item::state).toList());
            return whole ? files : fetch(job, raw, verified, links, forFiles);
        }

        private List<FileState> fetch(
                ExportJob job, List<Map<String, Object>> raw, List<Item> items, Links links, Authorizer forFiles)
                throws ExportFailure, IOException, InterruptedException {
            String expires = links.expires().map(Instant::toString).orElse(null);
            state.write(
                    new Downloading(job, raw, items.stream().map(Item::state).toList(), expires));
            Downloader downloader = new Downloader(
                    folder,
                    items,
                    new FileDownload(gateway, forFiles, job.compress(), config.validation()),
                    links,
                    retries(patient(DOWNLOAD_ATTEMPTS)),
                    limits,
                    audience,
                    files -> state.keep(() -> new Downloading(job, raw, files.get(), expires)));
            return downloader.run(config.parallelDownloads());
        }

        /** As patient as polling, so that a server's wish to wait is met. */
        private RetryPolicy patient(int attempts) {
            return new RetryPolicy(
                    attempts, Duration.ofSeconds(1), config.patience().maxPollInterval());
        }

        /** That the disk does not take it is no news to who was interrupted. */
        void flush() {
            try {
                state.flush();
            } catch (IOException disk) {
                audience.tell(listener -> listener.warned("export.json lags behind: " + disk.getMessage()));
            }
        }

        private ExportSummary finish(Done done) throws IOException, InterruptedException {
            folder.removeParts();
            folder.forceNames();
            state.write(done);
            ExportSummary summary = summary(done.transactionTime(), done.files());
            audience.tell(listener -> listener.exported(summary));
            return clean(done, summary);
        }

        private ExportSummary summary(String transactionTime, List<FileState> files) throws IOException {
            ErrorReport report = new ErrorReport();
            for (FileState file : files) {
                if (file.kind() == FileState.Kind.ERROR) {
                    report.read(folder.file(file.path()));
                }
            }
            return new ExportSummary(
                    transactionTime, files, report.issues(), Duration.between(started, clock.instant()));
        }

        /** Only now that all is here may the server's copies go; whether they do is the server's affair (DL-03). */
        private ExportSummary clean(Done done, ExportSummary summary) throws IOException, InterruptedException {
            if (done.jobDeleted()) {
                return summary;
            }
            try {
                job(done.job().statusUrl()).delete("clean-up on the server");
            } catch (IOException failure) {
                audience.tell(listener -> listener.jobNotDeleted(String.valueOf(failure.getMessage())));
                return summary;
            }
            state.write(done.cleaned());
            audience.tell(ExportListener::jobDeleted);
            return summary;
        }

        private Retries retries(RetryPolicy policy) {
            return new Retries(policy, limits, audience, random);
        }
    }
}
