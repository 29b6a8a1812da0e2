package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.BulkExport;
import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportSummary;
import io.github.cumulusmaven.bulk.StillRunning;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.progress.Progress;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.logging.Log;

/**
 * One run of an export, with what it takes from the build around it.
 *
 * @param log of the build
 * @param progress shown meanwhile
 * @param userAgent what servers see
 * @param clock of the JVM
 * @param sleeper waits
 * @param resumeCommand what to type when this run is cut off; empty where nothing would help
 */
record ExportRun(
        Log log, Progress progress, String userAgent, InstantSource clock, Sleeper sleeper, String resumeCommand) {
    /** How an export folder is worked on. */
    @FunctionalInterface
    interface Work {
        ExportSummary on(BulkExport export) throws ExportFailure, StillRunning, IOException, InterruptedException;
    }

    void run(ExportConfig config, ExportFolder folder, Optional<ServerAccess.Client> client, Work work)
            throws ExportFailure, StillRunning, IOException, InterruptedException, ServerReportedErrors {
        try (HttpGateway gateway = new HttpGateway(HttpGateway.Limits.DEFAULT, userAgent, clock)) {
            ExportConsole console = new ExportConsole(log, progress, clock, resumeCommand);
            ServerAccess access = new ServerAccess(gateway, sleeper, clock, console);
            Authorizer credentials = access.authorizer(
                    config.target().base(), config.parameters().types(), client);
            BulkExport export = new BulkExport(config, gateway, credentials, clock, sleeper, List.of(console));
            ExportSummary summary = work.on(export);
            console.summary(summary, folder.path());
            if (summary.hasErrors()) {
                throw new ServerReportedErrors(summary, folder.path());
            }
        }
    }
}
