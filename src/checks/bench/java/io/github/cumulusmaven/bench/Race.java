package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.bench.Contestant.Lap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** The same work, done by several; of several laps, the median counts. */
final class Race {
    private final String work;
    private final List<Rate> rates;
    private final List<Contestant> contestants;
    private final String reference;
    private final Map<String, List<Lap>> laps = new LinkedHashMap<>();
    private final Map<String, String> absent = new LinkedHashMap<>();

    /**
     * What the work is measured in.
     *
     * @param amount of all of it
     */
    record Rate(String unit, double amount) {
        static Rate megabytes(List<DataFile> files) {
            return new Rate("MB/s", DataFile.bytes(files) / 1e6);
        }
    }

    /**
     * Describes a race.
     *
     * @param work how much it is, in words
     * @param reference the name of the contestant with whose time the others' are compared
     */
    Race(String work, List<Rate> rates, List<Contestant> contestants, String reference) {
        this.work = work;
        this.rates = rates;
        this.contestants = contestants;
        this.reference = reference;
    }

    /** Runs all in turns, so that a busy minute of the machine hits all alike, and writes a table in Markdown. */
    String run(int rounds, Path folder) throws IOException, InterruptedException {
        for (Contestant contestant : contestants) {
            String obstacle = contestant.obstacle();
            if (obstacle.isEmpty()) {
                laps.put(contestant.name(), new ArrayList<>());
            } else {
                absent.put(contestant.name(), obstacle);
            }
        }
        double loadBefore = load();
        for (int round = 1; round <= rounds; round++) {
            for (Contestant contestant : contestants) {
                if (laps.containsKey(contestant.name())) {
                    Lap lap = lap(contestant, folder);
                    laps.get(contestant.name()).add(lap);
                    System.out.printf(
                            Locale.ROOT, "Round %d, %s: %.2f s%n", round, contestant.name(), seconds(lap.time()));
                }
            }
        }
        return table()
                + line(
                        "%n%s. Medians of %d rounds in turns; load %.1f before and %.1f after.%n",
                        work, rounds, loadBefore, load());
    }

    private static Lap lap(Contestant contestant, Path folder) throws IOException, InterruptedException {
        try {
            return contestant.run(Files.createDirectories(folder));
        } finally {
            Benchmark.delete(folder);
        }
    }

    /** What the operating system calls load: beyond the number of processors, others want them too. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private double median(String name) {
        return median(laps.get(name).stream().mapToDouble(lap -> seconds(lap.time())));
    }

    private double median(String name, String beside) {
        return median(
                laps.get(name).stream().mapToDouble(lap -> seconds(lap.beside().get(beside))));
    }

    private String table() {
        StringBuilder table = new StringBuilder(
                row("", "seconds", rates.stream().map(Rate::unit).toList(), "time : " + reference, "peak MB"));
        table.append("| --- |").append(" ---: |".repeat(rates.size() + 3)).append('\n');
        laps.forEach((name, runs) -> {
            table.append(row("**" + name + "**", median(name), median(reference), peak(runs)));
            for (String beside : runs.get(0).beside().keySet()) {
                boolean alike = laps.get(reference).get(0).beside().containsKey(beside);
                table.append(row(
                        "… " + beside,
                        median(name, beside),
                        alike ? median(reference, beside) : median(reference),
                        ""));
            }
        });
        List<String> nothing = rates.stream().map(rate -> "").toList();
        absent.forEach((name, reason) -> table.append(row("**" + name + "**: " + reason, "", nothing, "", "")));
        return table.toString();
    }

    private String row(String name, double seconds, double ofReference, String peak) {
        return row(
                name,
                line("%.2f", seconds),
                rates.stream()
                        .map(rate -> line("%,.0f", rate.amount() / seconds))
                        .toList(),
                line("%.2f", seconds / ofReference),
                peak);
    }

    private static String row(String name, String seconds, List<String> rates, String ratio, String peak) {
        List<String> cells = new ArrayList<>(List.of(name, seconds));
        cells.addAll(rates);
        cells.addAll(List.of(ratio, peak));
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String peak(List<Lap> runs) {
        return runs.stream().flatMapToLong(lap -> lap.peakBytes().stream()).max().stream()
                .mapToObj(bytes -> String.valueOf(Math.round(bytes / 1e6)))
                .findFirst()
                .orElse("-");
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
