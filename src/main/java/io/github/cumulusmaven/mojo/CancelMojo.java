package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ServerJob;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/**
 * Gives an export up: the server's job is deleted, and the folder says so. Files that came stay.
 *
 * @since 0.1.0
 */
@Mojo(name = "cancel", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class CancelMojo extends AbstractJobMojo {
    @Inject
    CancelMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    Role role() {
        return role(Failures.Terms.OF_CANCEL, false, false);
    }

    @Override
    void workOnJob(ServerJob job) throws IOException, InterruptedException {
        if (job.delete("cancellation")) {
            getLog().info("Cancelled: " + RedactedUrl.ofStatus(job.url()));
        } else {
            getLog().warn(ExportConsole.NOT_KNOWN_ANY_MORE);
        }
    }

    @Override
    void workOnFolder() throws Exception {
        try (ExportFolder folder = ExportFolder.forResumption(directory())) {
            ExportState state = folder.readState().orElseThrow();
            boolean ended = state.request().sandbox().isPresent();
            ExportState cancelled = ended && state instanceof ExportState.OfJob begun
                    ? folder.cancelled(begun, clock().instant())
                    : connect(state, export -> export.cancel(folder));
            new JobConsole(getLog()::info, clock()).cancelled(cancelled, folder.path());
        }
    }
}
