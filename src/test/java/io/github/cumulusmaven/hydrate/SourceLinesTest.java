package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.fhir.ndjson.InputFile;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceLinesTest {
    @TempDir
    Path temp;

    @Test
    @DisplayName("ETL-errors: a file that cannot even be opened is told of, and is no end of the run")
    void unopened() throws Exception {
        InputFile gone = new InputFile(temp.resolve("Patient.ndjson"), "Patient.ndjson");
        List<InputFile> damaged = new ArrayList<>();
        List<byte[]> lines = new ArrayList<>();

        new SourceLines(damaged::add, bytes -> {}).each(gone, lines::add);

        assertThat(damaged).containsExactly(gone);
        assertThat(lines).isEmpty();
    }

    @Test
    @DisplayName(
            "of each file that was read, all bytes on disk are told in the end, also of a gzip file and a damaged one")
    void bytesOnDisk() throws Exception {
        String text = "{\"resourceType\":\"Medication\"}\n".repeat(5000);
        Path plain = Files.writeString(temp.resolve("plain.ndjson"), text);
        Path packed = temp.resolve("packed.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        Path cut = Files.write(temp.resolve("cut.ndjson.gz"), Arrays.copyOf(Files.readAllBytes(packed), 100));

        for (Path file : List.of(plain, packed, cut)) {
            List<Long> told = new ArrayList<>();
            new SourceLines(damaged -> {}, told::add).each(new InputFile(file, "x"), line -> {});
            assertThat(told.stream().mapToLong(Long::longValue).sum()).isEqualTo(Files.size(file));
        }
    }
}
