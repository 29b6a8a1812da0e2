package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import io.github.cumulusmaven.http.Authorizer;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.Retries;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.hydrate.FailureList;
import io.github.cumulusmaven.hydrate.Fetcher;
import io.github.cumulusmaven.hydrate.Hydrated;
import io.github.cumulusmaven.hydrate.HydrationListener;
import io.github.cumulusmaven.hydrate.NoteHydrator;
import io.github.cumulusmaven.hydrate.NoteSettings;
import io.github.cumulusmaven.redact.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** What the goal {@code hydrate} does with notes, without Maven around it. */
public final class OurNotes {
    private static final int LARGEST = 10_000_000;

    private OurNotes() {}

    /**
     * Hydrates the folders of the third and following arguments from a FHIR server, so many notes at a time, and tells for
     * each how many nanoseconds it took and how many notes came.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            Path folder = Path.of(argument).toRealPath();
            long began = System.nanoTime();
            Hydrated result = hydrate(folder, URI.create(arguments[0]), Integer.parseInt(arguments[1]));
            System.out.println((System.nanoTime() - began) + " " + result.fetched());
        }
    }

    private static Hydrated hydrate(Path folder, URI base, int parallel) throws IOException, InterruptedException {
        Retries.Listener retries = (what, attempt, attempts, reason, wait) -> System.err.println(reason);
        NoteSettings settings = new NoteSettings(Set.of("text/plain"), LARGEST);
        try (HttpGateway gateway = HttpGateway.forSmallAnswers(
                HttpGateway.Limits.DEFAULT, "cumulus-benchmark", Clock.systemUTC(), new Secrets())) {
            Fetcher fetcher = new Fetcher(base, gateway.allow(base), Authorizer.NONE, Sleeper.REAL, retries, parallel);
            return new NoteHydrator(fetcher, settings, FailureList.NONE, new HydrationListener() {})
                    .hydrate(InputFolder.scan(folder), folder);
        }
    }
}
