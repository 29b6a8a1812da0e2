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

    /** The first in a process is the compiler's as much as ours. */
    private static final int LAPS = 2;

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

    /** Reads its settings from system properties that the build sets. */
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
        List<double[]> ours = new ArrayList<>();
        List<double[]> bare = new ArrayList<>();
        double loadBefore = Result.load();
        for (int round = 1; round <= rounds; round++) {
            ours.add(show(round, OURS, ours()));
            bare.add(show(round, BARE, bare()));
        }
        System.out.printf(
                Locale.ROOT,
                "%n%,d notes of %,d bytes, %d at a time; medians. Load average %.1f before, %.1f after, %d processors%n",
                notes.size(),
                NOTE_BYTES,
                Benchmark.PARALLEL,
                loadBefore,
                Result.load(),
                Runtime.getRuntime().availableProcessors());
        show("in a new JVM", rate(ours, 0), rate(bare, 0), "");
        show("once more in it", rate(ours, 1), rate(bare, 1), "; aim: at most " + AIM);
    }

    private static void show(String when, double ours, double bare, String aim) {
        System.out.printf(
                Locale.ROOT,
                "%-16s %s %,.0f requests/s, %s %,.0f requests/s: time %.2f%s%n",
                when,
                OURS,
                ours,
                BARE,
                bare,
                bare / ours,
                aim);
    }

    private static double[] show(int round, String name, double... seconds) {
        System.out.printf(Locale.ROOT, "Round %d, %s: %.2f s, then %.2f s%n", round, name, seconds[0], seconds[1]);
        return seconds;
    }

    private double rate(List<double[]> rounds, int lap) {
        return notes.size() / Result.median(rounds.stream().mapToDouble(seconds -> seconds[lap]));
    }

    private double[] bare() throws IOException, InterruptedException {
        Path urls = target.resolve("urls.txt");
        Files.write(urls, server.urls(notes));
        return seconds(run(BareNotes.class, String.valueOf(LAPS), parallel(), urls.toString()), bytes());
    }

    private long bytes() {
        return (long) notes.size() * NOTE_BYTES;
    }

    private static String parallel() {
        return String.valueOf(Benchmark.PARALLEL);
    }

    private double[] ours() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(server.fhirUrl(), parallel()));
        Path exports = target.resolve("exports");
        for (int lap = 0; lap < LAPS; lap++) {
            Path export = Files.createDirectories(exports.resolve(String.valueOf(lap)));
            Files.write(export.resolve("DocumentReference.000.ndjson"), documents());
            arguments.add(export.toString());
        }
        try {
            double[] seconds = seconds(run(OurNotes.class, arguments.toArray(String[]::new)), notes.size());
            for (int lap = 0; lap < LAPS; lap++) {
                verify(exports.resolve(lap + "/DocumentReference.000.notes.000.ndjson"));
            }
            return seconds;
        } finally {
            Benchmark.delete(exports);
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

    private String run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        Path log = target.resolve(program.getSimpleName() + ".log");
        return Child.run(Java.command(program, arguments), Map.of(), target, log)
                .output();
    }

    private static double[] seconds(String output, long expected) throws IOException {
        List<Double> seconds = new ArrayList<>();
        for (String lap : output.split("\\R")) {
            String[] numbers = lap.split(" ");
            if (Long.parseLong(numbers[1]) != expected) {
                throw new IOException("fetched " + numbers[1] + ", not " + expected);
            }
            seconds.add(Long.parseLong(numbers[0]) / 1e9);
        }
        return seconds.stream().mapToDouble(Double::doubleValue).toArray();
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
