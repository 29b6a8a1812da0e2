package io.github.cumulusmaven.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What it costs to bring notes into their DocumentReferences, over the least that a Java program can do to fetch them: many
 * small requests, where an export has few large ones. Fails when a note is wrong, never for being slow.
 */
public final class NoteBenchmark {
    private static final double AIM = 1.5;
    private static final int NOTE_BYTES = 3000;
    private static final String OURS = "our notes";
    private static final String BARE = "bare HttpClient";

    private final Path target;
    private final ServerProcess server;
    private final List<ServedFile> notes;

    private NoteBenchmark(Path target, ServerProcess server, List<ServedFile> notes) {
        this.target = target;
        this.server = server;
        this.notes = notes;
    }

    /** Reads its settings from system properties that the profile sets. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path target = Path.of(Benchmark.property("bench.directory")).resolve("notes");
        int number = Integer.parseInt(Benchmark.property("bench.notes"));
        Benchmark.delete(target);
        Path served = Files.createDirectories(target.resolve("served"));
        List<ServedFile> notes = make(served, number);
        try (ServerProcess server = ServerProcess.start(served)) {
            new NoteBenchmark(target, server, notes).race(Integer.parseInt(Benchmark.property("bench.rounds")));
        } finally {
            Benchmark.delete(target);
        }
    }

    private static List<ServedFile> make(Path folder, int number) throws IOException {
        Random random = new Random(6);
        byte[] noise = new byte[NOTE_BYTES / 2];
        List<ServedFile> notes = new ArrayList<>();
        for (int note = 0; note < number; note++) {
            random.nextBytes(noise);
            Path path = folder.resolve(note + BulkServer.NOTE);
            Files.writeString(path, HexFormat.of().formatHex(noise), StandardCharsets.US_ASCII);
            notes.add(new ServedFile(path, NOTE_BYTES, 1, ""));
        }
        return notes;
    }

    /** In turns, so that a busy minute of the machine hits both alike. */
    private void race(int rounds) throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        double loadBefore = Result.load();
        for (int round = 1; round <= rounds; round++) {
            ours.add(show(round, OURS, ours()));
            bare.add(show(round, BARE, bare()));
        }
        double ourRate = notes.size() / median(ours);
        double bareRate = notes.size() / median(bare);
        System.out.printf(
                Locale.ROOT,
                "%n%,d notes of %,d bytes, %d at a time: %s %,.0f requests/s, %s %,.0f requests/s%n"
                        + "Medians. Load average %.1f before, %.1f after, %d processors%n"
                        + "Time of %s : %s = %.2f; aim: at most %.2f%n",
                notes.size(),
                NOTE_BYTES,
                Benchmark.PARALLEL,
                OURS,
                ourRate,
                BARE,
                bareRate,
                loadBefore,
                Result.load(),
                Runtime.getRuntime().availableProcessors(),
                OURS,
                BARE,
                bareRate / ourRate,
                AIM);
    }

    private static double show(int round, String name, double seconds) {
        System.out.printf(Locale.ROOT, "Round %d, %s: %.2f s%n", round, name, seconds);
        return seconds;
    }

    private static double median(List<Double> seconds) {
        return Result.median(seconds.stream().mapToDouble(Double::doubleValue));
    }

    private double bare() throws IOException, InterruptedException {
        Path urls = target.resolve("urls.txt");
        Files.write(urls, server.urls(notes));
        return seconds(run(BareNotes.class, urls), (long) notes.size() * NOTE_BYTES);
    }

    private double ours() throws IOException, InterruptedException {
        Path export = Files.createDirectories(target.resolve("export"));
        try {
            Files.write(export.resolve("DocumentReference.000.ndjson"), documents());
            double seconds = seconds(run(OurNotes.class, export), notes.size());
            verify(export.resolve("DocumentReference.000.notes.000.ndjson"));
            return seconds;
        } finally {
            Benchmark.delete(export);
        }
    }

    private List<String> documents() {
        List<String> documents = new ArrayList<>();
        for (String url : server.urls(notes)) {
            ObjectNode document = FhirJson.mapper().createObjectNode();
            document.put("resourceType", "DocumentReference").put("id", String.valueOf(documents.size()));
            document.put("status", "current")
                    .putObject("subject")
                    .put("reference", "Patient/" + documents.size() % 100);
            document.putArray("content")
                    .addObject()
                    .putObject("attachment")
                    .put("contentType", "text/plain")
                    .put("url", url);
            documents.add(document.toString());
        }
        return documents;
    }

    private String run(Class<?> program, Path input) throws IOException, InterruptedException {
        List<String> command =
                Java.command(program, input.toString(), String.valueOf(Benchmark.PARALLEL), server.fhirUrl());
        return Child.run(command, Map.of(), target, target.resolve(program.getSimpleName() + ".log"))
                .output();
    }

    private static double seconds(String output, long expected) throws IOException {
        String[] numbers = output.split(" ");
        if (Long.parseLong(numbers[1]) != expected) {
            throw new IOException("fetched " + numbers[1] + ", not " + expected);
        }
        return Long.parseLong(numbers[0]) / 1e9;
    }

    private void verify(Path written) throws IOException {
        List<String> lines = Files.readAllLines(written);
        for (String line : lines) {
            JsonNode document = FhirJson.mapper().readTree(line);
            Path original = notes.get(document.path("id").asInt()).path();
            byte[] note = document.at("/content/0/attachment/data").binaryValue();
            if (!Arrays.equals(Files.readAllBytes(original), note)) {
                throw new IOException("a note is not what was served");
            }
        }
        if (lines.size() != notes.size()) {
            throw new IOException(lines.size() + " notes were written, not " + notes.size());
        }
    }
}
