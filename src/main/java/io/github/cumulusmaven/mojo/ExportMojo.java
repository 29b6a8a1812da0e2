package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.run.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

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

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        ServerGoal.Role role = new ServerGoal.Role(Failures.Terms.OF_EXPORT, exportDirectory, true, fhirUrl);
        KickOffGoal kickOff = new KickOffGoal(this, frame, role);
        Path directory = kickOff.server().directory();
        Optional<ExportState> begun = kickOff.begun(fhirUrl, directory);
        try (ServerGoal.OpenServer server = kickOff.server().open(fhirUrl, begun, fhirUrl)) {
            ExportConfig config = kickOff.config(server.fhirUrl(), directory, begun, List.of());
            kickOff.warnAboutTarget("exportDirectory", config.directory());
            return kickOff.export(config, server.known());
        }
    }
}
