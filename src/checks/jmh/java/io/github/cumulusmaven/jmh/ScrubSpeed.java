package io.github.cumulusmaven.jmh;

import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How fast one thread scrubs, beside Jackson copying the same file token by token. {@code mvn -f src/checks/jmh verify} runs it; it
 * never fails for being slow: machines are noisy, and for that reason the median counts. The aim is half of Jackson's
 * speed.
 */
public final class ScrubSpeed {
    private ScrubSpeed() {}

    /** Runs all benchmarks, then says what came of them in MB/s. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(ScrubBenchmark.class.getName())
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, Map<String, Double>> speeds = new TreeMap<>();
        for (RunResult result : results) {
            String type = result.getParams().getParam("type");
            double speed =
                    Lines.of(type).megabytes() / result.getPrimaryResult().getScore() * 1000;
            speeds.computeIfAbsent(type, added -> new TreeMap<>())
                    .put(result.getPrimaryResult().getLabel(), speed);
        }
        System.out.printf("%nOne thread, MB/s of %s%n", System.getProperty(Lines.FOLDER));
        System.out.printf("%-20s %10s %14s %8s%n", "", "scrubbed", "Jackson copy", "ratio");
        speeds.forEach((type, speed) -> {
            double scrub = speed.getOrDefault("scrub", Double.NaN);
            double copy = speed.getOrDefault("jacksonCopy", Double.NaN);
            System.out.printf(Locale.ROOT, "%-20s %10.0f %14.0f %8.2f%n", type, scrub, copy, scrub / copy);
        });
    }
}
