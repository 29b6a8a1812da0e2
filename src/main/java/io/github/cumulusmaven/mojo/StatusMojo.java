package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ServerJob;
import io.github.cumulusmaven.progress.Progress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far an export is: what the folder knows, and what the server says of its job, which is asked once. Changes
 * nothing, and may be run while the export runs.
 *
 * @since 0.1.0
 */
@Mojo(name = "status", threadSafe = true, requiresProject = false, requiresOnline = true)
public class StatusMojo extends AbstractJobMojo {
    /**
     * The status URL of the job, where there is no folder; percent-encoded or not. Needs {@code fhirUrl}.
     *
     * <pre>{@code
     * <statusUrl>https://ehr.example/fhir/R4/jobs/42</statusUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.statusUrl")
    @Nullable
    String statusUrl;

    @Inject
    StatusMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    void work() throws Exception {
        JobConsole console = new JobConsole(getLog(), clock());
        Optional<URI> url = statusUrl("statusUrl", statusUrl);
        if (url.isPresent()) {
            console.server(ask(configOfJob(Optional.empty(), "statusUrl", directory()), url.get()));
            return;
        }
        Path folder = directory();
        ExportState state = ExportFolder.look(folder)
                .orElseThrow(() -> new ExportFailure(
                        ExportFailure.Kind.NOTHING_TO_RESUME, folder.toString(), "there is no export.json"));
        console.folder(state, folder);
        Optional<URI> open = openJob(state);
        if (open.isPresent()) {
            console.server(ask(configOf(state.request(), folder), open.get()));
        }
    }

    /** The job, where the server should still know it. */
    private static Optional<URI> openJob(ExportState state) {
        boolean over = state instanceof ExportState.Cancelled
                || (state instanceof ExportState.Done done && done.jobDeleted())
                || !(state instanceof ExportState.OfJob);
        return over
                ? Optional.empty()
                : Optional.of(((ExportState.OfJob) state).job().statusUrl());
    }

    private ServerJob.Status ask(ExportConfig config, URI url) throws Exception {
        try (Progress shown = shownProgress()) {
            return exportRun(shown)
                    .connect(config, client(), export -> export.job(url).ask());
        }
    }
}
