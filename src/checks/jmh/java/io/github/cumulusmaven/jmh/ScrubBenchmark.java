package io.github.cumulusmaven.jmh;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.cumulusmaven.deid.ScrubResult;
import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.deid.Scrubber;
import io.github.cumulusmaven.deid.codebook.CodebookFailure;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One thread through one file, from memory to memory: de-identified, or only read and written again by Jackson. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
public class ScrubBenchmark {
    @Param({"Observation", "DocumentReference", "Patient"})
    public String type = "";

    private final JsonFactory jackson = new JsonFactory();
    private Lines lines = new Lines(new byte[0], new int[0]);
    private ByteArrayOutputStream target = new ByteArrayOutputStream();
    private Path folder = Path.of("");
    private PhiFolder phi;
    private Scrubber scrubber;

    /** Opens what a run of the goal has, and looks whether both do their work. */
    @Setup
    public void open() throws IOException, CodebookFailure {
        lines = Lines.of(type);
        target = new ByteArrayOutputStream(lines.bytes().length);
        folder = Files.createTempDirectory("cumulus-jmh");
        phi = PhiFolder.open(folder);
        scrubber = new Scrubber(ScrubRules.builtIn(), phi.anonymousIds(), List.of());
        if (scrub() == 0 || jacksonCopy() < lines.bytes().length * 0.9) {
            throw new IllegalStateException("nothing to measure in " + type);
        }
    }

    @TearDown
    public void close() throws IOException {
        phi.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Benchmark
    public int scrub() throws IOException {
        target.reset();
        int from = 0;
        for (int end : lines.ends()) {
            ScrubResult result = scrubber.scrub(type, lines.bytes(), from, end - from, target);
            if (!(result instanceof ScrubResult.Kept)) {
                throw new IllegalStateException("a line was skipped: " + result);
            }
            target.write('\n');
            from = end;
        }
        return target.size();
    }

    @Benchmark
    public int jacksonCopy() throws IOException {
        target.reset();
        try (JsonParser parser = jackson.createParser(lines.bytes());
                JsonGenerator generator = jackson.createGenerator(target)) {
            generator.setRootValueSeparator(new SerializedString("\n"));
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                generator.copyCurrentEvent(parser);
            }
        }
        return target.size();
    }
}
