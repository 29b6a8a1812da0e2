package io.github.cumulusmaven.deid;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import io.github.cumulusmaven.deid.codebook.PhiFolder;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Scrubs any bytes as a line: what comes out is JSON, and nothing comes out of what is skipped. */
class LineFuzz {
    private static final Scrubber SCRUBBER = scrubber();

    static Scrubber scrubber() {
        try {
            PhiFolder phi =
                    PhiFolder.open(Files.createTempDirectory("cumulus-fuzz").resolve("phi"));
            return new Scrubber(ScrubRules.builtIn(), phi.anonymousIds());
        } catch (Exception disk) {
            throw new IllegalStateException(disk);
        }
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                        FuzzedPatient.WHOLE,
                        "{\"resourceType\":\"Patient\",\"id\":\"\\u00e9\",\"_gender\":{\"extension\":[{\"url\":\"x\"}]}}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void scrub(byte[] line) throws IOException {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        ScrubResult result = SCRUBBER.scrub("Patient", line, 0, line.length, row);
        if (result instanceof ScrubResult.Skipped) {
            if (row.size() > 0) {
                throw new AssertionError("something of a skipped line was written");
            }
            return;
        }
        try (JsonParser json = FhirJson.mapper().createParser(row.toByteArray())) {
            while (json.nextToken() != null) {
                json.currentName();
            }
        }
    }
}
