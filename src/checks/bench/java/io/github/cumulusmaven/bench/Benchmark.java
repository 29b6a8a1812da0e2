package io.github.cumulusmaven.bench;

import io.github.cumulusmaven.bench.Contestant.Lap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What our export costs over the least that a Java program can do, and over curl. {@code mvn -f src/checks/bench verify} runs it; it
 * fails when bytes are wrong, never for being slow: machines are noisy.
 */
public final class Benchmark {
    /** The default of {@code parallelDownloads}. */
    static final int PARALLEL = 5;

    private static final long GIGABYTE = 1_000_000_000L;

    private final Path target;
    private final int rounds;
    private final List<ServedFile> files;

    private Benchmark(Path target, int rounds, List<ServedFile> files) {
        this.target = target;
        this.rounds = rounds;
        this.files = files;
    }

    /** Reads its settings from system properties that the build sets. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path target = Path.of(property("bench.directory"));
        Path served = target.resolve("served");
        delete(target);
        System.out.println("Making " + property("bench.gigabytes") + " GB of NDJSON in " + property("bench.files")
                + " files, served on loopback; all files are deleted again");
        long bytes = Math.round(Double.parseDouble(property("bench.gigabytes")) * GIGABYTE);
        List<ServedFile> files = ServedFiles.make(served, bytes, Integer.parseInt(property("bench.files")));
        try (ServerProcess server = ServerProcess.start(served)) {
            int rounds = Integer.parseInt(property("bench.rounds"));
            Result result = new Benchmark(target, rounds, files).race(contestants(server, target));
            result.write(target.resolve("result.json"));
            System.out.print(result.table());
        } finally {
            delete(served);
        }
    }

    private static List<Contestant> contestants(ServerProcess server, Path target) throws IOException {
        Path settings = target.resolve("settings.xml");
        Path known = Path.of(property("bench.localRepository"));
        Files.writeString(
                settings,
                Files.readString(Path.of("../../it/settings.xml"))
                        .replace("@localRepositoryUrl@", known.toUri().toString()));
        OurExport ours = new OurExport(
                server,
                Path.of(property("bench.mavenHome")),
                target.resolve("repository"),
                settings,
                property("bench.plugin"));
        return List.of(ours, new BareClientRun(server), new Curl(server));
    }

    static String property(String name) {
        String value = System.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set: start this with mvn -f src/checks/bench verify");
        }
        return value;
    }

    /** In turns, so that a busy minute of the machine hits all alike. */
    private Result race(List<Contestant> contestants) throws IOException, InterruptedException {
        Result result = new Result(files);
        for (int round = 1; round <= rounds; round++) {
            for (Contestant contestant : contestants) {
                String obstacle = contestant.obstacle();
                if (obstacle.isEmpty()) {
                    Lap lap = lap(contestant);
                    result.add(contestant.name(), lap);
                    System.out.printf("Round %d, %s: %.2f s%n", round, contestant.name(), Result.seconds(lap.time()));
                } else {
                    result.absent(contestant.name(), obstacle);
                }
            }
        }
        return result;
    }

    private Lap lap(Contestant contestant) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(target.resolve("fetched"));
        try {
            return contestant.run(files, folder);
        } finally {
            delete(folder);
        }
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
