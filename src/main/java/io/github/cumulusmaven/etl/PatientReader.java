package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.InputFile;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** The input's Patients, or some of them. What cannot be read is left out, as it is from the tables. */
final class PatientReader implements Closeable {
    /** What resources shrink to, about. */
    private static final long GZIP_RATIO = 8;

    private final List<InputFile> files;
    private final long budget;
    private final long size;
    private long before;
    private int nextFile;
    private Optional<SampledLines> open = Optional.empty();
    private final Queue<JsonNode> patients = new ArrayDeque<>();

    /** @param budget how many bytes to read, about */
    PatientReader(List<InputFile> files, long budget) throws IOException {
        this.files = files;
        this.budget = budget;
        long sum = 0;
        for (InputFile file : files) {
            sum += unpacked(file);
        }
        this.size = sum;
    }

    private static long unpacked(InputFile file) throws IOException {
        long size = Files.size(file.path());
        return file.name().endsWith(".gz") ? size * GZIP_RATIO : size;
    }

    Optional<JsonNode> next() throws IOException {
        while (patients.isEmpty()) {
            Optional<SampledLines.Lines> lines = lines();
            if (lines.isPresent()) {
                parse(lines.get());
            } else if (nextFile < files.size()) {
                close();
                open(files.get(nextFile++));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(patients.remove());
    }

    private void open(InputFile file) throws IOException {
        long after = before + unpacked(file);
        boolean all = size <= budget;
        long blocks = all ? 1 : SampledLines.blocks(before, after, size, budget);
        before = after;
        try {
            if (blocks > 0) {
                open = Optional.of(
                        all
                                ? SampledLines.all(file.open())
                                : SampledLines.some(file.open(), Files.size(file.path()), blocks));
            }
        } catch (IOException unreadable) {
            open = Optional.empty();
        }
    }

    private Optional<SampledLines.Lines> lines() {
        try {
            return open.isPresent() ? open.get().next() : Optional.empty();
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    private void parse(SampledLines.Lines lines) {
        int from = lines.from();
        while (from < lines.to()) {
            int end = from;
            while (end < lines.to() && lines.bytes()[end] != '\n') {
                end++;
            }
            patient(lines.bytes(), from, end).ifPresent(patients::add);
            from = end + 1;
        }
    }

    private static Optional<JsonNode> patient(byte[] bytes, int from, int end) {
        try {
            return Optional.of(FhirJson.mapper().readTree(bytes, from, end - from))
                    .filter(json -> json.path("resourceType").asText().equals(EtlTask.PATIENT.type()));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            open.get().close();
            open = Optional.empty();
        }
    }
}
