package io.github.cumulusmaven.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The least that a Java program can do with NDJSON: Jackson reads each resource token by token, and writes it again. Nothing is
 * looked at, and nothing forced to the disk.
 */
public final class JacksonCopy {
    private JacksonCopy() {}

    /** Copies the files of a folder into another one, each by one thread, as many at a time as there are processors. */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        Path to = Path.of(arguments[1]);
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
            files = all.sorted(Comparator.comparing((Path file) -> file.toFile().length())
                            .reversed())
                    .toList();
        }
        JsonFactory json = new JsonFactory();
        ExecutorService workers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Future<?>> copies = new ArrayList<>();
        for (Path file : files) {
            copies.add(workers.submit(() -> {
                copy(json, file, to.resolve(file.getFileName()));
                return null;
            }));
        }
        for (Future<?> copy : copies) {
            copy.get();
        }
        workers.shutdown();
    }

    private static void copy(JsonFactory json, Path from, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = Files.newOutputStream(to);
                JsonParser parser = json.createParser(in);
                JsonGenerator generator = json.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter("\n"))) {
            while (parser.nextToken() != null) {
                generator.copyCurrentStructureExact(parser);
            }
            generator.writeRaw('\n');
        }
    }
}
