package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.run.Outcome;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/**
 * Exports patients' data in bulk from a FHIR server into a folder of NDJSON files: kick-off, polling, verified downloads,
 * clean-up on the server.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/export.html">FHIR Bulk Data Access</a>
 * @since 0.1.0
 */
@Mojo(name = "export", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class ExportMojo extends AbstractKickOffMojo {
    /**
     * The FHIR server and whose data to export: the base URL for the whole system, {@code …/Patient} for all patients,
     * {@code …/Group/ID} for a group's members. It may end in {@code /$export} and have a query of export parameters,
     * which are merged with the others here. {@code sandbox:} (or {@code sandbox:Patient},
     * {@code sandbox:Group/cohort}) starts a small server of synthetic patients for the time of the goal.
     *
     * <pre>{@code
     * <fhirUrl>https://ehr.example/fhir/R4/Group/cumulus</fhirUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.fhirUrl", required = true)
    String fhirUrl = "";

    @Inject
    ExportMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    Role role() {
        return role(Failures.Terms.OF_EXPORT, isSandbox(fhirUrl), true);
    }

    @Override
    Outcome work() throws Exception {
        Path directory = directory();
        return withServer(fhirUrl, begun(fhirUrl, directory), fhirUrl, (url, server) -> {
            ExportConfig config = exportConfig(url, directory, List.of());
            warnAboutTarget("exportDirectory", config.directory());
            return export(config, server);
        });
    }
}
