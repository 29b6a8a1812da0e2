package io.github.cumulusmaven.kill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.bulk.FileState.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.kill.SlowServer.Thing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a server exports, and the Medications and notes that its resources refer to, which it does not export.
 *
 * @param files of the export
 * @param things not in it, by their URLs below the FHIR base
 * @param notes the bodies of the notes, by the same URLs
 * @param owners the first resource that refers to a thing, by the same URLs
 */
record Chart(List<SourceFile> files, Map<String, Thing> things, Map<String, byte[]> notes, Map<String, String> owners) {
    private static final int MEDICATIONS = 80;
    private static final int DOCUMENTS = 160;
    private static final int REPORTS = 60;
    private static final int NOTE_BYTES = 3000;

    /** Of the documents, every tenth repeats its predecessor's note, every seventh has two; half the reports share one. */
    static Chart make() {
        Maker maker = new Maker();
        List<SourceFile> files = new ArrayList<>();
        files.add(maker.file("requests", "MedicationRequest", MEDICATIONS * 2, maker::request));
        files.add(maker.file("documents-1", "DocumentReference", DOCUMENTS / 2, maker::document));
        files.add(maker.file("reports", "DiagnosticReport", REPORTS, maker::report));
        files.add(maker.file("documents-2", "DocumentReference", DOCUMENTS / 2, maker::document));
        return new Chart(files, maker.things, maker.notes, maker.owners);
    }

    /** The Medications among the things. */
    Set<String> medications() {
        Set<String> medications = new TreeSet<>(things.keySet());
        medications.removeAll(notes.keySet());
        return medications;
    }

    /** The paths of the files that hydration is to make. */
    List<String> added() {
        List<String> added = new ArrayList<>(List.of("Medication.000.ndjson"));
        files.stream()
                .filter(file -> !file.type().equals("MedicationRequest"))
                .forEach(file -> added.add(notesOf(file)));
        return added;
    }

    static String notesOf(SourceFile file) {
        return file.path().replace(".ndjson", ".notes.000.ndjson");
    }

    private interface Line {
        ObjectNode make(int number);
    }

    private static final class Maker {
        private final Random random = new Random(5);
        private final Map<String, Thing> things = new LinkedHashMap<>();
        private final Map<String, byte[]> notes = new TreeMap<>();
        private final Map<String, String> owners = new TreeMap<>();
        private final Map<String, Integer> filesOf = new TreeMap<>();
        private int documents;
        private String lastNote = "";

        SourceFile file(String name, String type, int resources, Line line) {
            int number = filesOf.merge(type, 1, Integer::sum) - 1;
            StringBuilder lines = new StringBuilder();
            for (int resource = 0; resource < resources; resource++) {
                lines.append(line.make(resource)).append('\n');
            }
            byte[] plain = lines.toString().getBytes(StandardCharsets.UTF_8);
            String path = String.format(Locale.ROOT, "%s.%03d.ndjson", type, number);
            return new SourceFile(name, Kind.OUTPUT, type, path, plain, plain, resources);
        }

        ObjectNode request(int number) {
            String url = "Medication/m" + number / 2;
            ObjectNode medication = resource("Medication", "m" + number / 2);
            medication.putObject("code").put("text", "one of " + MEDICATIONS);
            things.put(url, new Thing("application/fhir+json", bytes(medication.toString())));
            owners.put(url, url);
            ObjectNode request = resource("MedicationRequest", "r" + number);
            request.putObject("medicationReference").put("reference", url);
            return request;
        }

        ObjectNode document(int number) {
            ObjectNode document = resource("DocumentReference", "d" + documents++);
            ArrayNode content = document.putArray("content");
            attach(content.addObject().putObject("attachment"), number % 10 == 9 ? lastNote : note(document));
            if (number % 7 == 6) {
                attach(content.addObject().putObject("attachment"), note(document));
            }
            return document;
        }

        ObjectNode report(int number) {
            ObjectNode report = resource("DiagnosticReport", "p" + number);
            String shared = List.copyOf(notes.keySet()).get(number / 2);
            attach(report.putArray("presentedForm").addObject(), number % 2 == 0 ? shared : note(report));
            return report;
        }

        /** Half of them raw, half of them in a resource. */
        private String note(ObjectNode owner) {
            String url = "Binary/n" + notes.size();
            byte[] noise = new byte[NOTE_BYTES / 2];
            random.nextBytes(noise);
            byte[] note = bytes(HexFormat.of().formatHex(noise));
            ObjectNode binary = resource("Binary", "n" + notes.size());
            binary.put("contentType", "text/plain")
                    .put("data", Base64.getEncoder().encodeToString(note));
            things.put(
                    url,
                    notes.size() % 2 == 0
                            ? new Thing("text/plain; charset=utf-8", note)
                            : new Thing("application/fhir+json", bytes(binary.toString())));
            notes.put(url, note);
            owners.put(url, owner.path("id").asText());
            lastNote = url;
            return url;
        }

        private static void attach(ObjectNode attachment, String url) {
            attachment.put("contentType", "text/plain").put("url", url);
        }

        private static ObjectNode resource(String type, String id) {
            return FhirJson.mapper()
                    .createObjectNode()
                    .put("resourceType", type)
                    .put("id", id);
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
