package io.github.cumulusmaven.kill;

import io.github.cumulusmaven.bulk.FileState.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * A file as the server has it.
 *
 * @param name at the end of its URL
 * @param kind which list of the manifest names it
 * @param type in the manifest; empty for none
 * @param path that it must get in the export folder
 * @param plain its content
 * @param sent what goes over the wire: the content, or the same compressed
 * @param resources its lines
 */
record SourceFile(String name, Kind kind, String type, String path, byte[] plain, byte[] sent, int resources) {
    private static final int KILO = 1024;

    /** Of several types, some larger than what is worth continuing, one compressed, one without a type. */
    static List<SourceFile> all() {
        Random random = new Random(4);
        return List.of(
                ndjson(random, "patients-1", "Patient", "Patient.000.ndjson", 30 * KILO),
                ndjson(random, "patients-2", "Patient", "Patient.001.ndjson", 400),
                ndjson(random, "conditions", "Condition", "Condition.000.ndjson", 3100 * KILO),
                ndjson(random, "labs-1", "Observation", "Observation.000.ndjson", 4200 * KILO),
                packed(ndjson(random, "labs-2", "Observation", "Observation.001.ndjson", 5500 * KILO)),
                ndjson(random, "labs-3", "Observation", "Observation.002.ndjson", 2300 * KILO),
                ndjson(random, "nothing", "Procedure", "Procedure.000.ndjson", 0),
                untyped(ndjson(random, "visits", "Encounter", "Encounter.009.ndjson", 1300 * KILO)),
                other(
                        Kind.DELETED,
                        "gone",
                        "deleted/Bundle.000.ndjson",
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":"
                                + "{\"method\":\"DELETE\",\"url\":\"Patient/1\"}}]}\n"),
                other(
                        Kind.ERROR,
                        "words",
                        "error/OperationOutcome.000.ndjson",
                        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\","
                                + "\"code\":\"informational\",\"diagnostics\":\"One resource has no text\"}]}\n"));
    }

    static SourceFile ndjson(Random random, String name, String type, String path, int atLeast) {
        StringBuilder lines = new StringBuilder();
        byte[] noise = new byte[200];
        int resources = 0;
        while (lines.length() < atLeast) {
            random.nextBytes(noise);
            lines.append("{\"resourceType\":\"")
                    .append(type)
                    .append("\",\"id\":\"")
                    .append(resources++)
                    .append("\",\"text\":{\"status\":\"generated\",\"div\":\"<div>")
                    .append(HexFormat.of().formatHex(noise))
                    .append("</div>\"}}\n");
        }
        byte[] plain = lines.toString().getBytes(StandardCharsets.US_ASCII);
        return new SourceFile(name, Kind.OUTPUT, type, path, plain, plain, resources);
    }

    private static SourceFile other(Kind kind, String name, String path, String line) {
        byte[] plain = line.getBytes(StandardCharsets.US_ASCII);
        return new SourceFile(name, kind, "", path, plain, plain, 1);
    }

    private static SourceFile untyped(SourceFile file) {
        return new SourceFile(file.name, file.kind, "", file.path, file.plain, file.sent, file.resources);
    }

    private static SourceFile packed(SourceFile file) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(sent)) {
            zipped.write(file.plain);
        } catch (IOException impossible) {
            throw new IllegalStateException("memory takes all", impossible);
        }
        return new SourceFile(
                file.name, file.kind, file.type, file.path, file.plain, sent.toByteArray(), file.resources);
    }

    boolean isPacked() {
        return sent != plain;
    }

    /** What it is called before its first line tells the type. */
    String plannedPath() {
        return kind == Kind.OUTPUT && type.isEmpty() ? path.replaceFirst("[A-Za-z]+", "Untyped") : path;
    }

    String sha256() {
        return sha256(plain);
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
