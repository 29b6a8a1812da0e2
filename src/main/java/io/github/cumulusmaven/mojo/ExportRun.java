package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.BulkExport;
import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.FolderSeal;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.bulk.StillRunning;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpFailure;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.RunContext;
import io.github.cumulusmaven.run.ServerAccess;
import io.github.cumulusmaven.run.UrlRewriting;
import io.github.cumulusmaven.smart.SmartFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.logging.Log;

/**
 * One run of an export, with what it takes from the build around it.
 *
 * @param log of the build
 * @param progress shown meanwhile
 * @param context of the goal
 * @param commands that messages name
 * @param seal of this user's runs
 * @param vouched whether more than an unsealed folder names the server
 */
record ExportRun(
        Log log,
        Progress progress,
        RunContext context,
        ExportConsole.Commands commands,
        FolderSeal seal,
        boolean vouched) {
    /** What is done with the server. */
    @FunctionalInterface
    interface Work<T> {
        T on(BulkExport export) throws ExportFailure, StillRunning, IOException, InterruptedException;
    }

    /** Brings an export to its end, and tells of it. */
    ExportSummary run(
            ExportConfig config, ExportFolder folder, Optional<ServerAccess.Client> client, Work<ExportSummary> work)
            throws ExportFailure, StillRunning, IOException, InterruptedException, ServerReportedErrors {
        ExportConsole console = new ExportConsole(log, progress, context.clock(), commands);
        ExportSummary summary = connect(config, Optional.of(folder), client, console, work);
        console.summary(summary, folder.path());
        if (summary.isEmpty()) {
            console.empty(config, client.isPresent());
        }
        if (summary.hasErrors()) {
            throw new ServerReportedErrors(summary, folder.path());
        }
        return summary;
    }

    /** Does anything else with the server of an export. */
    <T> T connect(ExportConfig config, Optional<ServerAccess.Client> client, Work<T> work)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        return connect(
                config, Optional.empty(), client, new ExportConsole(log, progress, context.clock(), commands), work);
    }

    private <T> T connect(
            ExportConfig config,
            Optional<ExportFolder> folder,
            Optional<ServerAccess.Client> client,
            ExportConsole console,
            Work<T> work)
            throws ExportFailure, StillRunning, IOException, InterruptedException {
        try (HttpGateway gateway =
                new HttpGateway(HttpGateway.Limits.DEFAULT, context.userAgent(), context.clock(), context.secrets())) {
            if (vouched) {
                gateway.allow(config.target().base());
            }
            gateway.rewriting(rewrites(config));
            config.patience().waitUpTo().ifPresent(gateway::endAfter);
            ServerAccess access = new ServerAccess(gateway, context, console);
            Authorizer credentials = authorizer(access, config, folder, client);
            return work.on(new BulkExport(
                    config, gateway, credentials, seal, context.clock(), context.sleeper(), List.of(console)));
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
            ServerAccess access,
            ExportConfig config,
            Optional<ExportFolder> folder,
            Optional<ServerAccess.Client> client)
            throws StillRunning, IOException, InterruptedException {
        try {
            return access.authorizer(config.target().base(), config.parameters().types(), client);
        } catch (HttpFailure failure) {
            if (failure.kind() == HttpFailure.Kind.TIME_IS_UP) {
                throw new StillRunning(Duration.ZERO);
            }
            throw failure;
        } catch (SmartFailure failure) {
            folder.flatMap(owned -> owned.noteServerError(failure, context.clock()))
                    .ifPresent(access.listener()::refusalNoted);
            throw failure;
        }
    }
}
