package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.run.Outcome;
import java.net.URI;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Gives an export up: the server's job is deleted, and the folder says so. Files that came stay.
 *
 * @since 0.1.0
 */
@Mojo(name = "cancel", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class CancelMojo extends AbstractJobMojo {
    @Override
    Outcome run(GoalFrame frame) throws Exception {
        JobGoal goal = new JobGoal(this, frame, Failures.Terms.OF_CANCEL);
        if (goal.isNamed()) {
            cancelJob(goal);
        } else {
            cancelExport(goal);
        }
        return new Outcome.Done();
    }

    private void cancelJob(JobGoal goal) throws Exception {
        URI url = goal.statusUrl();
        boolean known = goal.connect(export -> export.job(url).delete("cancellation"));
        if (known) {
            getLog().info("Cancelled: " + RedactedUrl.ofStatus(url));
        } else {
            getLog().warn(ExportConsole.NOT_KNOWN_ANY_MORE);
        }
    }

    private void cancelExport(JobGoal goal) throws Exception {
        try (ExportFolder folder = ExportFolder.forResumption(goal.server().directory())) {
            ExportState state = folder.readState().orElseThrow();
            boolean ended = state.request().sandbox().isPresent();
            ExportState cancelled = ended && state instanceof ExportState.OfJob begun
                    ? folder.cancelled(begun, clock.instant())
                    : goal.connect(state, export -> export.cancel(folder));
            new JobConsole(getLog()::info, clock).cancelled(cancelled, folder.path());
        }
    }
}
