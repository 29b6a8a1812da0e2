package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.progress.Progress;
import java.net.URI;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Gives an export up: the server's job is deleted, and the folder says so. Files that came stay.
 *
 * @since 0.1.0
 */
@Mojo(name = "cancel", threadSafe = true, requiresProject = false, requiresOnline = true)
public class CancelMojo extends AbstractJobMojo {
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
    CancelMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    void work() throws Exception {
        Optional<URI> url = statusUrl("statusUrl", statusUrl);
        if (url.isPresent()) {
            ExportConfig config = configOfJob(Optional.empty(), "statusUrl", directory());
            connect(config, export -> {
                export.job(url.get()).delete("cancellation");
                return url;
            });
            getLog().info("Cancelled: " + SignedUrl.redact(url.get()));
            return;
        }
        try (ExportFolder folder = ExportFolder.forResumption(directory())) {
            ExportConfig config = configOf(folder.readState().orElseThrow().request(), folder.path());
            ExportState cancelled = connect(config, export -> export.cancel(folder));
            new JobConsole(getLog(), clock()).cancelled(cancelled, folder.path());
        }
    }

    private <T> T connect(ExportConfig config, ExportRun.Work<T> work) throws Exception {
        try (Progress shown = shownProgress()) {
            return exportRun(shown).connect(config, client(), work);
        }
    }
}
