package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportParameters;
import io.github.cumulusmaven.bulk.ExportRequest;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportTarget;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.SandboxSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Begins exports for a goal.
 *
 * @param parameters say what is asked for
 * @param goal brings the files over
 */
record KickOffGoal(AbstractKickOffMojo parameters, ExportGoal goal) {
    KickOffGoal(AbstractKickOffMojo parameters, GoalFrame frame, ServerGoal.Role role) throws InvalidSetting {
        this(parameters, new ExportGoal(parameters, new ServerGoal(parameters, frame, role)));
    }

    ServerGoal server() {
        return goal.server();
    }

    /**
     * Makes the settings of the export that the parameters describe.
     *
     * @param begun what the folder holds of it already
     * @param otherwise the types that count where neither the parameters nor the URL name any
     */
    ExportConfig config(String url, Path directory, Optional<ExportState> begun, List<String> otherwise)
            throws InvalidSetting {
        ExportTarget target = ExportTarget.parse(url);
        ExportParameters.unknown(target.query()).forEach(this::warnOfUnknown);
        boolean named = !parameters.types.isEmpty() || target.query().containsKey("_type");
        ExportParameters.Wishes wishes = new ExportParameters.Wishes(
                named ? parameters.types : otherwise,
                text(parameters.since),
                text(parameters.until),
                parameters.typeFilters,
                parameters.elements,
                parameters.includeAssociatedData);
        ExportParameters what = ExportParameters.of(wishes, target.query());
        warnOfFuture(what.values().getOrDefault("_since", ""));
        Duration window = ExportGoal.duration("kickoffRetryWindow", parameters.kickoffRetryWindow);
        return goal.config(target, what, directory, parameters.compress, window)
                .with(
                        server().ownServer()
                                ? sandbox(target)
                                : server().vouching().remembered(begun))
                .validated();
    }

    private void warnOfUnknown(String name) {
        parameters
                .getLog()
                .warn(Consoles.printable("fhirUrl has the parameter " + name + ", which is none of an export"
                        + ExportParameters.closest(name)
                                .map(close -> " (did you mean " + close + "?)")
                                .orElse("")
                        + ": it is sent as it is, and most servers ignore it or refuse."));
    }

    private void warnOfFuture(String time) {
        if (FhirInstant.parse(time).filter(parameters.clock.instant()::isBefore).isPresent()) {
            parameters
                    .getLog()
                    .warn("since is in the future (" + time
                            + "): the server will hardly have anything that changed after it.");
        }
    }

    /** The export of the same server that the folder may hold already, unless it is to be given up. */
    Optional<ExportState> begun(String url, Path directory) throws InvalidSetting, ExportFailure {
        return parameters.restart ? Optional.empty() : ExportRun.begun(url, directory);
    }

    private static Map<String, String> sandbox(ExportTarget target) {
        return Map.of(
                ExportRequest.SANDBOX,
                SandboxSession.SCHEME + target.level().path().replaceFirst("^/", ""));
    }

    /** Some poms configure all goals at once; but who reads a folder and named a date expects it to count. */
    void tellUnused() {
        Map<String, Boolean> set = new LinkedHashMap<>();
        set.put("types", !parameters.types.isEmpty());
        set.put("since", !text(parameters.since).isEmpty());
        set.put("until", !text(parameters.until).isEmpty());
        set.put("typeFilters", !parameters.typeFilters.isEmpty());
        set.put("elements", !parameters.elements.isEmpty());
        set.put("includeAssociatedData", !parameters.includeAssociatedData.isEmpty());
        set.put("compress", parameters.compress);
        set.values().removeIf(used -> !used);
        if (!set.isEmpty()) {
            parameters
                    .getLog()
                    .info("Only for exports, and of no effect on a folder: " + String.join(", ", set.keySet()));
        }
    }

    Outcome export(ExportConfig config, KnownServer known) throws Exception {
        boolean restart = parameters.restart;
        try (ExportFolder folder = ExportFolder.forExport(config, restart)) {
            Optional<Outcome> before = ExportRun.upToDate(folder);
            return before.isPresent()
                    ? goal.upToDate(before.get(), config, known)
                    : goal.export(config, known, run -> run.begin(config, folder, restart, known));
        }
    }

    Optional<Path> buildDirectory() {
        return Optional.ofNullable(parameters.buildDirectory)
                .map(build -> Path.of(build).toAbsolutePath().normalize());
    }

    void warnAboutTarget(String setting, Path directory) {
        if (buildDirectory().filter(directory::startsWith).isPresent()) {
            parameters
                    .getLog()
                    .warn(setting + " lies under " + parameters.buildDirectory
                            + ": mvn clean will delete it, finished or not.");
        }
    }
}
