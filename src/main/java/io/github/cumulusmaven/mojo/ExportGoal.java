package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Brings an export's files over for a goal, shows how far it is, and says how it goes on. */
final class ExportGoal {
    private final AbstractExportMojo parameters;
    private final ServerGoal server;
    private boolean atWork;

    /** Begins a goal whose failures say how its export goes on. */
    ExportGoal(AbstractExportMojo parameters, ServerGoal server) {
        this.parameters = parameters;
        this.server = server;
        server.frame().afterFailure(this::afterFailure);
        if (!parameters.failOnTimeout) {
            server.frame().allowPause();
        }
    }

    ServerGoal server() {
        return server;
    }

    /**
     * Makes the settings of an export, which are not checked yet, for a client that is still to be named.
     *
     * @param what is asked for
     * @param kickoffRetryWindow how long the server may be too busy to begin
     */
    ExportConfig config(
            ExportTarget target, ExportParameters what, Path directory, boolean compress, Duration kickoffRetryWindow)
            throws InvalidSetting {
        String waitUpTo = text(parameters.waitUpTo);
        Patience patience = new Patience(
                duration("maxPollInterval", parameters.maxPollInterval),
                kickoffRetryWindow,
                duration("maxWait", parameters.maxWait),
                waitUpTo.isEmpty() ? Optional.empty() : Optional.of(duration("waitUpTo", waitUpTo)),
                parameters.downloadAttempts);
        return new ExportConfig(
                        target,
                        what,
                        directory,
                        parameters.parallelDownloads,
                        compress,
                        patience,
                        Validation.parse(parameters.validate),
                        parameters.restartExpired)
                .acceptingMissing(parameters.acceptMissing);
    }

    static Duration duration(String setting, String given) throws InvalidSetting {
        try {
            return Duration.parse(given.trim());
        } catch (DateTimeParseException malformed) {
            throw SettingMessages.refused(setting, given, "must be an ISO 8601 duration, for example PT5M or P2D");
        }
    }

    /** Makes an export, or goes on with one. */
    @FunctionalInterface
    interface ExportWork {
        Outcome with(ExportRun run) throws ExportFailure, IOException, InterruptedException;
    }

    /**
     * Makes an export, or goes on with one, and shows how it goes and ends: there is something to seal, and to go on with
     * after a failure.
     */
    Outcome export(ExportConfig config, KnownServer known, ExportWork work)
            throws ExportFailure, IOException, InterruptedException {
        atWork = true;
        if (server.seal().problem().isPresent() && known.vouched()) {
            server.repeatServer(known.base());
        }
        boolean waits = false;
        try (ServerGoal.ShownWork shown = server.show()) {
            ExportConsole console = server.exportConsole(shown.progress());
            Outcome outcome = work.with(server.exportRun(console));
            waits = outcome instanceof Outcome.Paused;
            console.ended(outcome, config, known.client().isPresent());
            return outcome;
        } finally {
            note(config.directory(), waits);
        }
    }

    /** Says that an export is here already. */
    Outcome upToDate(Outcome before, ExportConfig config, KnownServer known) {
        note(config.directory(), false);
        server.exportConsole(Progress.NONE).ended(before, config, known.client().isPresent());
        return before;
    }

    /** Tells the goals of this build that come later. */
    private void note(Path folder, boolean waits) {
        if (waits) {
            server.paused().add(folder);
        } else {
            server.paused().remove(folder);
        }
    }

    /** Says what became of the export, and how it goes on; nothing where none was begun. */
    String afterFailure() {
        File folder = server.role().folder();
        return atWork && folder != null
                ? state(folder.toPath()).map(state -> fate(folder, state)).orElse("")
                : "";
    }

    /** One that cannot be read is a failure of its own, and no help with another. */
    static Optional<ExportState> state(Path folder) {
        try {
            return ExportFolder.look(folder);
        } catch (ExportFailure unreadable) {
            return Optional.empty();
        }
    }

    private String fate(File folder, ExportState state) {
        if (server.ownServer()) {
            return "The sandbox server has ended. The same command starts another one, and exports what is not yet in "
                    + folder + ".";
        }
        String resumeCommand = server.resumeCommand();
        if (state instanceof ExportState.KickingOff) {
            return "It is not known whether the server has begun the export. "
                    + Failures.lookThere(server.role().terms(), resumeCommand);
        }
        if (state instanceof ExportState.Done done) {
            return "All files are here, and whole"
                    + (done.jobDeleted() ? "." : "; for the clean-up on the server, go on with\n  " + resumeCommand);
        }
        return state instanceof ExportState.Cancelled
                ? ""
                : "What came whole is kept, and so is the job on the server; go on with\n  " + resumeCommand;
    }
}
