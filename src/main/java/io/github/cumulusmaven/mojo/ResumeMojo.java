package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import java.net.URI;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with an export that was interrupted, from its folder alone, or takes over the job of another tool. What was
 * asked for is not changed by any parameter; what is whole is not fetched again.
 *
 * @since 0.1.0
 */
@Mojo(name = "resume", threadSafe = true, requiresProject = false, requiresOnline = true)
public class ResumeMojo extends AbstractJobMojo {
    /**
     * The status URL (polling URL, {@code Content-Location}) of a job that another tool began, or whose folder is lost;
     * percent-encoded or not. The {@code exportDirectory} may be new. Needs {@code fhirUrl}, unless the folder knows the
     * export.
     *
     * <pre>{@code
     * <resume>https://ehr.example/fhir/R4/jobs/42</resume>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.resume")
    @Nullable
    String resume;

    /**
     * Keeps the files of a job that is taken over as {@code .ndjson.gz}. For a folder's own export, the folder knows.
     *
     * <pre>{@code
     * <compress>true</compress>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.compress", defaultValue = "false")
    boolean compress;

    @Inject
    ResumeMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    void work() throws Exception {
        Optional<URI> url = statusUrl("resume", resume);
        if (url.isPresent()) {
            try (ExportFolder folder = ExportFolder.take(directory())) {
                ExportConfig config = configOfJob(folder.readState(), "resume", folder.path());
                export(config, folder, client(), export -> export.adopt(folder, url.get()));
            }
            return;
        }
        try (ExportFolder folder = ExportFolder.forResumption(directory())) {
            ExportState state = folder.readState().orElseThrow();
            tellFixed();
            ExportConfig config = configOf(state.request(), folder.path());
            export(config, folder, client(), export -> export.resume(folder));
        }
    }

    private void tellFixed() {
        if (!text(fhirUrl).isEmpty()) {
            getLog().info("What is exported was fixed by the kick-off; fhirUrl is not looked at.");
        }
    }

    @Override
    boolean compress() {
        return compress;
    }
}
