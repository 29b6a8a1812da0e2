package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.ExportFailure.Reason;
import io.github.cumulusmaven.bulk.ExportState.Cancelled;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.Downloading;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.bulk.ExportState.OfJob;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An export from kick-off to clean-up: a machine that goes from state to state and writes each down before it acts on it,
 * so that another run can go on from there.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/export.html">Bulk Data Access IG, Export</a>
 */
public final class BulkExport {
    private final ExportContext context;
    private final ExportConfig config;

    /**
     * An export that does not run yet.
     *
     * @param gateway that allows the FHIR base, where that is at a local address
     * @param credentials for the FHIR base, and for the polling URL where the server or the user gave that to this run or
     *     the seal covers it; no other origin gets to see them, but for those that they themselves allow
     * @param seal of this user's runs
     */
    public BulkExport(
            ExportConfig config,
            HttpGateway gateway,
            Authorizer credentials,
            FolderSeal seal,
            InstantSource clock,
            Sleeper sleeper,
            List<ExportListener> listeners) {
        this(new ExportContext(
                config,
                gateway,
                credentials,
                seal,
                clock,
                sleeper,
                () -> ThreadLocalRandom.current().nextDouble(),
                new ExportListeners(listeners)));
    }

    BulkExport(ExportContext context) {
        this.context = context;
        this.config = context.config();
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
            return resume(folder, before.get(), Optional.empty());
        }
        if (before.isPresent()) {
            giveUp(folder, before.get());
            clear(folder);
        }
        ExportRequest request = newRequest();
        return carried(run(folder, request, true), folder, run -> run.start(config, null));
    }

    private ExportRequest newRequest() {
        return config.request(newId(), context.now().toString());
    }

    /** An id for lines of the log. */
    static String newId() {
        byte[] id = new byte[10];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /** A server may take one job at a time only, and the old one is of no use any more. */
    private void giveUp(ExportFolder folder, ExportState state) throws InterruptedException {
        if (state instanceof OfJob begun && !(state instanceof Cancelled)) {
            try {
                delete(begun.job(), "cancelling the earlier job");
            } catch (IOException | ExportFailure failure) {
                try (ExportListeners listeners = context.listeners(folder, state.request())) {
                    listeners.tell(listener -> {
                        if (context.seal().covers(begun)) {
                            listener.jobLeftBehind(begun.job(), failure);
                        } else {
                            listener.unsealedJobNotDeleted(failure);
                        }
                    });
                }
            }
        }
    }

    private boolean delete(ExportJob job, String what) throws ExportFailure, IOException, InterruptedException {
        return context.seal().covers(job) ? job(job).delete(what) : job(job).deleteUnsealed(what);
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
        return resume(folder, begun(folder), Optional.empty());
    }

    private ExportSummary resume(ExportFolder folder, ExportState state, Optional<URI> given)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        if (state instanceof Cancelled cancelled) {
            throw new ExportFailure(Kind.CANCELLED, folder.path().toString(), Reason.CANCELLED, cancelled.cancelled());
        }
        if (state instanceof OfJob ofJob && !(state instanceof Done) && hasEnded(state.request())) {
            ExportRequest again =
                    config.request(state.request().exportId(), state.request().kickedOff());
            ExportFailure gone = new ExportFailure(Kind.JOB_GONE, folder.path().toString(), Reason.SANDBOX_ENDED);
            return run(folder, again, true).guarded(run -> run.anew(ofJob, gone));
        }
        if (state instanceof OfJob ofJob) {
            JobRun run = run(folder, state.request(), context.seal().covers(state));
            given.ifPresent(run::given);
            return carried(run, folder, step -> step.resume(ofJob));
        }
        throw unknownOutcome(folder, state.request());
    }

    /** A sandbox ends with the goal that started it, and its jobs with it: this run has another one. */
    private boolean hasEnded(ExportRequest request) {
        return request.sandbox().isPresent()
                && !request.fhirUrl().equals(config.request("", "").fhirUrl());
    }

    private static ExportState begun(ExportFolder folder) throws ExportFailure {
        return folder.readState()
                .orElseThrow(() ->
                        new ExportFailure(Kind.NOTHING_TO_RESUME, folder.path().toString(), Reason.NO_STATE));
    }

    private static ExportFailure unknownOutcome(ExportFolder folder, ExportRequest request) {
        return new ExportFailure(
                Kind.KICKOFF_INTERRUPTED, folder.path().toString(), Reason.ANSWER_NOT_NOTED, request.kickedOff());
    }

    /**
     * Goes on with a job that another tool began, or a run whose answer was lost.
     *
     * @param statusUrl its polling URL, as the user gave it
     * @throws ExportFailure when the folder is of another job, or the job cannot go on
     * @throws StillRunning when the time of this run is up
     * @throws IOException when the server, or a token, is out of reach
     */
    public ExportSummary adopt(ExportFolder folder, URI statusUrl)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        context.gateway().allow(statusUrl);
        Optional<ExportState> before = folder.readState();
        if (before.isPresent() && before.get() instanceof OfJob begun) {
            if (begun.job().statusUrl().equals(statusUrl)) {
                return resume(folder, begun, Optional.of(statusUrl));
            }
            throw new ExportFailure(
                    Kind.FOLDER_OTHER_REQUEST,
                    folder.path().toString(),
                    Reason.OTHER_JOB,
                    RedactedUrl.ofStatus(begun.job().statusUrl()),
                    RedactedUrl.ofStatus(statusUrl));
        }
        ExportRequest request = before.map(ExportState::request).orElseGet(this::newRequest);
        KeptFiles kept = before.isPresent() && before.get() instanceof KickingOff asking ? asking.kept() : null;
        boolean ours = before.isEmpty() || context.seal().covers(before.get());
        return carried(run(folder, request, ours), folder, run -> run.adopt(statusUrl, kept));
    }

    /**
     * Gives the folder's job up; its files stay.
     *
     * @return what the folder now tells
     * @throws ExportFailure when there is no job, or none that answers as one where only an unsealed folder names it
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
        try {
            if (!delete(begun.job(), "cancellation")) {
                try (ExportListeners listeners = context.listeners(folder, begun.request())) {
                    listeners.tell(listener -> listener.jobDeleted(false));
                }
            }
        } catch (HttpRefusal refusal) {
            try (ExportLog log = context.log(folder, begun.request())) {
                log.jobNotDeleted(refusal);
            }
            throw refusal;
        }
        return folder.cancelled(begun, context.now());
    }

    /** The server's side of a job whose polling URL the user gave. */
    public ServerJob job(URI statusUrl) {
        context.gateway().allow(statusUrl);
        return context.job(statusUrl, context.trusted(statusUrl));
    }

    /** The server's side of a job of which a folder tells. */
    public ServerJob job(ExportJob ofFolder) {
        return context.job(ofFolder.statusUrl(), context.trusted(ofFolder));
    }

    private JobRun run(ExportFolder folder, ExportRequest request, boolean ours) {
        return new JobRun(context, folder, request, ours);
    }

    /** To the end, with a second job, or without some files, where the server has forgotten the first, and that is wanted. */
    private ExportSummary carried(JobRun run, ExportFolder folder, JobRun.Step step)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        try {
            return run.guarded(step);
        } catch (ExportFailure failure) {
            Optional<ExportState> state = folder.readState();
            boolean gone = failure.kind() == Kind.JOB_GONE || failure.kind() == Kind.FILES_GONE;
            if (gone && config.restartExpired() && state.isPresent() && state.get() instanceof OfJob old) {
                if (failure.kind() == Kind.FILES_GONE) {
                    giveUp(folder, old);
                }
                return run.guarded(again -> again.anew(old, failure));
            }
            if (gone && config.acceptMissing() && state.isPresent() && state.get() instanceof Downloading begun) {
                return run.guarded(end -> end.without(begun, failure));
            }
            throw failure;
        }
    }
}
