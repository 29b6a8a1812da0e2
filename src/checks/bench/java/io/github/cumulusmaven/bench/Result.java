package io.github.cumulusmaven.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bench.Contestant.Lap;
import io.github.cumulusmaven.fhir.FhirJson;
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
import java.util.stream.DoubleStream;

/** What was measured; of several laps, the median counts. */
final class Result {
    private static final double AIM = 1.25;

    private final long bytes;
    private final int files;
    private final Map<String, List<Lap>> laps = new LinkedHashMap<>();
    private final Map<String, String> absent = new LinkedHashMap<>();
    private final double loadBefore = load();

    Result(List<ServedFile> files) {
        this.files = files.size();
        this.bytes = files.stream().mapToLong(ServedFile::bytes).sum();
    }

    void add(String name, Lap lap) {
        laps.computeIfAbsent(name, key -> new ArrayList<>()).add(lap);
    }

    void absent(String name, String reason) {
        absent.put(name, reason);
    }

    /** What the operating system calls load: beyond the number of processors, others want them too. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private double median(String name) {
        return median(laps.getOrDefault(name, List.of()).stream().mapToDouble(lap -> seconds(lap.time())));
    }

    private double median(String name, String beside) {
        return median(laps.getOrDefault(name, List.of()).stream()
                .mapToDouble(lap -> seconds(lap.beside().getOrDefault(beside, Duration.ZERO))));
    }

    static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private long peak(String name) {
        return laps.getOrDefault(name, List.of()).stream()
                .mapToLong(lap -> lap.peakBytes().orElse(0))
                .max()
                .orElse(0);
    }

    private double ratio() {
        return median(OurExport.NAME) / median(BareClientRun.NAME);
    }

    private double downloadRatio() {
        return median(OurExport.NAME, OurExport.DOWNLOAD) / median(BareClientRun.NAME);
    }

    String table() {
        StringBuilder table = new StringBuilder(
                line("%n%-28s %8s %8s %9s %11s   %s%n", "", "MB/s", "files/s", "seconds", "peak MB", "runs"));
        laps.forEach((name, runs) -> {
            table.append(line(
                    "%-28s %8.0f %8.0f %9.2f %11s   %s%n",
                    name,
                    bytes / median(name) / 1e6,
                    files / median(name),
                    median(name),
                    megabytes(peak(name)),
                    runs(runs)));
            runs.get(0)
                    .beside()
                    .keySet()
                    .forEach(beside ->
                            table.append(line("  %-26s %8s %8s %9.2f%n", beside, "", "", median(name, beside))));
        });
        absent.forEach((name, reason) -> table.append(line("%-28s %s%n", name, reason)));
        return table.append(line(
                        "%nMedians. Load average %.1f before, %.1f after, %d processors, Java %s%n",
                        loadBefore, load(), Runtime.getRuntime().availableProcessors(), Runtime.version()))
                .append(line(
                        "%s : %s = %.2f (%.2f %s); aim: at most %.2f%n",
                        OurExport.NAME, BareClientRun.NAME, ratio(), downloadRatio(), OurExport.DOWNLOAD, AIM))
                .toString();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "unknown" : String.valueOf(Math.round(bytes / 1e6));
    }

    private static String runs(List<Lap> runs) {
        return String.join(
                " ", runs.stream().map(lap -> line("%.2f", seconds(lap.time()))).toList());
    }

    void write(Path path) throws IOException {
        ObjectNode json = FhirJson.mapper().createObjectNode();
        json.put("bytes", bytes)
                .put("files", files)
                .put("processors", Runtime.getRuntime().availableProcessors());
        json.put("java", Runtime.version().toString())
                .put("loadBefore", loadBefore)
                .put("loadAfter", load());
        laps.forEach((name, runs) -> {
            ObjectNode client = json.withArrayProperty("clients").addObject();
            client.put("name", name).put("medianSeconds", median(name)).put("peakBytes", peak(name));
            runs.forEach(lap -> {
                ObjectNode one = client.withArrayProperty("runs").addObject();
                one.put("seconds", seconds(lap.time()));
                lap.beside().forEach((beside, time) -> one.put(beside, seconds(time)));
            });
        });
        absent.forEach((name, reason) ->
                json.withArrayProperty("clients").addObject().put("name", name).put("absent", reason));
        json.put("ratio", ratio()).put("ratioOfDownload", downloadRatio()).put("aim", AIM);
        Files.writeString(path, json.toPrettyString() + "\n");
    }
}
