package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportJob;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ServerJob;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.progress.Terminals;
import io.github.cumulusmaven.run.Outcome;
import java.io.File;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Tells how far an export is: what the folder knows, and what the server says of its job, which is asked once. Changes
 * nothing, and may be run while the export runs. Names the next step. Prints under {@code -q}, too. Where the server does
 * not say, the build fails.
 *
 * @since 0.1.0
 */
@Mojo(name = "status", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class StatusMojo extends AbstractJobMojo {
    /** Tests look there. */
    PrintStream out = Terminals.out(System.out);

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        JobGoal goal = new JobGoal(this, frame, Failures.Terms.OF_EXPORT);
        if (goal.isNamed()) {
            tellJob(goal);
        } else {
            tellExport(goal);
        }
        return new Outcome.Done();
    }

    private void tellJob(JobGoal goal) throws Exception {
        URI url = goal.statusUrl();
        ServerJob.Status status = goal.connect(export -> export.job(url).ask());
        console().server(status);
        console()
                .next(
                        status,
                        new CommandLine(goal.server().resumeCommand(), File.separatorChar == '\\')
                                .with("fhirUrl", text(fhirUrl))
                                .with("resume", SignedUrl.kept(url))
                                .toString());
    }

    private void tellExport(JobGoal goal) throws Exception {
        Path folder = goal.server().directory();
        ExportState state = ExportFolder.look(folder)
                .orElseThrow(() -> new ExportFailure(
                        ExportFailure.Kind.NOTHING_TO_RESUME, folder.toString(), ExportFailure.Reason.NO_STATE));
        console().folder(state, folder);
        Optional<ExportJob> open = openJob(state);
        Optional<ServerJob.Status> status = Optional.empty();
        if (open.isPresent() && state.request().sandbox().isPresent()) {
            answer("Server: the sandbox ended with its goal. The resume goal starts another one, and exports what is"
                    + " not yet here.");
        } else if (open.isPresent()) {
            status = Optional.of(
                    goal.connect(state, export -> export.job(open.get()).ask()));
            console().server(status.get());
        }
        console()
                .next(
                        state,
                        status,
                        goal.server().resumeCommand(),
                        goal.server().command("etl").with("input", folder).toString());
    }

    private JobConsole console() {
        return new JobConsole(this::answer, clock);
    }

    /** Prints what the user has asked for: under {@code -q}, too, where nothing but errors is logged. */
    private void answer(String line) {
        if (getLog().isInfoEnabled()) {
            getLog().info(line);
        } else {
            out.println(secrets.redact(line));
            out.flush();
        }
    }

    /** The job, where the server should still know it. */
    private static Optional<ExportJob> openJob(ExportState state) {
        boolean over =
                state instanceof ExportState.Cancelled || (state instanceof ExportState.Done done && done.jobDeleted());
        return !over && state instanceof ExportState.OfJob begun ? Optional.of(begun.job()) : Optional.empty();
    }
}
