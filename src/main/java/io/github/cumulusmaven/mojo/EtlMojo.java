package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.run.Outcome;
import java.io.File;
import java.util.List;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Makes de-identified tables of an export, which is in a folder or is made first, for Cumulus Library: names, addresses, numbers and exact birth dates
 * go, ids become hashes that only the PHI folder can trace back, and a record says which tables are complete.
 *
 * @since 0.1.0
 */
@Mojo(name = "etl", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class EtlMojo extends AbstractKickOffMojo {
    /**
     * The folder of an export: NDJSON files at any depth, also gzipped, and the export's {@code log.ndjson}; the
     * {@code exportDirectory}, if not said. A file whose name tells no resource type is read line by line. Several folders
     * stand for several exports, for example of Encounters first and of the rest later: each one's tables are complete as of
     * its own time, and of a resource in several the latest stays. Or a FHIR server and whose data to export, as
     * {@code cumulus:export} takes it ({@code https://…}, {@code sandbox:}): then the export is made first, with the
     * parameters of that goal, and into a temporary folder, or into {@code exportTo}.
     *
     * <pre>{@code
     * <input>
     *   <folder>/data/phi/export-2026-11</folder>
     * </input>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.input")
    List<String> input = List.of();

    /**
     * Where an export goes that is made because {@code input} is a FHIR server, as {@code exportDirectory} of
     * {@code cumulus:export}. It stays there: what fails can be gone on with. Without it, the export goes into a private
     * folder in {@code phiDirectory} (not in the system's folder for temporary files, which is often small), which is
     * deleted at the end, also of a failed or stopped run. For an export of more than an hour, better say it.
     *
     * <pre>{@code
     * <exportTo>/data/phi/export-2026-11</exportTo>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportTo")
    @Nullable
    File exportTo;

    /**
     * The folder of the tables. Others may see what is in it. It must be empty; where it holds the tables that this run would
     * make, of the same input with the same parameters, the goal says that they are up to date, and is done.
     *
     * <pre>{@code
     * <outputDirectory>/data/cumulus/2026-11</outputDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.outputDirectory", defaultValue = "${basedir}/cumulus/output")
    @Nullable
    File outputDirectory;

    /**
     * The folder of the secrets, which turn patients' ids into others and back: keep it private, back it up, and use the
     * same one for each run. Cumulus ETL's own can be used. It is made where it does not exist, for its owner only; it must
     * not lie in {@code outputDirectory} nor in {@code target}.
     *
     * <pre>{@code
     * <phiDirectory>/secure/cumulus-phi</phiDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.phiDirectory", required = true)
    @Nullable
    File phiDirectory;

    /**
     * Uses the {@code phiDirectory} though it, or its codebook, belongs to another user or others may write it: for a folder
     * that a group shares on purpose, and for file systems that know no owners. Its rights are left as they are. Who can
     * write there can find out which row is whose; the run's {@code report.json} says that this was set.
     *
     * <pre>{@code
     * <trustPhiDirectory>true</trustPhiDirectory>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.trustPhiDirectory", defaultValue = "false")
    boolean trustPhiDirectory;

    /**
     * How the tables are written: {@code ndjson}.
     *
     * <pre>{@code
     * <outputFormat>ndjson</outputFormat>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.outputFormat", defaultValue = "ndjson")
    String outputFormat = "ndjson";

    /**
     * How many rows a file of a table has.
     *
     * <pre>{@code
     * <batchSize>50000</batchSize>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.batchSize", defaultValue = "100000")
    int batchSize;

    /**
     * The tables to make, by their resource types; all for which there is input, if not said. Each one named must have
     * input.
     *
     * <pre>{@code
     * <tasks>
     *   <task>encounter</task>
     *   <task>patient</task>
     * </tasks>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.tasks")
    List<String> tasks = List.of();

    /**
     * Resource types for which no tables are made, and that the completion tables and {@code job_config.json} name as absent
     * on purpose. That is a record only: Cumulus Library does not read it, and goes on to wait for these tables. Where a
     * type will never come, see {@code allowMissingResources}.
     *
     * <pre>{@code
     * <excludeResources>
     *   <type>Immunization</type>
     * </excludeResources>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.excludeResources")
    List<String> excludeResources = List.of();

    /**
     * Makes empty tables where there is no input, and calls them complete: for an export that was asked for these types, or
     * for all, and brought none of them. Where the export's log or {@code export.json} shows that, it is done without this
     * parameter. A type that the export's {@code _type} leaves out stays incomplete; see {@code completeResources}.
     *
     * <pre>{@code
     * <allowMissingResources>true</allowMissingResources>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.allowMissingResources", defaultValue = "false")
    boolean allowMissingResources;

    /**
     * Resource types that you vouch for: their tables are called complete though a {@code _typeFilter} limited the export, or
     * the export was not asked for them (then the table is empty). Say so only where what is left out is nothing that a study
     * may count. {@code report.json} records it. Resources that were lost are no matter of vouching.
     *
     * <pre>{@code
     * <completeResources>
     *   <type>Condition</type>
     * </completeResources>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.completeResources")
    List<String> completeResources = List.of();

    /**
     * A folder for copies of the lines that could not become rows. They are patients' data as they came: the folder is
     * made for its owner only.
     *
     * <pre>{@code
     * <errorsTo>/secure/cumulus-errors</errorsTo>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.errorsTo")
    @Nullable
    File errorsTo;

    /**
     * What fraction of the resources may be unreadable before the build fails; the rest is written all the same.
     *
     * <pre>{@code
     * <maxErrorRate>0.001</maxErrorRate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxErrorRate", defaultValue = "0")
    double maxErrorRate;

    /**
     * The group whose data these are, instead of what {@code log.ndjson} says; of several folders, of those that do not say it.
     *
     * <pre>{@code
     * <exportGroup>cohort-7</exportGroup>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportGroup")
    @Nullable
    String exportGroup;

    /**
     * Up to when the data are complete, instead of what {@code log.ndjson} says (of several folders, of those that do not say
     * it): a date, which means its beginning in UTC, or a time with seconds and a zone.
     *
     * <pre>{@code
     * <exportTimestamp>2026-11-01T00:00:00-05:00</exportTimestamp>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.exportTimestamp")
    @Nullable
    String exportTimestamp;

    /**
     * A remark for the record of the run.
     *
     * <pre>{@code
     * <comment>first run after the upgrade</comment>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.comment")
    @Nullable
    String comment;

    /**
     * A file of rules for de-identification that adds to the built-in ones: extensions and elements to keep or to drop. The
     * report at the end of a run has lines for it.
     *
     * <pre>{@code
     * <deidRules>deid-rules.txt</deidRules>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.deidRules")
    @Nullable
    File deidRules;

    /**
     * How many rows are compared with what identifies the input's Patients (names, identifiers, phone numbers, street
     * lines, birth dates, ids) before anybody sees them: {@code sampled}, which costs little, {@code full}, or
     * {@code off}. Where something is found, nothing is published and the build fails; it says where, not what.
     *
     * <pre>{@code
     * <phiCanary>full</phiCanary>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.phiCanary", defaultValue = "sampled")
    String phiCanary = "sampled";

    /**
     * A file of findings of the PHI canary that a person has looked at and that are harmless, such as an order "Lab Test"
     * where there is a test patient of that name: a line each, by element and kind, with the reason behind a {@code #}. The
     * message about findings has the lines. They do not keep tables from being published, and go on record.
     *
     * <pre>{@code
     * <acknowledgedFindings>acknowledged-findings.txt</acknowledgedFindings>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.acknowledgedFindings")
    @Nullable
    File acknowledgedFindings;

    /**
     * A folder with Patients that the PHI canary looks for beside those of the input: for an input that has none, such as the
     * exports that come after that of the Patients.
     *
     * <pre>{@code
     * <canaryPatients>/data/phi/patients-2026-11</canaryPatients>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.canaryPatients")
    @Nullable
    File canaryPatients;

    /**
     * The FHIR server of a folder, which is asked for the Medications that the folder lacks (see {@code hydrate}), and whose
     * URLs in references are taken for its own. Where {@code input} is a server, that one is asked.
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

    /**
     * What is fetched beside the input, where a server is known: {@code medications} that are referred to and that the input
     * lacks, as many servers do not export them; or {@code none}. Notes are nothing for tables; {@code cumulus:hydrate}
     * fetches them, too.
     *
     * <pre>{@code
     * <hydrate>none</hydrate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.hydrate", defaultValue = "medications")
    List<String> hydrate = List.of("medications");

    @Parameter(defaultValue = "${basedir}", readonly = true)
    @Nullable
    File basedir;

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        return new EtlGoal(this, frame).run();
    }
}
