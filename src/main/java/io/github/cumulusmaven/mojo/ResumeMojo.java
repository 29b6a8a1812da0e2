package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.bulk.Patience;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.SandboxSession;
import io.github.cumulusmaven.run.ServerAccess;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with an export that was interrupted, from its folder alone, or takes over the job of another tool. What was
 * asked for is not changed by any parameter; what is whole is not fetched again. The folder also knows how the SMART client
 * was named ({@code serverId}, or {@code smartClientId} and {@code smartJwks}); another one can be named.
 *
 * @since 0.1.0
 */
@Mojo(name = "resume", threadSafe = true, requiresProject = false, configurator = GoalConfigurator.HINT)
public class ResumeMojo extends AbstractExportMojo {
    /**
     * The status URL (polling URL, {@code Content-Location}) of a job that another tool began, or whose folder is lost;
     * percent-encoded or not. The {@code exportDirectory} may be new. Needs {@code fhirUrl}, unless the folder knows the
     * export.
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
     * Another name of {@code statusUrl}: the one that Cumulus ETL gives it.
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
     * With {@code statusUrl}: the FHIR server and whose data the job exports, as in the export goal ({@code …/Group/ID}). Its
     * base says where tokens come from, and the group is noted for the tables. A folder knows its own; but where its
     * {@code export.json} is not sealed by this user, it is believed only if it names the same server as this parameter, or
     * one to which the {@code <server>} is pinned.
     *
     * <pre>{@code
     * <fhirUrl>https://ehr.example/fhir/R4/Group/cumulus</fhirUrl>
     * }</pre>
     *
     * @since 0.1.0
     */
    @Parameter(property = "cumulus.fhirUrl")
    @Nullable
    String fhirUrl;

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

    @Override
    Outcome run(GoalFrame frame) throws Exception {
        ServerGoal.Role role = new ServerGoal.Role(Failures.Terms.OF_EXPORT, exportDirectory, false, "");
        ServerGoal server = new ServerGoal(this, frame, role);
        ExportGoal goal = new ExportGoal(this, server);
        String setting = text(statusUrl).isEmpty() ? "resume" : "statusUrl";
        String named = text(statusUrl).isEmpty() ? text(resume) : text(statusUrl);
        if (!named.isEmpty()) {
            URI url = StatusUrl.parse(setting, named);
            if (!text(resume).isEmpty()
                    && !StatusUrl.parse("resume", text(resume)).equals(url)) {
                throw SettingMessages.refused("statusUrl", "", "and <resume> name different jobs: give one of them");
            }
            return takeOver(url, goal);
        }
        try (ExportFolder folder = ExportFolder.forResumption(server.directory())) {
            ExportState state = folder.readState().orElseThrow();
            tellIgnored(Optional.of(state.request()));
            String resumed = state.request().server();
            try (ServerGoal.OpenServer open = server.open(resumed, Optional.of(state), text(fhirUrl))) {
                ExportConfig config = config(state, open.fhirUrl(), goal);
                return goal.export(config, open.known(), run -> run.resume(config, folder, open.known()));
            }
        }
    }

    private Outcome takeOver(URI url, ExportGoal goal) throws Exception {
        try (ExportFolder folder = ExportFolder.take(goal.server().directory())) {
            Optional<ExportState> state = folder.readState();
            refuseFinished(state, url, folder);
            tellIgnored(state.map(ExportState::request));
            ExportConfig config = state.isPresent()
                    ? config(state.get(), state.get().request().fhirUrl(), goal)
                    : config(goal);
            KnownServer known = goal.server().server(config.target().base(), state, text(fhirUrl));
            return goal.export(config, known, run -> run.adopt(config, folder, url, known));
        }
    }

    private static void refuseFinished(Optional<ExportState> state, URI url, ExportFolder folder) throws ExportFailure {
        if (state.isPresent()
                && state.get() instanceof ExportState.Done done
                && !done.job().statusUrl().equals(url)) {
            throw new ExportFailure(
                    ExportFailure.Kind.FOLDER_FINISHED,
                    folder.path().toString(),
                    ExportFailure.Reason.KICKED_OFF,
                    done.request().kickedOff());
        }
    }

    /** What was fixed by the kick-off; of parameters that only the export goal has, {@link GivenParameters} warns. */
    private void tellIgnored(Optional<ExportRequest> known) throws InvalidSetting {
        SortedSet<String> ignored = new TreeSet<>();
        if (known.isPresent() && !text(fhirUrl).isEmpty() && !isBaseOf(known.get())) {
            ignored.add("fhirUrl");
        }
        if (known.isPresent() && compress && !known.get().compress()) {
            ignored.add("compress");
        }
        if (!ignored.isEmpty()) {
            getLog().warn("What is exported was fixed by the kick-off; not looked at: " + String.join(", ", ignored)
                    + ".");
        }
    }

    private boolean isBaseOf(ExportRequest known) throws InvalidSetting {
        if (SandboxSession.isNamed(text(fhirUrl)) || known.sandbox().isPresent()) {
            return text(fhirUrl).equals(known.server());
        }
        return ServerAccess.isSameBase(
                ExportTarget.parse(text(fhirUrl)).base(),
                ExportTarget.parse(known.fhirUrl()).base());
    }

    /** For a job that no folder knows. */
    private ExportConfig config(ExportGoal goal) throws InvalidSetting {
        if (text(fhirUrl).isEmpty()) {
            throw SettingMessages.refused(
                    "fhirUrl", "", "must name the server of the job, and its group, where statusUrl is given");
        }
        ExportTarget target = ExportTarget.parse(text(fhirUrl));
        ExportParameters what = ExportParameters.of(ExportParameters.Wishes.NONE, target.query());
        return config(target, what, compress, goal)
                .with(goal.server().vouching().remembered(Optional.empty()));
    }

    /** What a folder's export asks for, of its server at this URL: that of a sandbox is another one each time. */
    private static ExportConfig config(ExportState state, String url, ExportGoal goal) throws InvalidSetting {
        ExportRequest request = state.request();
        ExportParameters what = new ExportParameters(request.parameters());
        return config(ExportTarget.parse(url), what, request.compress(), goal)
                .with(
                        goal.server().ownServer()
                                ? Map.of(ExportRequest.SANDBOX, request.server())
                                : goal.server().vouching().remembered(Optional.of(state)));
    }

    private static ExportConfig config(ExportTarget target, ExportParameters what, boolean compressed, ExportGoal goal)
            throws InvalidSetting {
        return goal.config(target, what, goal.server().directory(), compressed, Patience.DEFAULT.kickoffRetryWindow())
                .validated();
    }
}
