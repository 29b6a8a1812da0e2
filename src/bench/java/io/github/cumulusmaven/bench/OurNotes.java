package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.bulk.InputFolder;
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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** What the goal {@code hydrate} does with notes, without Maven around it. */
public final class OurNotes {
    private static final int LARGEST = 10_000_000;

    private OurNotes() {}

    /**
     * Hydrates a folder from a FHIR server, so many notes at a time, and tells how many nanoseconds it took and how many
     * notes came.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]).toRealPath();
        long began = System.nanoTime();
        Hydrated result;
        try (HttpGateway gateway =
                new HttpGateway(HttpGateway.Limits.DEFAULT, "cumulus-benchmark", Clock.systemUTC())) {
            Retries.Listener retries = (what, attempt, attempts, reason, wait) -> System.err.println(reason);
            Fetcher fetcher = new Fetcher(
                    URI.create(arguments[2]),
                    gateway,
                    Authorizer.NONE,
                    Sleeper.REAL,
                    retries,
                    Integer.parseInt(arguments[1]));
            NoteSettings settings = new NoteSettings(Set.of("text/plain"), LARGEST);
            result = new NoteHydrator(fetcher, settings, FailureList.NONE, new HydrationListener() {})
                    .hydrate(InputFolder.scan(folder), folder);
        }
        System.out.println((System.nanoTime() - began) + " " + result.fetched());
    }
}
