package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.InvalidSetting;
import io.github.cumulusmaven.bulk.Patience;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Exports patients' data in bulk from a FHIR server into a folder of NDJSON files: kick-off, polling, verified downloads,
 * clean-up on the server.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/export.html">FHIR Bulk Data Access</a>
 * @since 0.1.0
 */
@Mojo(name = "export", threadSafe = true, requiresProject = false, requiresOnline = true)
public class ExportMojo extends AbstractExportMojo {
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

    /**
     * The resource types to export ({@code _type}); all that the server gives, if not said.
     *
     * <pre>{@code
     * <types>
     *   <type>Patient</type>
     *   <type>Encounter</type>
     * </types>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.types")
    List<String> types = List.of();

    /**
     * Only what changed at or after this time ({@code _since}): a date, which means its beginning in UTC, or a time with
     * seconds and a zone.
     *
     * <pre>{@code
     * <since>2026-01-01T00:00:00-05:00</since>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.since")
    @Nullable
    String since;

    /**
     * Only what changed before or at this time ({@code _until}, Bulk Data IG 3), written as {@code since}.
     *
     * <pre>{@code
     * <until>2026-07-01</until>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.until")
    @Nullable
    String until;

    /**
     * FHIR searches, each on one type, that the resources must match ({@code _typeFilter}). Filters with commas belong
     * into the pom: on the command line, a comma separates filters.
     *
     * <pre>{@code
     * <typeFilters>
     *   <typeFilter>Observation?category=laboratory,vital-signs</typeFilter>
     * </typeFilters>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.typeFilters")
    List<String> typeFilters = List.of();

    /**
     * Only these elements ({@code _elements}): {@code element} of all types or {@code Type.element}.
     *
     * <pre>{@code
     * <elements>
     *   <element>Patient.birthDate</element>
     * </elements>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.elements")
    List<String> elements = List.of();

    /**
     * Further resources about the exported ones ({@code includeAssociatedData}).
     *
     * <pre>{@code
     * <includeAssociatedData>
     *   <set>LatestProvenanceResources</set>
     * </includeAssociatedData>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.includeAssociatedData")
    List<String> includeAssociatedData = List.of();

    /**
     * Keeps the files as {@code .ndjson.gz}; what the server sends compressed is stored as it came.
     *
     * <pre>{@code
     * <compress>true</compress>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.compress", defaultValue = "false")
    boolean compress;

    /** Where {@code mvn clean} deletes. */
    @Parameter(defaultValue = "${project.build.directory}", readonly = true)
    @Nullable
    String buildDirectory;

    @Inject
    ExportMojo(SettingsDecrypter decrypter) {
        super(decrypter);
    }

    @Override
    boolean serverEndsWithGoal() {
        return fhirUrl.startsWith(SandboxSession.SCHEME);
    }

    @Override
    void work() throws Exception {
        if (serverEndsWithGoal()) {
            try (SandboxSession sandbox = SandboxSession.start(clock(), getLog())) {
                getLog().info("Sandbox: synthetic patients at " + sandbox.url("") + ", until this goal ends");
                export(sandbox.url(fhirUrl.substring(SandboxSession.SCHEME.length())), Optional.of(sandbox.client()));
            }
        } else {
            export(fhirUrl, client());
        }
    }

    private void export(String url, Optional<ServerAccess.Client> client) throws Exception {
        ExportConfig config = config(url);
        warnAboutTarget(config.directory());
        try (ExportFolder folder = ExportFolder.forExport(config, false)) {
            export(config, folder, client, export -> export.start(folder, false));
        }
    }

    private ExportConfig config(String url) throws InvalidSetting {
        ExportTarget target = ExportTarget.parse(url);
        ExportParameters.Wishes wishes = new ExportParameters.Wishes(
                types, text(since), text(until), typeFilters, elements, includeAssociatedData);
        return new ExportConfig(
                        target,
                        ExportParameters.of(wishes, target.query()),
                        directory(),
                        parallelDownloads,
                        compress,
                        new Patience(
                                longestPoll(),
                                Patience.DEFAULT.kickoffRetryWindow(),
                                Patience.DEFAULT.maxWait(),
                                Optional.empty()))
                .validated();
    }

    private void warnAboutTarget(Path directory) {
        if (buildDirectory != null
                && directory.startsWith(Path.of(buildDirectory).toAbsolutePath().normalize())) {
            getLog().warn("exportDirectory lies under " + buildDirectory
                    + ": mvn clean will delete it, finished or not.");
        }
    }
}
