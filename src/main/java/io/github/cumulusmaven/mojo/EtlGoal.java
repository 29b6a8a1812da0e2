package io.github.cumulusmaven.mojo;

import static io.github.cumulusmaven.mojo.AbstractCumulusMojo.text;

import io.github.cumulusmaven.bulk.ExportConfig;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.etl.EtlConfig;
import io.github.cumulusmaven.etl.Supplement;
import io.github.cumulusmaven.fhir.InvalidSetting;
import io.github.cumulusmaven.files.TemporaryFolder;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.run.EtlRun;
import io.github.cumulusmaven.run.ExportRun;
import io.github.cumulusmaven.run.HydrationRun;
import io.github.cumulusmaven.run.HydrationSettings;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.OnTheFly;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.SandboxSession;
import io.github.cumulusmaven.run.UrlRewriting;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes tables of folders, or of an export that it makes first. */
final class EtlGoal {
    private final EtlMojo parameters;
    private final KickOffGoal kickOff;
    private final ServerGoal server;
    private final String source;
    private final boolean fetchesMedications;
    private Optional<OnTheFly> onTheFly = Optional.empty();

    /** Begins the goal, whose failures say what became of the export that it has made. */
    EtlGoal(EtlMojo parameters, GoalFrame frame) throws InvalidSetting {
        this.parameters = parameters;
        this.source = EtlSettings.source(parameters);
        this.kickOff = new KickOffGoal(
                parameters,
                frame,
                new ServerGoal.Role(
                        new Failures.Terms("etl", "input", "exportTo", parameters.exportTo != null),
                        parameters.exportTo == null ? null : parameters.exportTo.getAbsoluteFile(),
                        true,
                        EtlSettings.server(parameters)));
        this.server = kickOff.server();
        this.fetchesMedications = HydrationSettings.kinds(parameters.hydrate).contains(HydrationKind.MEDICATIONS);
        frame.afterFailure(this::afterFailure);
    }

    Outcome run() throws Exception {
        if (EtlSettings.isServer(source)) {
            return exportFirst();
        }
        List<Path> folders = source.isEmpty()
                ? List.of(server.directory())
                : EtlSettings.folders(parameters.input, parameters.basedir);
        EtlSettings.refuseForFolder(parameters.exportTo);
        for (Path folder : folders) {
            if (server.skipsPaused(folder)) {
                return new Outcome.Skipped();
            }
        }
        kickOff.tellUnused();
        EtlRun run =
                run(folders, folders.stream().map(Path::toString).collect(Collectors.joining(",")), rewrites(folders));
        run.tidy(console(Progress.NONE));
        return buildOfFolders(run, folders);
    }

    private Outcome buildOfFolders(EtlRun run, List<Path> folders) throws Exception {
        String fhirUrl = text(parameters.fhirUrl);
        boolean wants = !fhirUrl.isEmpty() && fetchesMedications;
        boolean fetches = wants && (!server.isOffline() || SandboxSession.isNamed(fhirUrl));
        Optional<Outcome> before = upToDate(run, wants, fetches);
        if (before.isPresent()) {
            return before.get();
        }
        if (wants && !fetches) {
            parameters.getLog().warn("Maven is offline: Medications that the folder lacks are not fetched.");
        }
        if (!fetches) {
            return build(run, false, shown -> Optional.empty());
        }
        run.check(List.of());
        Optional<ExportState> export = folders.stream()
                .flatMap(folder -> ExportGoal.state(folder).stream())
                .filter(state -> ExportRun.isOf(fhirUrl, state))
                .findFirst();
        TemporaryFolder fetched = TemporaryFolder.in(run.config().folders().phi());
        HydrationSettings medications = HydrationSettings.ofMedications(parameters.parallelDownloads);
        UrlRewrites rewrites = server.vouching().rewrites(export);
        try (ServerGoal.OpenServer open = server.open(fhirUrl, export, fhirUrl)) {
            try {
                return build(
                        run,
                        false,
                        shown -> Optional.of(
                                hydration(medications, rewrites, shown).medications(fetched, open.known())));
            } finally {
                delete(fetched);
            }
        }
    }

    /** What the servers of all the folders call themselves, so that references by these names join. */
    private UrlRewrites rewrites(List<Path> folders) throws InvalidSetting {
        Map<URI, URI> bases = new LinkedHashMap<>();
        for (Path folder : folders) {
            server.vouching().rewrites(ExportGoal.state(folder)).bases().forEach(bases::putIfAbsent);
        }
        return new UrlRewrites(bases);
    }

    /** A failure here must not hide the one that led here. */
    private void delete(TemporaryFolder fetched) {
        try {
            fetched.delete();
        } catch (IOException undeletable) {
            parameters
                    .getLog()
                    .warn("Could not delete all of " + fetched.path() + ": " + Failures.reason(undeletable)
                            + ". Delete it.");
        }
    }

    private HydrationRun hydration(HydrationSettings medications, UrlRewrites rewrites, Progress shown) {
        return new HydrationRun(
                server.context(),
                medications,
                rewrites,
                new HydrationConsole(parameters.getLog(), shown, parameters.clock));
    }

    /** All that can be refused is refused before the server is asked: an export may take days. */
    private Outcome exportFirst() throws Exception {
        if (parameters.exportTo == null && !text(parameters.waitUpTo).isEmpty()) {
            throw SettingMessages.refused(
                    "waitUpTo",
                    text(parameters.waitUpTo),
                    "needs exportTo: without it, what came is deleted when this goal ends");
        }
        OnTheFly export = OnTheFly.of(
                Optional.ofNullable(server.role().folder()).map(File::toPath),
                EtlSettings.path("phiDirectory", parameters.phiDirectory),
                console(Progress.NONE));
        Optional<ExportState> begun = kickOff.begun(source, export.folder());
        EtlRun run = run(
                List.of(export.folder()),
                RedactedUrl.of(source),
                server.vouching().rewrites(begun));
        try (ServerGoal.OpenServer open = server.open(source, begun, source)) {
            KnownServer known = open.known();
            ExportConfig config = kickOff.config(open.fhirUrl(), export.folder(), begun, run.namedTypes());
            boolean isExported = parameters.exportTo != null
                    && ExportFolder.look(export.folder()).orElse(null) instanceof ExportState.Done;
            if (isExported
                    && upToDate(run, fetchesMedications, fetchesMedications).isPresent()) {
                return kickOff.export(config, known);
            }
            run.check(config.parameters().types());
            run.tidy(console(Progress.NONE));
            kickOff.warnAboutTarget("exportTo", export.folder());
            onTheFly = Optional.of(export);
            HydrationSettings medications = HydrationSettings.ofMedications(parameters.parallelDownloads);
            UrlRewrites rewrites = UrlRewriting.remembered(config.client());
            Function<Progress, Optional<Supplement>> supplement = shown -> fetchesMedications
                    ? Optional.of(hydration(medications, rewrites, shown).medications(export.folder(), known))
                    : Optional.empty();
            return export.run(() -> kickOff.export(config, known), () -> build(run, true, supplement));
        }
    }

    private EtlConsole console(Progress shown) {
        return new EtlConsole(parameters.getLog(), shown, parameters.clock);
    }

    private Optional<Outcome> upToDate(EtlRun run, boolean wants, boolean fetches) throws Exception {
        Optional<Outcome.BuiltBefore> before = run.upToDate(wants, fetches);
        before.ifPresent(console(Progress.NONE)::ended);
        return before.map(Outcome.class::cast);
    }

    /** Makes the tables, and shows how far they are; where it should, it waits for a run with the same secrets. */
    private Outcome build(EtlRun run, boolean waits, Function<Progress, Optional<Supplement>> medications)
            throws Exception {
        try (Progress shown = server.progress()) {
            EtlConsole console = console(shown);
            Optional<Supplement> supplement = medications.apply(shown);
            Outcome outcome = waits ? run.buildWhenFree(console, supplement) : run.build(console, supplement);
            console.ended(outcome);
            return outcome;
        }
    }

    private EtlRun run(List<Path> sources, String name, UrlRewrites rewrites) throws Exception {
        EtlConfig config = EtlSettings.config(parameters, sources, name, rewrites, kickOff.buildDirectory());
        return new EtlRun(server.context(), config, EtlSettings.rules(Optional.ofNullable(parameters.deidRules)));
    }

    private String afterFailure() {
        CommandLine tables = server.command("etl")
                .with("input", parameters.exportTo)
                .with("outputDirectory", parameters.outputDirectory)
                .with("phiDirectory", parameters.phiDirectory)
                .with("trustPhiDirectory", parameters.trustPhiDirectory ? "true" : null)
                .with("deidRules", parameters.deidRules)
                .with("acknowledgedFindings", parameters.acknowledgedFindings);
        return onTheFly.flatMap(OnTheFly::fate)
                .map(fate -> EtlFailures.fate(fate, kickOff.goal().afterFailure(), server.ownServer(), tables))
                .orElse("");
    }
}
