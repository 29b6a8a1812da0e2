package io.github.cumulusmaven.run;

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
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.hydrate.FailureList;
import io.github.cumulusmaven.hydrate.FetchErrors;
import io.github.cumulusmaven.hydrate.Fetcher;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.hydrate.HydrationListener;
import io.github.cumulusmaven.hydrate.Hydrator;
import io.github.cumulusmaven.hydrate.MedicationHydrator;
import io.github.cumulusmaven.hydrate.NoteHydrator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Fetches what an export leaves out.
 *
 * @param context of the program
 * @param settings what is fetched
 * @param rewrites the addresses of servers that call themselves otherwise
 * @param listener hears of it
 */
public record HydrationRun(
        RunContext context, HydrationSettings settings, UrlRewrites rewrites, HydrationRun.Listener listener) {
    /** The names of what hydrators make. Whatever else a user puts into a folder is not ours to note. */
    private static final Pattern MADE = Pattern.compile(".+\\.\\d{3,}\\.ndjson");

    /** Hears what a run fetches, and how it gets access to the server. */
    public interface Listener extends HydrationListener, AccessListener {
        /** Nothing more of the kind is fetched. */
        default void ended() {}

        /** What is in the folder now, of one kind. */
        default void done(Hydrated result) {}
    }

    /**
     * Fetches all of it into the folder of an export, which takes note of it, or into another tool's.
     *
     * @param errorsTo a folder for lists of what could not be fetched
     * @param maxErrorRate what fraction may be missing
     */
    public Outcome hydrate(ExportFolder folder, KnownServer server, Optional<Path> errorsTo, double maxErrorRate)
            throws ExportFailure, IOException, InterruptedException {
        try (FetchErrors failures = new FetchErrors(errorsTo)) {
            failures.forget();
            List<Hydrated> results = fetch(folder.path(), server, failures);
            record(folder, results);
            long wanted = results.stream().mapToLong(Hydrated::wanted).sum();
            long errors = results.stream().mapToLong(Hydrated::errors).sum();
            return errors > maxErrorRate * wanted ? new Outcome.NotAllFetched(results) : new Outcome.Fetched(results);
        }
    }

    private List<Hydrated> fetch(Path folder, KnownServer server, FailureList failures)
            throws IOException, InterruptedException {
        List<Hydrated> results = new ArrayList<>();
        try (HttpGateway gateway = gateway()) {
            if (server.vouched()) {
                gateway.allow(server.base());
            }
            Authorizer credentials = credentials(gateway, server);
            for (HydrationKind kind : settings.kinds()) {
                // that a server refuses one kind says nothing of the other
                Fetcher fetcher = fetcher(server.base(), gateway, credentials);
                Hydrator hydrator = kind == HydrationKind.NOTES
                        ? new NoteHydrator(fetcher, settings.notes(), failures, listener)
                        : new MedicationHydrator(fetcher, failures, listener);
                Hydrated result = hydrator.hydrate(InputFolder.scan(folder), folder.toRealPath());
                listener.ended();
                listener.done(result);
                results.add(result);
            }
        }
        return results;
    }

    private HttpGateway gateway() {
        return HttpGateway.forSmallAnswers(
                        HttpGateway.Limits.DEFAULT, context.userAgent(), context.clock(), context.secrets())
                .rewriting(rewrites);
    }

    private Fetcher fetcher(URI base, HttpGateway gateway, Authorizer credentials) {
        return new Fetcher(base, gateway, credentials, context.sleeper(), listener, settings.parallel());
    }

    private Authorizer credentials(HttpGateway gateway, KnownServer server) {
        ServerAccess access = new ServerAccess(gateway, context, listener);
        List<String> types =
                settings.kinds().stream().map(HydrationKind::scopeType).toList();
        return new DeferredAuthorizer(() -> access.authorizer(server.base(), types, server.client()));
    }

    /** Fetches the Medications that a run of the ETL lacks into the folder of the export that it has made for itself. */
    public Supplement medications(Path export, KnownServer server) {
        return (input, failures) -> {
            try (ExportFolder folder = ExportFolder.forHydration(export)) {
                Hydrated result = medications(input, export.toRealPath(), server, failures);
                record(folder, List.of(result));
                return supplied(result, export);
            } catch (ExportFailure failure) {
                throw new IOException(failure.getMessage(), failure);
            }
        };
    }

    /** Fetches them into a temporary folder. */
    public Supplement medications(TemporaryFolder target, KnownServer server) {
        return (input, failures) -> {
            target.create();
            Hydrated result = medications(input, target.path().toRealPath(), server, failures);
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

    private Hydrated medications(InputFolder input, Path target, KnownServer server, FailureList failures)
            throws IOException, InterruptedException {
        try (HttpGateway gateway = gateway()) {
            Authorizer credentials = credentials(gateway, server);
            Fetcher fetcher = fetcher(server.base(), gateway.allow(server.base()), credentials);
            return new MedicationHydrator(fetcher, failures, listener).hydrate(input, target);
        } finally {
            listener.ended();
        }
    }

    /** Notes in the folder of an export what was added to it; in other folders, nothing. */
    private void record(ExportFolder folder, List<Hydrated> results) throws ExportFailure, IOException {
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
        folder.hydrated(files, allMedications, counts, context.clock(), ZoneId.systemDefault());
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
