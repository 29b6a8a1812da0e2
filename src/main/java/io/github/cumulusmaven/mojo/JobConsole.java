package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.FileState;
import io.github.cumulusmaven.bulk.ServerJob.Status;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.ServerWords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.maven.plugin.logging.Log;

/**
 * What a user is told of a job.
 *
 * @param log of the build
 * @param clock for a job's age
 */
record JobConsole(Log log, InstantSource clock) {
    private void info(String line) {
        log.info(Consoles.printable(line));
    }

    /** What the folder knows. */
    void folder(ExportState state, Path folder) {
        info("Export of " + state.request().server() + " into " + folder);
        state.request()
                .parameters()
                .forEach((name, value) -> info("  " + name + " = " + RedactedUrl.parameter(name, value)));
        info("  kicked off at " + state.request().kickedOff()
                + age(state.request().kickedOff()));
        if (state instanceof ExportState.OfJob begun) {
            info("  status URL: " + RedactedUrl.ofStatus(begun.job().statusUrl()));
        }
        info("Here: " + here(state));
    }

    private String age(String kickedOff) {
        return FhirInstant.parse(kickedOff)
                .map(then -> ", " + Amounts.duration(Duration.between(then, clock.instant())) + " ago")
                .orElse("");
    }

    private static String here(ExportState state) {
        if (state instanceof ExportState.KickingOff) {
            return "asked for; whether the server has begun is not known";
        }
        if (state instanceof ExportState.InProgress working) {
            String words = ServerWords.shown(working.progress()).orElse("");
            return "the server was at work when last asked" + (words.isEmpty() ? "" : " (" + words + ")");
        }
        if (state instanceof ExportState.Complete) {
            return "the list of files is known; none is fetched yet";
        }
        if (state instanceof ExportState.Downloading downloading) {
            return whole(downloading.files());
        }
        if (state instanceof ExportState.Done done) {
            return "finished at " + done.finished() + ", " + whole(done.files());
        }
        if (state instanceof ExportState.Cancelled cancelled) {
            return "cancelled at " + cancelled.cancelled() + "; " + whole(cancelled.files());
        }
        return "kicked off; the server was not asked yet";
    }

    private static String whole(List<FileState> files) {
        long whole = files.stream().filter(file -> file.proof() != null).count();
        long bytes = files.stream().mapToLong(FileState::bytes).sum();
        return Amounts.count(whole) + " of " + Amounts.count(files.size()) + " files whole, " + Amounts.bytes(bytes);
    }

    /**
     * What the server says.
     *
     * @throws HttpRefusal when it does not
     */
    void server(Status status) throws HttpRefusal {
        if (status instanceof Status.Refused refused) {
            throw refused.refusal();
        }
        info("Server: " + said(status));
    }

    private static String said(Status status) {
        if (status instanceof Status.Working working) {
            String words = ServerWords.shown(working.progress()).orElse("");
            return "at work" + (words.isEmpty() ? "" : " (" + words + ")")
                    + working.retryAfter()
                            .map(wait -> ", to be asked again in " + Amounts.duration(wait))
                            .orElse("");
        }
        if (status instanceof Status.Finished finished) {
            return "done, " + Amounts.count(finished.files()) + (finished.files() == 1 ? " file" : " files")
                    + (finished.expires().isEmpty() ? "" : ", there until " + finished.expires());
        }
        return "does not know the job, or not any more";
    }

    /** What cancelling came to. */
    void cancelled(ExportState state, Path folder) {
        if (state instanceof ExportState.Cancelled cancelled) {
            info("Cancelled at " + cancelled.cancelled() + ": the server was told. What came stays in " + folder + " ("
                    + whole(cancelled.files()) + ").");
        } else {
            info("The export is finished, and its files stay in " + folder
                    + "; the server was told that its copies may go.");
        }
    }
}
