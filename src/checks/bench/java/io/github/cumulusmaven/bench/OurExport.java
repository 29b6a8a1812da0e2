package io.github.cumulusmaven.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The goal {@code export}, by a real Maven. */
record OurExport(Maven maven, ServerProcess server, List<DataFile> files) implements Contestant {
    private static final String DOWNLOAD = "from manifest to end";

    @Override
    public String name() {
        return "cumulus:export";
    }

    @Override
    public Lap run(Path folder) throws IOException, InterruptedException {
        Path export = folder.resolve("export");
        Child child = maven.run("export", parameters(server, export), folder);
        verify(files, export);
        Map<String, Duration> beside = new LinkedHashMap<>();
        beside.put(DOWNLOAD, server.download());
        beside.put(Lap.PROCESS, child.wall());
        return new Lap(goal(export.resolve("log.ndjson")), child.peakBytes(), beside);
    }

    static List<String> parameters(ServerProcess server, Path export) {
        return List.of(
                "-Dcumulus.fhirUrl=" + server.fhirUrl(),
                "-Dcumulus.parallelDownloads=" + Benchmark.PARALLEL,
                "-Dcumulus.exportDirectory=" + export);
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
    private static void verify(List<DataFile> served, Path export) throws IOException {
        JsonNode state = FhirJson.mapper().readTree(Files.readString(export.resolve("export.json")));
        Map<String, DataFile> originals =
                served.stream().collect(Collectors.toMap(DataFile::sha256, Function.identity(), (one, same) -> one));
        for (JsonNode file : state.path("files")) {
            JsonNode proof = file.path("proof");
            DataFile original = originals.get(proof.path("sha256").asText());
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
