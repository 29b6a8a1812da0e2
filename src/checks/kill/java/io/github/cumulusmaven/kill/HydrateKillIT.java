package io.github.cumulusmaven.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.kill.SlowServer.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hydration by a real Maven that is killed again and again: what has come once is not asked for again. */
class HydrateKillIT {
    /** The default of {@code parallelDownloads}. */
    private static final int PARALLEL = 5;

    private final Chart chart = Chart.make();

    @TempDir
    Path temporary;

    private SlowServer server;
    private Maven maven;
    private Random random;
    private Duration whole = Duration.ZERO;
    private int wanted;
    private int folders;
    private int kills;
    private int killsAtWork;
    private int runs;
    private int repeated;

    @BeforeEach
    void start() throws Exception {
        server = SlowServer.start(chart.files(), chart.things());
        maven = Maven.prepared(temporary);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @Timeout(600)
    @DisplayName(
            "A hydration killed at any moment goes on from its folder, and fetches nothing twice that it has written")
    void survivesKills() throws Exception {
        long seed = Long.parseLong(Maven.property("kill.seed"));
        random = new Random(seed);
        long began = System.nanoTime();
        Path export = export();
        long undisturbed = System.nanoTime();
        throughAllKills(export);
        whole = Duration.ofNanos(System.nanoTime() - undisturbed);
        wanted = Integer.parseInt(Maven.property("kill.hydrationKills"));
        while (kills < wanted) {
            throughAllKills(export);
        }
        String summary = String.format(
                Locale.ROOT,
                "Hydrate kill test, seed %d: %d kills (%d while things were on their way) in %d runs of %d folders of"
                        + " %d things, %d fetched again as they were on their way, %.0f s",
                seed,
                kills,
                killsAtWork,
                runs,
                folders,
                chart.things().size(),
                repeated,
                (System.nanoTime() - began) / 1e9);
        System.out.println(summary);
        assertThat(killsAtWork).as(summary).isPositive();
    }

    /** A real one, to be copied. */
    private Path export() throws Exception {
        Path folder = temporary.resolve("export");
        run("export", folder, 0, Optional.empty());
        return folder;
    }

    private void throughAllKills(Path export) throws Exception {
        folders++;
        KilledHydration hydration = new KilledHydration(folders, copy(export), chart);
        int killsBefore = kills;
        boolean over = false;
        while (!over) {
            Set<String> written = hydration.written();
            int missing = chart.things().size() - written.size();
            Optional<Moment> moment =
                    kills < wanted ? Optional.of(Moment.draw(random, whole, ahead(missing))) : Optional.empty();
            int first = server.asked();
            over = run("hydrate", hydration.folder(), hydration.number(), moment);
            List<Asked> asked = server.askedAfter(first);
            hydration.verifyRun(written, asked);
            killsAtWork += over || asked.isEmpty() ? 0 : 1;
        }
        hydration.verifyDone();
        int again = hydration.repeated(server.askedOf(hydration.number()));
        assertThat(again).as("fetched again").isLessThanOrEqualTo(PARALLEL * (kills - killsBefore));
        repeated += again;
    }

    /** So that most kills find something to do in the same folder. */
    private int ahead(int missing) {
        return Math.max(1, missing / (wanted - kills));
    }

    private Path copy(Path export) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("hydration-" + folders));
        List<Path> files = new ArrayList<>();
        try (Stream<Path> content = Files.list(export)) {
            content.forEach(files::add);
        }
        for (Path file : files) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
        return folder;
    }

    /** Whether it came to its end, which must be a good one. */
    private boolean run(String goal, Path folder, int number, Optional<Moment> moment) throws Exception {
        runs++;
        Path output = temporary.resolve("run-" + runs + ".log");
        List<String> settings =
                List.of("-Dcumulus.exportDirectory=" + folder, "-Dcumulus.fhirUrl=" + server.fhirUrl(number));
        int exitValue = maven.run(goal, settings, output, moment, server);
        if (exitValue == Maven.KILLED) {
            kills++;
        } else {
            assertThat(exitValue).as(Files.readString(output)).isZero();
            assertThat(output).content().doesNotContain("[WARNING]");
        }
        return exitValue == 0;
    }
}
