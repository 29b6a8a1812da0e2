package io.github.cumulusmaven.sample;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The sample on disk: {@code <Type>.ndjson.gz}, {@code deleted/Bundle.ndjson.gz} and {@code sample.json}. */
record SampleFolder(Path path) {
    private static final String SUFFIX = ".ndjson.gz";

    void write(Resources sample, Resources deletions, String source) throws IOException {
        Files.createDirectories(deleted());
        for (Path old : files()) {
            if (isData(old)) {
                Files.delete(old);
            }
        }
        writeTypes(path, sample);
        writeTypes(deleted(), deletions);
        Files.writeString(path.resolve("sample.json"), Json.pretty(summary(sample, source)));
    }

    Resources read() throws IOException {
        return read(path);
    }

    Resources readDeleted() throws IOException {
        return read(deleted());
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    long size() throws IOException {
        long size = 0;
        for (Path file : files()) {
            size += Files.size(file);
        }
        return size;
    }

    static boolean isData(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    /** Every line of a file, in the order of the file. */
    static List<String> lines(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private Path deleted() {
        return path.resolve("deleted");
    }

    private static Resources read(Path folder) throws IOException {
        Resources resources = new Resources();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(SampleFolder::isData).toList()) {
                for (String line : lines(file)) {
                    resources.add((ObjectNode) Json.parse(line));
                }
            }
        }
        return resources;
    }

    private static void writeTypes(Path folder, Resources resources) throws IOException {
        for (String type : resources.types()) {
            try (OutputStream out = new ReproducibleGzip(Files.newOutputStream(folder.resolve(type + SUFFIX)))) {
                for (ObjectNode resource : resources.all(type)) {
                    out.write((Json.compact(resource) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static ObjectNode summary(Resources sample, String source) {
        ObjectNode summary = Fhir.object().put("patients", sample.all("Patient").size());
        ObjectNode counts = summary.putObject("resources");
        sample.types().forEach(type -> counts.put(type, sample.all(type).size()));
        return summary.put("source", source);
    }

    /** The JDK writes neither a time nor a name into the header, so equal content gives equal bytes. */
    private static final class ReproducibleGzip extends GZIPOutputStream {
        ReproducibleGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
