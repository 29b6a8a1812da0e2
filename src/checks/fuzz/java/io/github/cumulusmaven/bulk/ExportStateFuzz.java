package io.github.cumulusmaven.bulk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads any bytes as the state of an export; what was accepted can be written, and is the same then. */
class ExportStateFuzz {
    private static final Path FOLDER = folder();

    private static Path folder() {
        try {
            return Files.createTempDirectory("cumulus-fuzz");
        } catch (IOException disk) {
            throw new IllegalStateException(disk);
        }
    }

    static Stream<byte[]> seeds() throws Exception {
        ExportRequest request = new ExportRequest(
                "01", "https://h/fhir", Map.of("_type", "Patient"), false, "2026-11-23T04:00:00Z", Map.of());
        ExportJob job = new ExportJob(request, URI.create("https://h/status"));
        Map<String, Object> manifest = Map.of("transactionTime", "2026-11-23T04:03:48+00:00", "output", List.of());
        List<ManifestPage> pages = List.of(FhirJson.mapper().convertValue(manifest, ManifestPage.class));
        List<FileState> files = List.of(new FileState(
                "Patient.000.ndjson",
                FileState.Kind.OUTPUT,
                "Patient",
                "https://h/1",
                7L,
                new FileState.Proof(7, 12, "ab")));
        List<byte[]> seeds = new ArrayList<>();
        for (ExportState state : List.of(
                new ExportState.KickingOff(request, null, null),
                new ExportState.InProgress(job, "10 %"),
                new ExportState.Complete(job, pages),
                new ExportState.Downloading(job, pages, files, "2026-11-24T04:00:00Z"),
                new ExportState.Done(job, "f", "t", pages, files, true),
                new ExportState.Cancelled(job, "c", files))) {
            ExportStateFile file = new ExportStateFile(FOLDER.resolve("seed.json"));
            file.write(state);
            String text = Files.readString(file.path());
            seeds.add(text.replaceAll("\\s+", " ").getBytes(StandardCharsets.UTF_8));
        }
        return seeds.stream();
    }

    @MethodSource("seeds")
    @FuzzTest
    void read(byte[] content) throws Exception {
        ExportStateFile file = new ExportStateFile(FOLDER.resolve("export.json"));
        Files.write(file.path(), content);
        ExportState state;
        try {
            state = file.read().orElseThrow();
        } catch (IOException damaged) {
            return;
        }
        file.write(state);
        if (!file.read().orElseThrow().equals(state)) {
            throw new AssertionError("another state is written than was read");
        }
    }
}
