package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.LineChunks;
import io.github.cumulusmaven.fhir.ndjson.LineEnds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Counts the Encounters that Cumulus Library shows once the tables that it waits for are complete: those that are not
 * entered in error and whose Patient is in the tables. Reads the rows of both tables once more; of Patients, so many at a time
 * that memory does not grow with them.
 */
final class ShownEncounters {
    /** Eight bytes each; up to so many Patients, the Encounters are read once. */
    static final int PATIENTS_AT_ONCE = 4_000_000;

    private static final String PATIENT = "Patient/";
    private static final String ENTERED_IN_ERROR = "entered-in-error";

    private final List<Path> encounters;
    private final int patientsAtOnce;
    private long[] patients = new long[1024];
    private int size;
    private long shown;

    private ShownEncounters(List<Path> encounters, int patientsAtOnce) {
        this.encounters = encounters;
        this.patientsAtOnce = patientsAtOnce;
    }

    /** Counts them in the files of finished tables. */
    static long count(List<Path> encounters, List<Path> patients, int patientsAtOnce)
            throws IOException, InterruptedException {
        ShownEncounters count = new ShownEncounters(encounters, patientsAtOnce);
        for (Path file : patients) {
            read(file, Set.of("id"), row -> count.add(hash(row.id())));
        }
        count.countThoseOfPatients();
        return count.shown;
    }

    private void add(long patient) throws IOException, InterruptedException {
        if (size == patientsAtOnce) {
            countThoseOfPatients();
        }
        if (size == patients.length) {
            patients = Arrays.copyOf(patients, size * 2);
        }
        patients[size++] = patient;
    }

    private void countThoseOfPatients() throws IOException, InterruptedException {
        Arrays.sort(patients, 0, size);
        for (Path file : encounters) {
            read(file, Set.of("status", "subject"), row -> {
                if (!row.status().equals(ENTERED_IN_ERROR)
                        && row.subject().startsWith(PATIENT)
                        && Arrays.binarySearch(
                                        patients, 0, size, hash(row.subject().substring(PATIENT.length())))
                                >= 0) {
                    shown++;
                }
            });
        }
        size = 0;
    }

    /** FNV-1a; ids are hashes themselves, so that 64 bits tell them apart. */
    private static long hash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int index = 0; index < id.length(); index++) {
            hash = (hash ^ id.charAt(index)) * 0x100000001b3L;
        }
        return hash;
    }

    /** What counts of a row; empty where it is missing. */
    private record Row(String id, String status, String subject) {}

    @FunctionalInterface
    private interface RowReader {
        void accept(Row row) throws IOException, InterruptedException;
    }

    /** Reads of each row no more than it takes to find some properties: what follows is most of it. */
    private static void read(Path file, Set<String> properties, RowReader rows)
            throws IOException, InterruptedException {
        LineChunks.read(Files.newInputStream(file), (bytes, length) -> {
            for (int from = 0; from < length; from = LineEnds.find(bytes, from, length) + 1) {
                try (JsonParser json = FhirJson.mapper().createParser(bytes, from, length - from)) {
                    json.nextToken();
                    rows.accept(row(json, properties));
                }
            }
        });
    }

    private static Row row(JsonParser json, Set<String> properties) throws IOException {
        String id = "";
        String status = "";
        String subject = "";
        int missing = properties.size();
        while (missing > 0 && json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            missing -= properties.contains(name) ? 1 : 0;
            switch (name) {
                case "id" -> id = json.getText();
                case "status" -> status = json.getText();
                case "subject" -> subject = reference(json);
                default -> json.skipChildren();
            }
        }
        return new Row(id, status, subject);
    }

    private static String reference(JsonParser json) throws IOException {
        String reference = "";
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = json.currentName().equals("reference");
            json.nextToken();
            if (wanted) {
                reference = json.getText();
            } else {
                json.skipChildren();
            }
        }
        return reference;
    }
}
