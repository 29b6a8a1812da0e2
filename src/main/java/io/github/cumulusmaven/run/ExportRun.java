package io.github.cumulusmaven.run;

import io.github.cumulusmaven.bulk.BulkExport;
import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportListener;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.bulk.StillRunning;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Exports, or works with the server of an export.
 *
 * @param context of the program
 * @param seal of this user's runs
 * @param listener hears of it
 */
public record ExportRun(RunContext context, FolderSeal seal, ExportRun.Listener listener) {
    /** Hears what an export does, and how it gets access to the server. */
    public interface Listener extends ExportListener, AccessListener {
        /** The export's folder cannot be sealed: a later run must be told the server and the client. */
        default void notSealed(IOException reason) {}

        /** How the run ended is not noted in the folder. */
        default void outcomeNotNoted(String outcome, ExportFailure reason) {}
    }

    /** Does something with the server of an export. */
    @FunctionalInterface
    public interface Work<T> {
        T on(BulkExport export) throws ExportFailure, StillRunning, IOException, InterruptedException;
    }

    /**
     * Exports into the folder of the settings, or goes on with what that holds of the same request.
     *
     * @param restart whether an unfinished export is given up, with all that it brought
     */
    public Outcome export(ExportConfig config, boolean restart, KnownServer server)
            throws ExportFailure, IOException, InterruptedException {
        try (ExportFolder folder = ExportFolder.forExport(config, restart)) {
            Optional<Outcome> before = upToDate(folder);
            return before.isPresent() ? before.get() : begin(config, folder, restart, server);
        }
    }

    /** Exports into a folder that is open for it, and in which something is left to do. */
    public Outcome begin(ExportConfig config, ExportFolder folder, boolean restart, KnownServer server)
            throws ExportFailure, IOException, InterruptedException {
        return run(config, folder, server, export -> export.start(folder, restart));
    }

    /** Looks which export of the same server a folder holds: what it knows counts where the user does not say. */
    public static Optional<ExportState> begun(String fhirUrl, Path directory) throws InvalidSetting, ExportFailure {
        if (SandboxSession.isNamed(fhirUrl) || !Files.isDirectory(directory)) {
            return Optional.empty();
        }
        ExportTarget target = ExportTarget.parse(fhirUrl);
        String server = target.base() + target.level().path();
        return ExportFolder.look(directory)
                .filter(state -> state.request().server().equals(server));
    }

    /** Tells whether an export is of a server: what its folder knows of clients and addresses is for no other one. */
    public static boolean isOf(String fhirUrl, ExportState export) {
        try {
            return !SandboxSession.isNamed(fhirUrl)
                    && ServerAccess.isSameBase(
                            ExportTarget.parse(fhirUrl).base(),
                            ExportTarget.parse(export.request().fhirUrl()).base());
        } catch (InvalidSetting noServer) {
            return false;
        }
    }

    /** Looks whether the export is here already, with nothing left to do; what the server reported then is as true now. */
    public static Optional<Outcome> upToDate(ExportFolder folder) throws ExportFailure {
        Optional<ExportState.Done> finished = folder.finished();
        return finished.isPresent() ? Optional.of(upToDate(finished.get(), folder)) : Optional.empty();
    }

    private static Outcome upToDate(ExportState.Done finished, ExportFolder folder) throws ExportFailure {
        ExportSummary summary = folder.summary(finished);
        Outcome then = exported(summary, folder, Optional.empty());
        if (then instanceof Outcome.Exported) {
            folder.noteIfMissing(then.word());
        }
        return exported(summary, folder, Optional.of(finished.finished()));
    }

    private static Outcome exported(ExportSummary summary, ExportFolder folder, Optional<String> before) {
        Outcome.Exported exported = new Outcome.Exported(summary, folder.path(), before);
        return summary.hasErrors() ? new Outcome.ServerErrors(exported) : exported;
    }

    /** Goes on with the export of a folder. */
    public Outcome resume(ExportConfig config, ExportFolder folder, KnownServer server)
            throws ExportFailure, IOException, InterruptedException {
        return run(config, folder, server, export -> export.resume(folder));
    }

    /** Takes over a job that another tool began. */
    public Outcome adopt(ExportConfig config, ExportFolder folder, URI statusUrl, KnownServer server)
            throws ExportFailure, IOException, InterruptedException {
        return run(config, folder, server, export -> export.adopt(folder, statusUrl));
    }

    private Outcome run(ExportConfig config, ExportFolder folder, KnownServer server, Work<ExportSummary> work)
            throws ExportFailure, IOException, InterruptedException {
        if (server.client().isPresent()) {
            seal.problem().ifPresent(listener::notSealed);
        }
        String word = Outcome.FAILED;
        try {
            Outcome outcome = exported(connect(config, Optional.of(folder), server, work), folder, Optional.empty());
            word = outcome.word();
            return outcome;
        } catch (StillRunning over) {
            Outcome outcome = new Outcome.Paused(over.since());
            word = outcome.word();
            return outcome;
        } finally {
            note(folder, word);
        }
    }

    /** A disk that does not take it does not change how the run ended. */
    private void note(ExportFolder folder, String outcome) {
        try {
            folder.note(outcome);
        } catch (ExportFailure disk) {
            listener.outcomeNotNoted(outcome, disk);
        }
    }

    /** Does anything else with the server of an export. */
    public <T> T connect(ExportConfig config, KnownServer server, Work<T> work)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        return connect(config, Optional.empty(), server, work);
    }

    private <T> T connect(ExportConfig config, Optional<ExportFolder> folder, KnownServer server, Work<T> work)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        try (HttpGateway gateway =
                new HttpGateway(HttpGateway.Limits.DEFAULT, context.userAgent(), context.clock(), context.secrets())) {
            if (server.vouched()) {
                gateway.allow(server.base());
            }
            gateway.rewriting(rewrites(config));
            config.patience().waitUpTo().ifPresent(gateway::endAfter);
            Authorizer credentials = authorizer(new ServerAccess(gateway, context, listener), config, folder, server);
            return work.on(new BulkExport(
                    config, gateway, credentials, seal, context.clock(), context.sleeper(), List.of(listener)));
        }
    }

    /** The goals have checked it; of a folder, only its owner's own is here. */
    private static UrlRewrites rewrites(ExportConfig config) {
        try {
            return UrlRewriting.remembered(config.client());
        } catch (InvalidSetting damaged) {
            return UrlRewrites.NONE;
        }
    }

    private Authorizer authorizer(
            ServerAccess access, ExportConfig config, Optional<ExportFolder> folder, KnownServer server)
            throws StillRunning, IOException, InterruptedException {
        try {
            return access.authorizer(server.base(), config.parameters().types(), server.client());
        } catch (HttpFailure failure) {
            if (failure.kind() == HttpFailure.Kind.TIME_IS_UP) {
                throw new StillRunning(Duration.ZERO);
            }
            throw failure;
        } catch (SmartFailure failure) {
            folder.flatMap(owned -> owned.noteServerError(failure, context.clock()))
                    .ifPresent(listener::refusalNoted);
            throw failure;
        }
    }
}
