package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What our goals cost over the least that a program can do, and over others' programs. {@code mvn -f src/checks/bench verify} runs
 * it; it fails when what comes out is wrong, never for being slow: machines are noisy. The tables are those of the page
 * {@code benchmarks.md}, and are written there when told so.
 */
public final class Benchmark {
    /** The default of {@code parallelDownloads}. */
    static final int PARALLEL = 5;

    private static final Path PAGE = Path.of("../../site/markdown/benchmarks.md");

    private static final long SMALL_FILE = 62_000;

    private static final long GIGABYTE = 1_000_000_000L;

    private final Path target = Path.of(property("directory"));
    private final int rounds = number("rounds");

    private Benchmark() {}

    /** Reads its settings from system properties that the build sets. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Benchmark benchmark = new Benchmark();
        delete(benchmark.target);
        Files.createDirectories(benchmark.target);
        Maven maven = Maven.prepared(benchmark.target);
        boolean update = Boolean.parseBoolean(property("update"));
        Path made = update ? PAGE : benchmark.target.resolve(PAGE.getFileName());
        String page = Files.readString(PAGE);
        for (String race : property("races").split(",")) {
            System.out.println("== " + race);
            String table = benchmark.run(race, maven) + machine();
            System.out.println("\n" + table);
            page = written(page, race, table);
            Files.writeString(made, page);
        }
        System.out.println("Written: " + made.normalize());
    }

    private String run(String race, Maven maven) throws IOException, InterruptedException {
        Path work = target.resolve(race);
        Path data = work.resolve("data");
        Path laps = work.resolve("lap");
        try {
            return switch (race) {
                case "export" -> export(maven, Sample.observations(data, bytes("gigabytes"), number("files")), laps);
                case "small-files" -> {
                    int files = number("smallFiles");
                    yield export(maven, Sample.observations(data, files * SMALL_FILE, files), laps);
                }
                case "etl" ->
                    EtlRace.withFloor(maven, Sample.input(data, bytes("etlGigabytes")))
                            .run(rounds, laps);
                case "cumulus-etl" -> {
                    List<DataFile> input = Sample.input(data, bytes("cumulusEtlGigabytes"));
                    Path python = Path.of(property("python"));
                    CumulusEtl other =
                            new CumulusEtl(python, Path.of("requirements.txt").toAbsolutePath(), input);
                    yield EtlRace.with(other, maven, input).run(rounds, laps);
                }
                case "notes" -> {
                    List<DataFile> notes = NoteRace.make(data, number("notes"));
                    try (ServerProcess server = ServerProcess.start(data)) {
                        yield NoteRace.of(server, notes).run(rounds, laps);
                    }
                }
                case "first-output" -> {
                    Path served = data.resolve("served");
                    Sample.observations(served, 1, 1);
                    List<DataFile> input = Sample.oneOfEach(data.resolve("input"));
                    try (ServerProcess server = ServerProcess.start(served)) {
                        yield FirstOutput.race(maven, server, input).run(rounds, laps);
                    }
                }
                default -> throw new IllegalArgumentException("bench.races names one that does not exist: " + race);
            };
        } finally {
            delete(data);
        }
    }

    private String export(Maven maven, List<DataFile> files, Path laps) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(files.get(0).path().getParent())) {
            return new Race(
                            String.format(
                                    Locale.ROOT,
                                    "%,d files, %.2f GB, %d at a time",
                                    files.size(),
                                    DataFile.bytes(files) / 1e9,
                                    PARALLEL),
                            List.of(Race.Rate.megabytes(files), new Race.Rate("files/s", files.size())),
                            List.of(
                                    new OurExport(maven, server, files),
                                    new BareClientRun(server, files),
                                    new Curl(server, files)),
                            BareClientRun.NAME)
                    .run(rounds, laps);
        }
    }

    private static String machine() {
        return String.format(
                Locale.ROOT,
                "%d processors, %s, Java %s, Maven %s, %s; plugin %s; %s.%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                Runtime.version().feature(),
                property("mavenVersion"),
                Java.HEAP,
                property("plugin").replaceFirst(".*:", ""),
                LocalDate.now());
    }

    /** Puts a table between the marks that a page has for it. */
    private static String written(String page, String race, String table) {
        String begin = "<!-- " + race + ": the benchmark writes from here -->\n";
        String end = "<!-- to here -->\n";
        int from = page.indexOf(begin);
        int to = page.indexOf(end, from);
        if (from < 0 || to < 0) {
            throw new IllegalStateException(PAGE + " has no place for " + race);
        }
        return page.substring(0, from + begin.length()) + "\n" + table + "\n" + page.substring(to);
    }

    private static int number(String name) {
        return Integer.parseInt(property(name));
    }

    private static long bytes(String name) {
        return Math.round(Double.parseDouble(property(name)) * GIGABYTE);
    }

    static String property(String name) {
        String value = System.getProperty("bench." + name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "bench." + name + " is not set: start this with mvn -f src/checks/bench verify");
        }
        return value;
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
