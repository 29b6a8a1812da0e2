package io.github.cumulusmaven.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The goal {@code export}, by a real Maven.
 *
 * @param maven the home of Maven
 * @param repository of its own
 * @param settings for Maven, so that it finds the plugin and the rest
 * @param plugin its coordinates
 */
record OurExport(ServerProcess server, Path maven, Path repository, Path settings, String plugin)
        implements Contestant {
    static final String NAME = "our export";
    static final String DOWNLOAD = "from manifest to end";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Lap run(List<ServedFile> files, Path folder) throws IOException, InterruptedException {
        Path export = folder.resolve("export");
        Child child = Child.run(
                List.of(
                        maven.resolve("bin")
                                .resolve(isWindows() ? "mvn.cmd" : "mvn")
                                .toString(),
                        "-B",
                        "-s",
                        settings.toString(),
                        "-Dmaven.repo.local=" + repository,
                        plugin + ":export",
                        "-Dcumulus.fhirUrl=" + server.fhirUrl(),
                        "-Dcumulus.parallelDownloads=" + Benchmark.PARALLEL,
                        "-Dcumulus.exportDirectory=" + export),
                Map.of("MAVEN_OPTS", Java.HEAP, "MAVEN_ARGS", "", "JAVA_HOME", Java.home()),
                folder,
                folder.resolveSibling("our-export.log"));
        verify(files, export);
        Duration goal = goal(export.resolve("log.ndjson"));
        Map<String, Duration> beside = new LinkedHashMap<>();
        beside.put(DOWNLOAD, server.download());
        beside.put("Maven's start and end", child.wall().minus(goal));
        return new Lap(goal, child.peakBytes(), beside);
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    }

    private static Duration goal(Path log) throws IOException {
        for (String line : Files.readAllLines(log)) {
            JsonNode event = FhirJson.mapper().readTree(line);
            if (event.path("eventId").asText().equals("export_complete")) {
                return Duration.ofMillis(
                        event.path("eventDetail").path("duration").asLong());
            }
        }
        throw new IOException(log + " does not tell how long the export took");
    }

    /** What the export noted of each file must be what was served, and so must be its size. */
    private static void verify(List<ServedFile> served, Path export) throws IOException {
        JsonNode state = FhirJson.mapper().readTree(Files.readString(export.resolve("export.json")));
        Map<String, ServedFile> originals =
                served.stream().collect(Collectors.toMap(ServedFile::sha256, Function.identity(), (one, same) -> one));
        for (JsonNode file : state.path("files")) {
            JsonNode proof = file.path("proof");
            ServedFile original = originals.get(proof.path("sha256").asText());
            long bytes = Files.size(export.resolve(file.path("path").asText()));
            if (original == null
                    || original.bytes() != bytes
                    || original.bytes() != proof.path("bytes").asLong()
                    || original.resources() != proof.path("resources").asLong()) {
                throw new IOException(file.path("path").asText() + " is not what was served");
            }
        }
        if (state.path("files").size() != served.size()) {
            throw new IOException("not all files were exported");
        }
    }
}
