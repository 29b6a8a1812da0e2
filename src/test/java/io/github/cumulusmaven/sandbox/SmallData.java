package io.github.cumulusmaven.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes folders of NDJSON. */
final class SmallData {
    private final Path folder;

    private SmallData(Path folder) {
        this.folder = folder;
    }

    static SmallData in(Path folder) {
        return new SmallData(folder);
    }

    /** Three patients, of whom the first and the last are in the group; each with an Observation. */
    static SmallData threePatients(Path folder) {
        return in(folder)
                .file("Patient.ndjson", patient("p1"), patient("p2"), patient("p3"))
                .file(
                        "Observation.ndjson.gz",
                        observation("o1", "p1"),
                        observation("o2", "p2"),
                        observation("o3", "p3"))
                .file("Practitioner.ndjson", "{\"resourceType\":\"Practitioner\",\"id\":\"d1\"}")
                .file("Group.ndjson", group("cohort", "Patient/p1", "https://ehr.example.org/fhir/Patient/p3"));
    }

    static String patient(String id) {
        return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
    }

    static String observation(String id, String patient) {
        return "{\"resourceType\":\"Observation\",\"id\":\"" + id + "\",\"subject\":{\"reference\":\"Patient/" + patient
                + "\"}}";
    }

    /** A Patient that changed at a time. */
    static String changed(String id, String lastUpdated) {
        return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"meta\":{\"lastUpdated\":\"" + lastUpdated
                + "\"}}";
    }

    static String group(String id, String... members) {
        StringBuilder entities = new StringBuilder();
        for (String member : members) {
            entities.append(entities.isEmpty() ? "" : ",")
                    .append("{\"entity\":{\"reference\":\"")
                    .append(member)
                    .append("\"}}");
        }
        return "{\"resourceType\":\"Group\",\"id\":\"" + id + "\",\"member\":[" + entities + "]}";
    }

    SmallData file(String name, String... lines) {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream plain = Files.newOutputStream(file);
                    OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
                for (String line : lines) {
                    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    SandboxData data() {
        return SandboxData.folder(folder);
    }
}
