package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.etl.EtlFolders;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.run.HydrationRun;
import io.github.cumulusmaven.run.HydrationSettings;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.UrlRewriting;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a finished export what servers do not export in bulk: Medications that are referred to, and the bodies of clinical
 * notes. New files lie beside the old ones, which do not change. A second run fetches only what is still missing, also after
 * a run that was killed.
 *
 * @since 0.1.0
 */
@Mojo(name = "hydrate", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class HydrateMojo extends AbstractServerMojo {
    /**
     * What is fetched: {@code medications} (those that MedicationRequests, MedicationDispenses and MedicationAdministrations
     * refer to, into {@code Medication.NNN.ndjson}) and {@code notes} (attachments of DocumentReferences and
     * DiagnosticReports that have a URL and no data; the resources with their notes inline go into
     * {@code X.notes.NNN.ndjson} beside {@code X.ndjson}).
     *
     * <pre>{@code
     * <hydrate>
     *   <kind>medications</kind>
     * </hydrate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.hydrate", defaultValue = "medications,notes")
    List<String> hydrate = HydrationKind.words();

    /**
     * The media types of notes that are fetched.
     *
     * <pre>{@code
     * <noteTypes>
     *   <noteType>text/plain</noteType>
     * </noteTypes>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.noteTypes", defaultValue = "text/plain,text/html,application/xhtml+xml")
    List<String> noteTypes = List.of();

    /**
     * How many bytes a note may have; larger ones are left out, and counted. Each request needs some five times as much
     * memory for the largest of its notes.
     *
     * <pre>{@code
     * <maxNoteSize>2000000</maxNoteSize>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxNoteSize", defaultValue = "10000000")
    long maxNoteSize;

    /**
     * How many requests there are at the same time, from 1 to 64; fewer, while the server says that it is too busy.
     *
     * <pre>{@code
     * <parallelDownloads>3</parallelDownloads>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.parallelDownloads", defaultValue = "5")
    int parallelDownloads;

    /**
     * The FHIR server, where it is not the one of the folder's export: for folders of other tools, of other users or
     * machines (whose {@code export.json} is not sealed by this user), or a server that has moved. References to other servers than this one are not followed.
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
     * A folder for lists of the resources that refer to something which could not be fetched, by their ids:
     * {@code documentreference/fetch-error.ndjson} and so on. Each run replaces the lists of the one before. It must not lie
     * in the {@code exportDirectory}.
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
     * What fraction of the things may be impossible to fetch before the build fails; all the others are fetched all the
     * same.
     *
     * <pre>{@code
     * <maxErrorRate>0.01</maxErrorRate>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.maxErrorRate", defaultValue = "0")
    double maxErrorRate;

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        ServerGoal.Role role = new ServerGoal.Role(Failures.Terms.OF_EXPORT, exportDirectory, false, text(fhirUrl));
        ServerGoal goal = new ServerGoal(this, frame, role);
        UrlRewriting.parse(urlRewrites);
        HydrationSettings settings = HydrationSettings.of(hydrate, noteTypes, maxNoteSize, parallelDownloads);
        if (settings.kinds().isEmpty()) {
            getLog().info("Nothing to do: hydrate is none.");
            return new Outcome.Done();
        }
        HydrationSettings.requireRate(maxErrorRate);
        Path path = goal.directory();
        if (goal.skipsPaused(path)) {
            return new Outcome.Skipped();
        }
        if (!Files.isDirectory(path)) {
            throw SettingMessages.refused("exportDirectory", path.toString(), "must be the folder of an export");
        }
        if (errorsTo != null) {
            EtlFolders.refuseInside(
                    "errorsTo", EtlSettings.path("errorsTo", errorsTo), path, InvalidSetting.Kind.IN_EXPORT);
        }
        try (ExportFolder folder = ExportFolder.forHydration(path)) {
            Optional<ExportState> export = finished(folder);
            String server = text(fhirUrl).isEmpty()
                    ? export.map(state -> state.request().server()).orElse("")
                    : text(fhirUrl);
            if (server.isEmpty()) {
                throw SettingMessages.refused(
                        "fhirUrl", "", "must name the server: the folder does not tell whose it is");
            }
            UrlRewrites rewrites = goal.vouching().rewrites(export);
            try (ServerGoal.OpenServer open = goal.open(server, export, text(fhirUrl))) {
                return hydrate(goal, settings, rewrites, folder, open.known());
            }
        }
    }

    private static Optional<ExportState> finished(ExportFolder folder) throws Exception {
        Optional<ExportState> state = folder.readState();
        if (state.isPresent() && !(state.get() instanceof ExportState.Done)) {
            throw SettingMessages.refused(
                    "exportDirectory",
                    folder.path().toString(),
                    "holds an export that is not finished; go on with the resume goal first");
        }
        return state;
    }

    private Outcome hydrate(
            ServerGoal goal, HydrationSettings settings, UrlRewrites rewrites, ExportFolder folder, KnownServer server)
            throws Exception {
        goal.frame().afterFailure(() -> "What came is kept; the same command goes on.");
        Outcome outcome;
        try (ServerGoal.ShownWork shown = goal.show()) {
            HydrationConsole console = new HydrationConsole(getLog(), shown.progress(), clock);
            outcome = new HydrationRun(goal.context(), settings, rewrites, console)
                    .hydrate(folder, server, Optional.ofNullable(errorsTo).map(File::toPath), maxErrorRate);
        }
        goal.frame().afterFailure(() -> "");
        getLog().info("In " + folder.path());
        return outcome;
    }
}
