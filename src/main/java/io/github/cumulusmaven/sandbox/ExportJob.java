package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.fhir.OperationOutcome.Issue;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.FileTree;
import io.github.cumulusmaven.sandbox.FileSeries.OutputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One export: reads the data once, line by line, and writes what was asked for into files of its own. */
final class ExportJob implements Runnable {
    private static final int LINES_BETWEEN_LOOKS = 500;

    private final String id;
    private final ExportRequest request;
    private final DataFolder data;
    private final Path folder;
    private final InstantSource clock;
    private final List<OutputFile> output = new ArrayList<>();
    private final FileSeries deleted;
    private final FileSeries errors;
    private volatile State state = new Running(0);
    private volatile boolean cancelled;
    private final AtomicBoolean polled = new AtomicBoolean();
    private long bytesToRead;
    private long bytesRead;

    /**
     * Not started.
     *
     * @param folder of its own, not yet there; deleted with the job
     */
    ExportJob(String id, ExportRequest request, DataFolder data, Path folder, InstantSource clock) {
        this.id = id;
        this.request = request;
        this.data = data;
        this.folder = folder;
        this.clock = clock;
        this.deleted = new FileSeries(folder, "deleted", "Bundle");
        this.errors = new FileSeries(folder, "error", "OperationOutcome");
    }

    /** How far it is. */
    sealed interface State {
        /** When it ended. */
        default Optional<Instant> end() {
            return Optional.empty();
        }
    }

    /** Under way, or not begun. */
    record Running(int percent) implements State {}

    /** Ended with what the manifest lists. */
    record Complete(Instant at, List<OutputFile> output, List<OutputFile> deleted, List<OutputFile> errors)
            implements State {
        @Override
        public Optional<Instant> end() {
            return Optional.of(at);
        }

        Optional<OutputFile> file(String name) {
            return List.of(output, deleted, errors).stream()
                    .flatMap(List::stream)
                    .filter(file -> file.name().equals(name))
                    .findFirst();
        }
    }

    /** Ended without. */
    record Failed(Instant at, String reason) implements State {
        @Override
        public Optional<Instant> end() {
            return Optional.of(at);
        }
    }

    String id() {
        return id;
    }

    ExportRequest request() {
        return request;
    }

    State state() {
        return state;
    }

    /** The state for a client that polls: under way the first time, so that every client really has to poll. */
    State poll() {
        State now = state;
        boolean first = polled.compareAndSet(false, true);
        return first && now instanceof Complete ? new Running(99) : now;
    }

    @Override
    public void run() {
        String fault = "a fault of the sandbox server";
        try {
            write();
            fault = "";
        } catch (IOException failure) {
            fault = String.valueOf(failure.getMessage());
        } catch (RuntimeException bug) {
            fault += " (" + bug.getClass().getSimpleName() + ")";
        } finally {
            Instant now = clock.instant();
            end(
                    fault.isEmpty()
                            ? new Complete(now, List.copyOf(output), deleted.files(), errors.files())
                            : new Failed(now, fault));
        }
    }

    /** Whoever comes second, the end or the cancellation, clears up. */
    private synchronized void end(State end) {
        state = end;
        if (cancelled) {
            clear();
        }
    }

    /** Ends the job, soon, and deletes its files. */
    synchronized void cancel() {
        cancelled = true;
        if (!(state instanceof Running)) {
            clear();
        }
    }

    private void clear() {
        try {
            FileTree.delete(folder);
        } catch (IOException inUse) {
            // Its parent is deleted with the server, who reports what then remains.
        }
    }

    private void write() throws IOException {
        if (cancelled) {
            return;
        }
        Files.createDirectory(folder);
        List<String> types = data.types().stream().filter(request::holds).toList();
        for (String type : types) {
            for (Path file : data.files(type)) {
                bytesToRead += Files.size(file);
            }
        }
        try (deleted;
                errors) {
            for (Issue issue : request.issues()) {
                report(issue);
            }
            for (String type : types) {
                writeType(type);
            }
            if (request.changed().since().isPresent()) {
                for (Path file : data.deleted()) {
                    read(file, this::writeDeleted);
                }
            }
        }
    }

    private void writeType(String type) throws IOException {
        FileSeries series = new FileSeries(folder, type, type);
        try (series) {
            for (Path file : data.files(type)) {
                read(file, (resource, line) -> {
                    if (!type.equals(resource.path("resourceType").textValue())) {
                        return false;
                    }
                    if (isWanted(type, resource)) {
                        series.write(line);
                    }
                    return true;
                });
            }
        }
        output.addAll(series.files());
    }

    private boolean isWanted(String type, JsonNode resource) {
        return request.changed().includes(resource)
                && request.filters().includes(type, resource)
                && request.patients()
                        .map(patients -> PatientCompartment.contains(resource, patients))
                        .orElse(true);
    }

    /** Of a Bundle of deletions, those of types that the client may know of. Whose they were is known no more. */
    private boolean writeDeleted(ObjectNode bundle, byte[] line) throws IOException {
        if (!"Bundle".equals(bundle.path("resourceType").textValue())) {
            return false;
        }
        ArrayNode visible = FhirJson.mapper().createArrayNode();
        for (JsonNode entry : bundle.path("entry")) {
            if (request.holds(typeOf(entry.path("request").path("url").asText()))) {
                visible.add(entry);
            }
        }
        if (!visible.isEmpty() && request.changed().includes(bundle)) {
            deleted.write(
                    visible.size() == bundle.path("entry").size()
                            ? line
                            : bundle.set("entry", visible).toString().getBytes(StandardCharsets.UTF_8));
        }
        return true;
    }

    /** The type in {@code Type/id} or {@code http://…/Type/id}. */
    private static String typeOf(String url) {
        String[] segments = url.split("/", -1);
        return segments.length < 2 ? "" : segments[segments.length - 2];
    }

    /** Says whether a line is what its file should hold. */
    @FunctionalInterface
    private interface LineCheck {
        boolean accept(ObjectNode resource, byte[] line) throws IOException;
    }

    private void read(Path file, LineCheck lines) throws IOException {
        try (LineReader reader = LineReader.open(file)) {
            while (!cancelled && reader.next()) {
                Optional<ObjectNode> resource = DataFolder.resource(reader.line());
                if (resource.isEmpty() || !lines.accept(resource.get(), reader.line())) {
                    leftOut(file, reader.number());
                }
                if (reader.number() % LINES_BETWEEN_LOOKS == 0) {
                    showProgress(reader.bytesRead());
                }
            }
            bytesRead += reader.bytesRead();
        } catch (IOException failure) {
            throw new IOException(file.getFileName() + ": " + failure.getMessage(), failure);
        }
    }

    private void leftOut(Path file, long line) throws IOException {
        String words = file.getFileName() + ", line " + line + ": not a resource of this file's type, left out";
        report(new Issue(Severity.WARNING, "invalid", words));
    }

    private void report(Issue issue) throws IOException {
        errors.write(
                Outcomes.json(new OperationOutcome(List.of(issue))).toString().getBytes(StandardCharsets.UTF_8));
    }

    private void showProgress(long inThisFile) {
        state = new Running((int) Math.min(99, 100 * (bytesRead + inThisFile) / Math.max(1, bytesToRead)));
    }
}
