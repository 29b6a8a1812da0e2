package io.github.cumulusmaven.mojo;

import java.util.List;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** Holds the parameters of the goals that begin an export: what they ask for. */
abstract class AbstractKickOffMojo extends AbstractExportMojo {
    /**
     * The resource types to export ({@code _type}); all that the server gives, if not said, or in
     * {@code cumulus:etl} those of its {@code tasks}, if these are.
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

    /**
     * How long a server may be too busy to begin (HTTP 429 or 503), as an ISO 8601 duration: it is asked again when it says,
     * or more and more seldom. Counts anew in each run.
     *
     * <pre>{@code
     * <kickoffRetryWindow>PT1H</kickoffRetryWindow>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.kickoffRetryWindow", defaultValue = "PT24H")
    String kickoffRetryWindow = "PT24H";

    /**
     * Gives up an unfinished export in the folder, which is otherwise gone on with: its job is cancelled, its files are
     * deleted, and the export begins anew. A finished export is never deleted.
     *
     * <pre>{@code
     * <restart>true</restart>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.restart", defaultValue = "false")
    boolean restart;

    /** Where {@code mvn clean} deletes. */
    @Parameter(defaultValue = "${project.build.directory}", readonly = true)
    @Nullable
    String buildDirectory;
}
