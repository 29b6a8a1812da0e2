package io.github.cumulusmaven.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bench.Contestant.Lap;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What it costs to bring notes into their DocumentReferences, over the least that a Java program can do to fetch them: many
 * small requests, where an export has few large ones.
 */
final class NoteRace {
    private static final int NOTE_BYTES = 3000;

    /** The first in a process is the compiler's as much as ours. */
    private static final int LAPS = 2;

    private NoteRace() {}

    static Race of(ServerProcess server, List<DataFile> notes) {
        return new Race(
                String.format(
                        Locale.ROOT,
                        "%,d notes of %,d bytes, %d at a time",
                        notes.size(),
                        NOTE_BYTES,
                        Benchmark.PARALLEL),
                List.of(new Race.Rate("notes/s", notes.size())),
                List.of(new Ours(server, notes), new Bare(server, notes)),
                BareClientRun.NAME);
    }

    static List<DataFile> make(Path folder, int number) throws IOException {
        Files.createDirectories(folder);
        Random random = new Random(6);
        byte[] noise = new byte[NOTE_BYTES / 2];
        List<DataFile> notes = new ArrayList<>();
        for (int note = 0; note < number; note++) {
            random.nextBytes(noise);
            Path path = folder.resolve(note + BulkServer.NOTE);
            Files.writeString(path, HexFormat.of().formatHex(noise), StandardCharsets.US_ASCII);
            notes.add(new DataFile(path, NOTE_BYTES, 1, ""));
        }
        return notes;
    }

    private static Lap lap(Child child, long expected) throws IOException {
        List<Duration> times = new ArrayList<>();
        for (long[] numbers : child.numbers()) {
            if (numbers[1] != expected) {
                throw new IOException("fetched " + numbers[1] + ", not " + expected);
            }
            times.add(Duration.ofNanos(numbers[0]));
        }
        return new Lap(times.get(0), child.peakBytes(), Map.of("once more in the same JVM", times.get(1)));
    }

    private record Bare(ServerProcess server, List<DataFile> notes) implements Contestant {
        @Override
        public String name() {
            return BareClientRun.NAME;
        }

        @Override
        public Lap run(Path folder) throws IOException, InterruptedException {
            return lap(BareClientRun.fetch(server, notes, LAPS, folder), DataFile.bytes(notes));
        }
    }

    private record Ours(ServerProcess server, List<DataFile> notes) implements Contestant {
        @Override
        public String name() {
            return "cumulus:hydrate, without Maven";
        }

        @Override
        public Lap run(Path folder) throws IOException, InterruptedException {
            List<String> arguments = new ArrayList<>(List.of(server.fhirUrl(), String.valueOf(Benchmark.PARALLEL)));
            for (int lap = 0; lap < LAPS; lap++) {
                Path export = Files.createDirectory(folder.resolve(String.valueOf(lap)));
                Files.write(export.resolve("DocumentReference.000.ndjson"), documents());
                arguments.add(export.toString());
            }
            Child child = Java.run(OurNotes.class, arguments, folder);
            for (int lap = 0; lap < LAPS; lap++) {
                verify(folder.resolve(lap + "/DocumentReference.000.notes.000.ndjson"));
            }
            return lap(child, notes.size());
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
}
