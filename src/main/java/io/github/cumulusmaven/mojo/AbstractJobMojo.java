package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.ServerJob;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What the goals have in common that ask about a job, or give it up: the folder's, or that of a status URL. */
abstract class AbstractJobMojo extends AbstractServerMojo {
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

    /**
     * The FHIR server of the {@code statusUrl}'s job, which says where tokens come from. A folder knows its own; but where
     * its {@code export.json} is not sealed by this user, it is believed only if it names the same server as this parameter,
     * or one to which the {@code <server>} is pinned.
     *
     * <pre>{@code
     * <fhirUrl>https://ehr.example/fhir/R4</fhirUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.fhirUrl")
    @Nullable
    String fhirUrl;

    AbstractJobMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    final Outcome work() throws Exception {
        if (text(statusUrl).isEmpty()) {
            workOnFolder();
            return new Outcome.Done();
        }
        URI url = StatusUrl.parse("statusUrl", text(statusUrl));
        if (text(fhirUrl).isEmpty()) {
            throw SettingMessages.refused("fhirUrl", "", "must name the server of the job, where statusUrl is given");
        }
        ExportTarget target = ExportTarget.parse(text(fhirUrl));
        ExportParameters parameters = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        ExportConfig config = config(target, parameters).with(vouching().remembered(Optional.empty()));
        connect(config, Optional.empty(), export -> {
            workOnJob(export.job(url));
            return url;
        });
        return new Outcome.Done();
    }

    abstract void workOnFolder() throws Exception;

    /** Does the goal's work on a job that no folder knows. */
    abstract void workOnJob(ServerJob job) throws IOException, InterruptedException;

    private ExportConfig config(ExportRequest request) throws InvalidSetting {
        return config(ExportTarget.parse(request.fhirUrl()), new ExportParameters(request.parameters()));
    }

    private ExportConfig config(ExportTarget target, ExportParameters parameters) throws InvalidSetting {
        return new ExportConfig(target, parameters, directory(), 1, false, Patience.DEFAULT, Validation.LINES, false);
    }

    /** Works with the server of a folder's export. */
    final <T> T connect(ExportState folder, ExportRun.Work<T> work) throws Exception {
        Optional<ExportState> known = Optional.of(folder);
        return connect(config(folder.request()).with(vouching().remembered(known)), known, work);
    }

    private <T> T connect(ExportConfig config, Optional<ExportState> folder, ExportRun.Work<T> work) throws Exception {
        KnownServer server = server(config.target().base(), folder, text(fhirUrl));
        try (Progress shown = shownProgress()) {
            return exportRun(exportConsole(shown)).connect(config, server, work);
        }
    }
}
