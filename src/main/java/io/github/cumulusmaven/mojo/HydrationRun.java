package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.bulk.AddedFile;
import io.github.cumulusmaven.bulk.ExportFailure;
import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.WholeFile;
import io.github.cumulusmaven.etl.Supplement;
import io.github.cumulusmaven.fhir.ndjson.InputFile;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.files.TemporaryFolder;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.hydrate.FailureList;
import io.github.cumulusmaven.hydrate.Fetcher;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.hydrate.Hydrator;
import io.github.cumulusmaven.hydrate.MedicationHydrator;
import io.github.cumulusmaven.hydrate.NoteHydrator;
import io.github.cumulusmaven.hydrate.NoteSettings;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.maven.plugin.logging.Log;

/**
 * Fetches what an export leaves out, with what that takes from the build around it.
 *
 * @param kinds what is fetched
 * @param notes which notes
 * @param parallel requests at a time
 * @param log of the build
 * @param userAgent what servers see
 * @param clock of the JVM
 * @param sleeper waits
 * @param rewrites the addresses of servers that call themselves otherwise
 * @param secrets that nobody is to be shown
 */
record HydrationRun(
        Set<HydrationKind> kinds,
        NoteSettings notes,
        int parallel,
        Log log,
        String userAgent,
        InstantSource clock,
        Sleeper sleeper,
        UrlRewrites rewrites,
        Secrets secrets) {
    /** The names of what hydrators make. Whatever else a user puts into a folder is not ours to note. */
    private static final Pattern MADE = Pattern.compile(".+\\.\\d{3,}\\.ndjson");

    /** The same with servers at other addresses. */
    HydrationRun rewriting(UrlRewrites known) {
        return new HydrationRun(kinds, notes, parallel, log, userAgent, clock, sleeper, known, secrets);
    }

    /**
     * All of it, into the folder itself.
     *
     * @param vouched whether more than an unsealed folder names the server
     */
    List<Hydrated> run(
            Path folder,
            URI base,
            boolean vouched,
            Optional<ServerAccess.Client> client,
            FailureList failures,
            Progress progress)
            throws IOException, InterruptedException {
        HydrationConsole console = new HydrationConsole(log, progress, clock);
        List<Hydrated> results = new ArrayList<>();
        try (HttpGateway gateway = HttpGateway.forSmallAnswers(HttpGateway.Limits.DEFAULT, userAgent, clock, secrets)) {
            gateway.rewriting(rewrites);
            if (vouched) {
                gateway.allow(base);
            }
            Authorizer credentials = credentials(gateway, base, client, progress);
            for (HydrationKind kind : kinds) {
                // that a server refuses one kind says nothing of the other
                Fetcher fetcher = new Fetcher(base, gateway, credentials, sleeper, console, parallel);
                Hydrator hydrator = kind == HydrationKind.NOTES
                        ? new NoteHydrator(fetcher, notes, failures, console)
                        : new MedicationHydrator(fetcher, failures, console);
                Hydrated result = hydrator.hydrate(InputFolder.scan(folder), folder.toRealPath());
                console.summary(result);
                results.add(result);
            }
        }
        return results;
    }

    private Authorizer credentials(
            HttpGateway gateway, URI base, Optional<ServerAccess.Client> client, Progress progress) {
        ServerAccess access = new ServerAccess(
                gateway, sleeper, clock, new ExportConsole(log, progress, clock, ExportConsole.Commands.NONE));
        List<String> types = kinds.stream().map(HydrationKind::scopeType).toList();
        return new DeferredAuthorizer(() -> access.authorizer(base, types, client));
    }

    /** The Medications that a run of the ETL lacks, into the folder of the export that it has made for itself. */
    Supplement medications(Path export, URI base, Optional<ServerAccess.Client> client, Progress progress) {
        return (input, failures) -> {
            try (ExportFolder folder = ExportFolder.forHydration(export)) {
                Hydrated result = medications(input, export.toRealPath(), base, client, failures, progress);
                record(folder, List.of(result));
                return supplied(result, export);
            } catch (ExportFailure failure) {
                throw new IOException(failure.getMessage(), failure);
            }
        };
    }

    /** The same into a temporary folder. */
    Supplement medications(TemporaryFolder target, URI base, Optional<ServerAccess.Client> client, Progress progress) {
        return (input, failures) -> {
            target.create();
            Hydrated result = medications(input, target.path().toRealPath(), base, client, failures, progress);
            return supplied(result, target.path());
        };
    }

    private static Supplement.Supplied supplied(Hydrated result, Path folder) {
        return new Supplement.Supplied(
                result,
                result.files().stream()
                        .map(file -> new InputFile(folder.resolve(file.path()), file.path()))
                        .toList());
    }

    private Hydrated medications(
            InputFolder input,
            Path target,
            URI base,
            Optional<ServerAccess.Client> client,
            FailureList failures,
            Progress progress)
            throws IOException, InterruptedException {
        HydrationConsole console = new HydrationConsole(log, progress, clock);
        try (HttpGateway gateway = HttpGateway.forSmallAnswers(HttpGateway.Limits.DEFAULT, userAgent, clock, secrets)) {
            Authorizer credentials = credentials(gateway, base, client, progress);
            Fetcher fetcher =
                    new Fetcher(base, gateway.rewriting(rewrites).allow(base), credentials, sleeper, console, parallel);
            return new MedicationHydrator(fetcher, failures, console).hydrate(input, target);
        } finally {
            progress.show(() -> "");
        }
    }

    /** Notes in the folder of an export what was added to it; in other folders, nothing. */
    void record(ExportFolder folder, List<Hydrated> results) throws ExportFailure, IOException {
        if (!(folder.readState().orElse(null) instanceof ExportState.Done done)) {
            return;
        }
        List<AddedFile> files = added(done, folder, results);
        Optional<Boolean> allMedications = results.stream()
                .filter(result -> result.kind() == HydrationKind.MEDICATIONS)
                .map(result -> result.errors() == 0 && !result.leavesOut())
                .findAny();
        Map<String, Long> counts = new TreeMap<>();
        for (Hydrated result : results) {
            String kind = result.kind().word();
            counts.put(kind + "Fetched", result.fetched());
            counts.put(kind + "Present", result.present());
            counts.put(kind + "Failed", result.errors());
        }
        folder.hydrated(files, allMedications, counts, clock, ZoneId.systemDefault());
    }

    /** New ones, and those that a run has made which was killed before it could note them. */
    private static List<AddedFile> added(ExportState.Done done, ExportFolder folder, List<Hydrated> results)
            throws IOException {
        List<AddedFile> added = new ArrayList<>();
        results.forEach(result -> added.addAll(result.files()));
        Set<String> noted = noted(done);
        added.forEach(file -> noted.add(file.path()));
        InputFolder input = InputFolder.scan(folder.path());
        for (HydrationKind kind : HydrationKind.values()) {
            for (String type : kind.addedTypes()) {
                for (InputFile file : input.files(type)) {
                    if (MADE.matcher(file.name()).matches() && noted.add(file.name())) {
                        added.add(new AddedFile(file.name(), type, WholeFile.measure(file.path())));
                    }
                }
            }
        }
        return added;
    }

    private static Set<String> noted(ExportState.Done done) {
        Set<String> noted = new HashSet<>();
        done.files().forEach(file -> noted.add(file.path()));
        Optional.ofNullable(done.hydration())
                .ifPresent(before -> before.files().forEach(file -> noted.add(file.path())));
        return noted;
    }
}
