package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Patience;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/**
 * Goes on with an export that was interrupted, from its folder alone. Files that are whole are not fetched again.
 *
 * @since 0.1.0
 */
@Mojo(name = "resume", threadSafe = true, requiresProject = false, requiresOnline = true)
public class ResumeMojo extends AbstractExportMojo {
    @Inject
    ResumeMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    void work() throws Exception {
        try (ExportFolder folder = ExportFolder.forResumption(directory())) {
            ExportState state = folder.readState()
                    .orElseThrow(() -> new ExportFailure(
                            ExportFailure.Kind.NOTHING_TO_RESUME, folder.path().toString(), "there is no export.json"));
            ExportRequest job = state.request();
            ExportConfig config = new ExportConfig(
                            ExportTarget.parse(job.fhirUrl()),
                            new ExportParameters(job.parameters()),
                            folder.path(),
                            parallelDownloads,
                            job.compress(),
                            new Patience(
                                    longestPoll(),
                                    Patience.DEFAULT.kickoffRetryWindow(),
                                    Patience.DEFAULT.maxWait(),
                                    Optional.empty()))
                    .validated();
            export(config, folder, client(), export -> export.resume(folder));
        }
    }
}
