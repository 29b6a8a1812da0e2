package io.github.cumulusmaven.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportState;
import io.github.cumulusmaven.bulk.ExportState.Done;
import io.github.cumulusmaven.bulk.ExportState.KickingOff;
import io.github.cumulusmaven.kill.KilledExport.Remains;
import io.github.cumulusmaven.kill.SlowServer.Asked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports by a real Maven that is killed again and again, which the folder alone must survive. */
class ExportKillIT {
    /** Metadata, kick-off, and some of the polling. */
    private static final int BEFORE_DOWNLOADS = 4;

    private final List<SourceFile> files = SourceFile.all();
    private final Map<String, Integer> killsIn = new TreeMap<>();

    @TempDir
    Path temporary;

    private SlowServer server;
    private Maven maven;
    private Random random;
    private Duration whole = Duration.ZERO;
    private int exports;
    private int kills;
    private int runs;
    private int continued;

    @BeforeEach
    void start() throws Exception {
        server = SlowServer.start(files);
        maven = Maven.prepared(temporary);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** What a run is to do, and whether it must refuse to. */
    private record Step(String goal, List<String> settings, Optional<String> refusal) {
        static Step of(String goal, String... settings) {
            return new Step(goal, List.of(settings), Optional.empty());
        }

        Step refused(String words) {
            return new Step(goal, settings, Optional.of(words));
        }
    }

    @Test
    @Timeout(1200)
    @DisplayName("An export killed at any moment goes on from its folder, byte for byte, and is kicked off once")
    void survivesKills() throws Exception {
        long seed = Long.parseLong(Maven.property("kill.seed"));
        int wanted = Integer.parseInt(Maven.property("kill.kills"));
        random = new Random(seed);
        long began = System.nanoTime();
        calibrate();
        while (kills < wanted) {
            throughAllKills(next(), wanted);
        }
        String summary = String.format(
                Locale.ROOT,
                "Kill test, seed %d: %d kills (%s) in %d runs of %d exports, %d half files continued, %.0f s",
                seed,
                kills,
                killsIn,
                runs,
                exports,
                continued,
                (System.nanoTime() - began) / 1e9);
        System.out.println(summary);
        assertThat(continued).as(summary).isPositive();
    }

    private KilledExport next() {
        exports++;
        return new KilledExport(exports, temporary.resolve("export-" + exports), files);
    }

    /** Undisturbed: the first run also fills what caches there are, the second is measured. */
    private void calibrate() throws Exception {
        for (int run = 0; run < 2; run++) {
            long began = System.nanoTime();
            throughAllKills(next(), 0);
            whole = Duration.ofNanos(System.nanoTime() - began);
        }
    }

    private void throughAllKills(KilledExport export, int wanted) throws Exception {
        boolean refused = false;
        boolean over = false;
        int ownRuns = 0;
        while (!over) {
            Step step = step(export, refused);
            refused = step.refusal().isPresent();
            Optional<Moment> moment = kills < wanted && !refused
                    ? Optional.of(Moment.draw(random, whole, ahead(export)))
                    : Optional.empty();
            over = run(export, step, moment);
            ownRuns++;
        }
        export.verifyDone(server.askedOf(export.number()), ownRuns);
        assertThat(server.hasDeleted(export.number())).isTrue();
    }

    /** What a user would do next, who knows nothing but what the folder and the last message say. */
    private Step step(KilledExport export, boolean refused) throws Exception {
        String folder = "-Dcumulus.exportDirectory=" + export.folder();
        Step begin = Step.of("export", folder, "-Dcumulus.fhirUrl=" + server.fhirUrl(export.number()));
        Step resume = Step.of("resume", folder);
        Optional<ExportState> state = export.state();
        if (state.isEmpty()) {
            return begin;
        }
        Step either = random.nextBoolean() ? begin : resume;
        if (state.get() instanceof KickingOff) {
            return refused
                    ? asServerKnows(begin, resume, export.number())
                    : either.refused("It is not known whether the export in");
        }
        return either;
    }

    private Step asServerKnows(Step begin, Step resume, int number) {
        List<String> settings = new ArrayList<>();
        Step step = server.hasJob(number) ? resume : begin;
        settings.addAll(step.settings());
        settings.add(server.hasJob(number) ? "-Dcumulus.resume=" + server.statusUrl(number) : "-Dcumulus.restart=true");
        return Step.of(step.goal(), settings.toArray(String[]::new));
    }

    /** How many requests are to come. A new export is to be hit early: most kills hit downloads in any case. */
    private int ahead(KilledExport export) throws Exception {
        Optional<ExportState> state = export.state();
        if (state.isPresent() && state.get() instanceof Done) {
            return 1;
        }
        int missing = files.size() - export.remains().whole().size();
        return server.hasJob(export.number()) ? missing + 2 : BEFORE_DOWNLOADS;
    }

    /** Whether it came to its end, which must be a good one. */
    private boolean run(KilledExport export, Step step, Optional<Moment> moment) throws Exception {
        runs++;
        Path output = temporary.resolve("run-" + runs + ".log");
        Remains before = export.remains();
        int first = server.asked();
        int exitValue = maven.run(step.goal(), step.settings(), output, moment, server);
        List<Asked> asked = server.askedAfter(first);
        continued += (int) asked.stream().filter(one -> one.from() > 0).count();
        if (exitValue == Maven.KILLED) {
            kills++;
            killsIn.merge(stateOf(export), 1, Integer::sum);
        } else {
            verifyEnd(exitValue, step, Files.readString(output), asked);
        }
        export.verifyRun(before, asked);
        return exitValue == 0;
    }

    private static void verifyEnd(int exitValue, Step step, String output, List<Asked> asked) {
        if (step.refusal().isPresent()) {
            assertThat(output).contains(step.refusal().get()).contains("BUILD FAILURE");
            assertThat(exitValue).isEqualTo(1);
            assertThat(asked).isEmpty();
        } else {
            assertThat(exitValue).as(output).isZero();
            // a run that was killed before it noted its DELETE asks again, and the server knows the job no more
            assertThat(output.lines().filter(line -> !line.contains("may keep these patients' data")))
                    .noneMatch(line -> line.contains("[WARNING]"));
        }
    }

    private static String stateOf(KilledExport export) throws Exception {
        return export.state().map(state -> state.getClass().getSimpleName()).orElse("nothing begun");
    }
}
