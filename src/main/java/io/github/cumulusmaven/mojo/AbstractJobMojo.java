package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.bulk.Validation;
import io.github.cumulusmaven.progress.Progress;
import java.net.URI;
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
     * The FHIR server of the {@code statusUrl}'s job, which says where tokens come from. A folder knows its own.
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
    final void work() throws Exception {
        if (text(statusUrl).isEmpty()) {
            workOnFolder();
            return;
        }
        URI url = StatusUrl.parse("statusUrl", text(statusUrl));
        if (text(fhirUrl).isEmpty()) {
            throw new InvalidSetting("fhirUrl", "", "must name the server of the job, where statusUrl is given");
        }
        ExportTarget target = ExportTarget.parse(text(fhirUrl));
        ExportParameters parameters = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        workOnUrl(url, config(target, parameters).with(namedClient()));
    }

    abstract void workOnFolder() throws Exception;

    abstract void workOnUrl(URI url, ExportConfig config) throws Exception;

    final ExportConfig config(ExportRequest request) throws InvalidSetting {
        return config(ExportTarget.parse(request.fhirUrl()), new ExportParameters(request.parameters()))
                .with(namedClient(request));
    }

    private ExportConfig config(ExportTarget target, ExportParameters parameters) throws InvalidSetting {
        return new ExportConfig(target, parameters, directory(), 1, false, Patience.DEFAULT, Validation.LINES, false);
    }

    final <T> T connect(ExportConfig config, ExportRun.Work<T> work) throws Exception {
        try (Progress shown = shownProgress()) {
            return exportRun(shown).connect(config, client(config.client()), work);
        }
    }
}
