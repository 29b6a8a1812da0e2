package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.bulk.ExportFolder;
import io.github.cumulusmaven.http.Sleeper;
import io.github.cumulusmaven.http.UrlRewrites;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.run.HydrationRun;
import io.github.cumulusmaven.run.HydrationSettings;
import io.github.cumulusmaven.run.KnownServer;
import io.github.cumulusmaven.run.Outcome;
import io.github.cumulusmaven.run.RunContext;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** What the goal {@code hydrate} does with notes, without Maven around it. */
public final class OurNotes {
    private static final int LARGEST = 10_000_000;

    private OurNotes() {}

    /**
     * Hydrates the folders of the third and following arguments from a FHIR server, so many notes at a time, and tells for
     * each how many nanoseconds it took and how many notes came.
     */
    public static void main(String[] arguments) throws Exception {
        KnownServer server = new KnownServer(URI.create(arguments[0]), Optional.empty(), true);
        HydrationSettings settings =
                HydrationSettings.of(List.of("notes"), List.of("text/plain"), LARGEST, Integer.parseInt(arguments[1]));
        for (String folder : List.of(arguments).subList(2, arguments.length)) {
            long began = System.nanoTime();
            Outcome.Fetched outcome = (Outcome.Fetched) hydrate(Path.of(folder), server, settings);
            long nanos = System.nanoTime() - began;
            System.out.println(nanos + " " + outcome.results().get(0).fetched());
        }
    }

    private static Outcome hydrate(Path folder, KnownServer server, HydrationSettings settings) throws Exception {
        RunContext context = new RunContext("cumulus-benchmark", Clock.systemUTC(), Sleeper.REAL, new Secrets());
        HydrationRun.Listener listener = (what, attempt, attempts, reason, wait) -> System.err.println(reason);
        try (ExportFolder taken = ExportFolder.forHydration(folder)) {
            return new HydrationRun(context, settings, UrlRewrites.NONE, listener)
                    .hydrate(taken, server, Optional.empty(), 0);
        }
    }
}
