package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.bulk.ExportState.Accepted;
import io.github.cumulusmaven.bulk.ExportState.Complete;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.InProgress;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.ExportState.OfJob;
import io.github.cumulusmaven.bulk.FileList.Item;
import io.github.cumulusmaven.bulk.TimeLimits.TimeIsUp;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.RetryPolicy;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of an export in one folder: it writes each state down before it acts on it. */
final class JobRun {
    private static final int KICK_OFF_ATTEMPTS = 5;
    private static final Duration SHORTEST_FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration SPREAD = Duration.ofSeconds(2);
    private static final String CLEAN_UP = "clean-up on the server";

    private final ExportContext context;
    private final ExportConfig config;
    private final ExportFolder folder;
    private final ExportRequest request;
    private final ExportListeners listeners;
    private final Instant started;
    private final TimeLimits limits;
    private final StateKeeper state;
    private final boolean ours;
    private Optional<URI> given = Optional.empty();
    private boolean answered;
    private boolean restarted;
    private Optional<ExportJob> adopting = Optional.empty();

    @FunctionalInterface
    interface Step {
        ExportSummary of(JobRun run) throws ExportFailure, IOException, InterruptedException;
    }

    /**
     * Begins a run.
     *
     * @param ours whether the request is this run's own, or covered by the seal: no other is ever sealed
     */
    JobRun(ExportContext context, ExportFolder folder, ExportRequest request, boolean ours) {
        this.context = context;
        this.config = context.config();
        this.folder = folder;
        this.started = context.now();
        this.request = request;
        this.ours = ours;
        this.state = new StateKeeper(folder, context.clock());
        this.listeners = context.listeners(folder, request);
        request.parameters().forEach((name, value) -> RedactedUrl.hiddenValues(name, value)
                .forEach(context.gateway().secrets()::addPrivateValue));
        Patience patience = config.patience();
        Instant giveUp = kickedOff().plus(patience.maxWait());
        this.limits = new TimeLimits(
                patience.waitUpTo().map(started::plus).orElse(giveUp), giveUp, context.sleeper(), context.clock());
    }

    /** Whatever of the disk's troubles comes up becomes one kind of failure. */
    ExportSummary guarded(Step step) throws ExportFailure, StillRunning, IOException, InterruptedException {
        String where = folder.path().toString();
        context.gateway().endAfter(limits.left());
        try {
            ExportSummary summary = step.of(this);
            listeners.close();
            return summary;
        } catch (TimeIsUp stopped) {
            throw timeIsUp();
        } catch (HttpFailure failure) {
            if (failure.kind() == HttpFailure.Kind.TIME_IS_UP) {
                throw timeIsUp();
            }
            throw failure;
        } catch (UncheckedIOException disk) {
            throw new ExportFailure(Kind.DISK, where, Objects.requireNonNull(disk.getCause()));
        } catch (IOException failure) {
            if (failure instanceof Retries.Passing) {
                closeAfterFailure();
                folder.noteServerError(failure, context.clock())
                        .ifPresent(log -> listeners.warn(ExportWarning.FAULT_IN_LOG, log));
                throw failure;
            }
            throw new ExportFailure(Kind.DISK, where, failure);
        } finally {
            context.gateway().endNever();
            flush();
            closeAfterFailure();
        }
    }

    /** Takes note of a polling URL that the server, or the user, has given to this run itself. */
    void given(URI statusUrl) {
        given = Optional.of(statusUrl);
    }

    private Authorizer trusted(ExportJob job) {
        return given.filter(job.statusUrl()::equals).isPresent()
                ? context.trusted(job.statusUrl())
                : context.trusted(job);
    }

    private ExportJob givenJob(URI statusUrl, @Nullable KeptFiles kept, Optional<String> seal) {
        given(statusUrl);
        return new ExportJob(request, statusUrl, kept, ours ? seal.orElse(null) : null);
    }

    private StillRunning timeIsUp() throws ExportFailure {
        if (limits.hasGivenUp()) {
            throw new ExportFailure(Kind.TOO_LONG, folder.path().toString(), Reason.KICKED_OFF, request.kickedOff());
        }
        return new StillRunning(sinceKickOff());
    }

    private Instant kickedOff() {
        return FhirInstant.parse(request.kickedOff()).orElse(started);
    }

    private Duration sinceKickOff() {
        return Duration.between(kickedOff(), context.now());
    }

    /** Asks for all of the request, or for what is missing of it. */
    ExportSummary start(ExportConfig asked, @Nullable KeptFiles kept)
            throws ExportFailure, IOException, InterruptedException {
        Authorizer home = context.home();
        Optional<String> seal = ours ? context.seal().seal(request) : Optional.empty();
        KickOffNote note = new KickOffNote(folder, state, listeners, new KickingOff(request, kept, seal.orElse(null)));
        KickOffAnswer answer = new KickOff(
                        asked, context.gateway(), home, retries(patient(KICK_OFF_ATTEMPTS)), context.clock(), note)
                .send();
        URI statusUrl;
        try {
            statusUrl = KickOff.statusUrl(answer, context.gateway());
        } catch (ExportFailure refused) {
            if (refused.kind() == Kind.KICKOFF_REFUSED) {
                note.notTaken();
            }
            Map<String, String> parameters = asked.parameters().values();
            listeners.tell(listener -> listener.refused(answer.exportUrl(), parameters, answer));
            throw refused;
        }
        ExportJob job = givenJob(statusUrl, kept, context.seal().seal(request, statusUrl.toString()));
        note.accepted(job);
        listeners.tell(listener -> listener.accepted(job, answer));
        if (!answer.isRegular()) {
            listeners.warn(ExportWarning.IRREGULAR_KICK_OFF, answer.status());
        }
        requireKnownHost(job);
        limits.sleep(firstWait(answer));
        return poll(job, EarlierManifest.NONE);
    }

    /** Who has just taken the job is there; a name that is only known where the server is would be looked for in vain. */
    private void requireKnownHost(ExportJob job) throws ExportFailure {
        if (!context.gateway().isHostKnown(job.statusUrl())) {
            throw ExportFailure.named(
                    Kind.STATUS_HOST_UNKNOWN,
                    config.target().base().toString(),
                    job.statusUrl().toString());
        }
    }

    /** Some servers answer the first request with a wait of minutes, while a small job takes a second or two. */
    private Duration firstWait(KickOffAnswer answer) {
        Duration ours = SHORTEST_FIRST_WAIT.plusMillis(
                (long) (SPREAD.toMillis() * context.random().getAsDouble()));
        Duration wish = answer.retryAfter()
                .filter(asked -> asked.compareTo(SHORTEST_FIRST_WAIT) > 0)
                .orElse(ours);
        Duration longest = config.patience().maxPollInterval();
        return wish.compareTo(longest) < 0 ? wish : longest;
    }

    /** The server has forgotten the job: all types that are whole stay, and another job brings the others. */
    ExportSummary anew(OfJob old, ExportFailure gone) throws ExportFailure, IOException, InterruptedException {
        restarted = true;
        List<FileState> files = old instanceof Downloading downloading
                ? list(old.job()).verify(list(old.job()).find(downloading))
                : List.of();
        String time = old instanceof Downloading downloading
                ? manifest(downloading, files).transactionTime()
                : "";
        Optional<KeptFiles> kept =
                KeptFiles.of(old.job().kept(), time, new ExportFailure.Remains(Optional.empty(), files));
        ExportConfig asked = kept.isPresent() && !kept.get().types().isEmpty()
                ? config.with(config.parameters().narrowedTo(kept.get().types()))
                : config;
        listeners.warn(ExportWarning.ASKED_ANEW, gone, asked.parameters().types());
        return start(asked, kept.orElse(null));
    }

    /** Ends an export whose missing files will not come any more with those that are here. */
    ExportSummary without(Downloading state, ExportFailure gone)
            throws ExportFailure, IOException, InterruptedException {
        FileList list = list(state.job());
        List<FileState> here = list.verify(list.find(state));
        if (here.stream().allMatch(file -> file.proof() == null)) {
            throw gone;
        }
        List<FileState> settled = here.stream()
                .map(file -> file.isSettled() ? file : file.lost("the server does not have the export any more"))
                .toList();
        return finish(done(state.job(), manifest(state, settled)));
    }

    /** A URL that was typed in becomes the folder's when the server knows it, and not before. */
    ExportSummary adopt(URI statusUrl, @Nullable KeptFiles kept)
            throws ExportFailure, IOException, InterruptedException {
        ExportJob job = givenJob(statusUrl, kept, context.seal().sealTyped(request, statusUrl.toString()));
        adopting = Optional.of(job);
        return poll(job, EarlierManifest.NONE);
    }

    private void answered() throws IOException {
        answered = true;
        if (adopting.isPresent()) {
            ExportJob job = adopting.get();
            adopting = Optional.empty();
            state.write(new Accepted(job));
            listeners.tell(listener -> listener.adopted(job));
        }
    }

    ExportSummary resume(OfJob state) throws ExportFailure, IOException, InterruptedException {
        listeners.tell(listener -> listener.resumed(state.job(), state));
        if (state instanceof Done done) {
            return clean(done, summary(done.transactionTime(), done.files()));
        }
        if (state instanceof Downloading downloading) {
            FileList list = list(downloading.job());
            List<FileState> found = list.find(downloading);
            // Where something has to be fetched all the same, what is here is verified after that.
            List<FileState> here = areWhole(found) ? list.verify(found) : found;
            EarlierManifest known = manifest(downloading, here);
            return areWhole(here) && !here.isEmpty() ? finish(done(state.job(), known)) : poll(downloading, known);
        }
        if (state instanceof Complete complete) {
            return poll(state.job(), EarlierManifest.of(complete, list(state.job())));
        }
        if (state instanceof Accepted) {
            requireKnownHost(state.job());
        }
        return poll(state.job(), EarlierManifest.NONE);
    }

    private static EarlierManifest manifest(Downloading state, List<FileState> here) {
        return new EarlierManifest(state.manifest(), here);
    }

    private FileList list(ExportJob job) {
        return new FileList(folder, job, config.validation(), listeners);
    }

    private static boolean areWhole(List<FileState> files) {
        return files.stream().allMatch(FileState::isSettled);
    }

    /** Nothing is left to ask the server for, which may have forgotten the job by now. */
    private Done done(ExportJob job, EarlierManifest all) throws ExportFailure, IOException {
        list(job).requireKept();
        requireAny(job, all.files());
        requireCounts(all.files());
        return new Done(
                job.withoutKept(),
                context.now().toString(),
                job.until(all.transactionTime()),
                all.pages(),
                job.with(all.files()),
                false);
    }

    /** Where no file can be had, it is not the files: the server's copies are not to go for that. */
    private void requireAny(ExportJob job, List<FileState> files) throws ExportFailure {
        List<FileState> data = files.stream()
                .filter(file -> file.kind() == FileState.Kind.OUTPUT)
                .toList();
        boolean none = !data.isEmpty() && data.stream().allMatch(file -> file.lost() != null);
        if (none && job.kept() == null) {
            throw new ExportFailure(
                    Kind.DOWNLOAD,
                    folder.path().toString(),
                    Reason.NO_FILE,
                    String.valueOf(data.get(0).lost()));
        }
    }

    /** What the manifest says of a file is all that is known of what should be in it. */
    private void requireCounts(List<FileState> files) throws ExportFailure {
        List<FileState> miscounted =
                files.stream().filter(FileState::isMiscounted).toList();
        if (!miscounted.isEmpty() && !config.acceptMissing()) {
            FileState first = miscounted.get(0);
            throw new ExportFailure(
                    Kind.MISCOUNTED,
                    folder.path().toString(),
                    Reason.COUNT,
                    first.path(),
                    first.resources(),
                    Objects.requireNonNull(first.count()),
                    miscounted.size() - 1);
        }
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
                    .filter(context.now()::isAfter);
            throw new ExportFailure(failure, new ExportFailure.Remains(expired, known.files()));
        }
    }

    /** The manifest is always asked for anew: its links expire, and signed ones are not kept. */
    private ExportSummary poll(ExportJob job, EarlierManifest known)
            throws ExportFailure, IOException, InterruptedException {
        Authorizer trusted = trusted(job);
        StatusPoll poll = new StatusPoll(
                new StatusRequest(context.gateway(), trusted),
                config.patience().maxPollInterval(),
                context.clock(),
                limits,
                listeners);
        ManifestPages manifest = new ManifestPages(poll, limits, ManifestPages.MOST);
        FileList list = list(job);
        List<Manifest> pages = new ArrayList<>(manifest.read(job.statusUrl(), reader(job, known)));
        List<Item> items = list.plan(pages);
        // A million entries are not to be in memory twice.
        pages.replaceAll(Manifest::withoutEntries);
        List<FileState> planned = items.stream().map(Item::state).toList();
        EarlierManifest valid = known.isEmpty()
                ? new EarlierManifest(pages.stream().map(Manifest::raw).toList(), planned)
                : new EarlierManifest(known.renewed(pages), known.files());
        requireOneTime(valid, pages);
        String time = job.until(valid.transactionTime());
        listeners.tell(listener -> listener.manifestRead(time, planned, pages.size()));
        if (FhirInstant.parse(valid.transactionTime()).isEmpty()) {
            listeners.warn(ExportWarning.NO_TRANSACTION_TIME);
        }
        if (known.isEmpty()) {
            clearForFiles(job);
            state.write(new Complete(job, valid.pages()));
        }
        boolean withToken =
                pages.stream().allMatch(page -> page.requiresAccessToken().orElse(true));
        Authorizer forFiles = withToken ? trusted : Authorizer.NONE;
        List<Item> merged = list.withEarlier(items, known.files());
        Links links = new Links(
                new Links.Fresh(merged.stream().map(Item::address).toList(), FileList.expires(pages)),
                context.clock(),
                () -> list.freshLinks(
                        merged, requireOneTime(valid, manifest.read(job.statusUrl(), heardBefore -> {}))));
        List<FileState> files = download(job, valid.pages(), merged, links, forFiles);
        return finish(done(job, new EarlierManifest(valid.pages(), files)));
    }

    private List<Manifest> requireOneTime(EarlierManifest valid, List<Manifest> pages)
            throws ExportFailure, IOException {
        String now = pages.get(0).transactionTime();
        String before = valid.transactionTime();
        if (valid.isBefore(pages.get(0), folder.path().toString())) {
            listeners.warn(ExportWarning.LATER_TIME, before, now);
        }
        return pages;
    }

    /** What lies in the names of the job's files is an earlier one's, but for what was kept of that. */
    private void clearForFiles(ExportJob job) throws IOException {
        KeptFiles kept = job.kept();
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
                    listeners.tell(listener -> listener.finished(time));
                }
                listeners.tell(listener -> listener.pageRead(
                        time,
                        page.count(FileState.Kind.OUTPUT),
                        page.count(FileState.Kind.DELETED),
                        page.count(FileState.Kind.ERROR)));
            }
        };
    }

    /** What earlier runs brought is verified once, and last: the longer it has lain there, the more it matters. */
    private List<FileState> download(
            ExportJob job, List<ManifestPage> raw, List<Item> items, Links links, Authorizer forFiles)
            throws ExportFailure, IOException, InterruptedException {
        List<FileState> files = fetch(job, raw, items, links, forFiles);
        List<Item> verified = list(job).verifyEarlier(items, files);
        boolean whole = areWhole(verified.stream().map(Item::state).toList());
        return whole ? files : fetch(job, raw, verified, links, forFiles);
    }

    private List<FileState> fetch(
            ExportJob job, List<ManifestPage> raw, List<Item> items, Links links, Authorizer forFiles)
            throws ExportFailure, IOException, InterruptedException {
        String expires = links.expires().map(Instant::toString).orElse(null);
        state.write(new Downloading(job, raw, items.stream().map(Item::state).toList(), expires));
        Downloader downloader = new Downloader(
                folder,
                items,
                new FileDownload(context.gateway(), forFiles, job.compress(), config.validation()),
                links,
                retries(patient(config.patience().downloadAttempts())),
                limits,
                listeners,
                new MissingFiles(
                        config.acceptMissing(),
                        config.restartExpired() && !restarted,
                        context.job(job.statusUrl(), trusted(job))),
                files -> state.keep(() -> new Downloading(job, raw, files.get(), expires)));
        return downloader.run(config.parallelDownloads());
    }

    /** As patient as polling, so that a server's wish to wait is met. */
    private RetryPolicy patient(int attempts) {
        return new RetryPolicy(
                attempts, Duration.ofSeconds(1), config.patience().maxPollInterval());
    }

    /** Closes the listeners after a failure, which is the news, and not that they cannot be closed. */
    private void closeAfterFailure() {
        try {
            listeners.close();
        } catch (UncheckedIOException disk) {
            return;
        }
    }

    /** That the disk does not take it is no news to who was interrupted. */
    private void flush() {
        try {
            state.flush();
        } catch (IOException disk) {
            listeners.warn(ExportWarning.STATE_LAGS_BEHIND, disk);
        }
    }

    private ExportSummary finish(Done done) throws IOException, InterruptedException {
        folder.removeParts();
        folder.forceNames();
        state.write(done);
        ExportSummary summary = summary(done.transactionTime(), done.files());
        listeners.tell(listener -> listener.exported(summary));
        return clean(done, summary);
    }

    private ExportSummary summary(String transactionTime, List<FileState> files) throws IOException {
        return ExportSummary.of(transactionTime, files, folder, Duration.between(started, context.now()));
    }

    /** Only now that all is here may the server's copies go; whether they do is the server's affair (DL-03). */
    private ExportSummary clean(Done done, ExportSummary summary) throws IOException, InterruptedException {
        if (done.jobDeleted()) {
            return summary;
        }
        boolean known = answered || given.isPresent() || context.seal().covers(done.job());
        boolean taken;
        try {
            ServerJob job = context.job(done.job().statusUrl(), trusted(done.job()));
            taken = known ? job.delete(CLEAN_UP) : job.deleteUnsealed(CLEAN_UP);
        } catch (IOException | ExportFailure failure) {
            listeners.tell(listener -> {
                if (known) {
                    listener.jobNotDeleted(failure);
                } else {
                    listener.unsealedJobNotDeleted(failure);
                }
            });
            return summary;
        }
        state.write(done.cleaned());
        listeners.tell(listener -> listener.jobDeleted(taken));
        return summary;
    }

    private Retries retries(RetryPolicy policy) {
        return new Retries(policy, limits, listeners, context.random());
    }
}
