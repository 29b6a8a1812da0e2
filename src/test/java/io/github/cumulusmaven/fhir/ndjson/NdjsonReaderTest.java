package io.github.cumulusmaven.fhir.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NdjsonReaderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"{a}\n{é}\n", "{a}\r\n{é}\r\n", "{a}\n{é}", "\n \n{a}\n\r\n\t{é} \n\n", "\ufeff{a}\n{é}"})
    @DisplayName("FL-15: either end of line, blank lines, no last end, a byte order mark")
    void lines(String text) throws IOException {
        assertThat(read(text)).containsExactly("{a}", "{é}");
    }

    @Test
    @DisplayName("FL-15: lines longer than any buffer")
    void longLines() throws IOException {
        String one = "1".repeat(64 * 1024 - 1);
        String two = "2".repeat(64 * 1024);
        String three = "3".repeat(300_000);

        assertThat(read(one + "\n" + two + "\n" + three + "\n4")).containsExactly(one, two, three, "4");
    }

    @Test
    @DisplayName("An empty file has no lines")
    void empty() throws IOException {
        assertThat(read("")).isEmpty();
    }

    /** Also checks that each line is where the reader says. */
    private List<String> read(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(folder.resolve("x.ndjson"), bytes);
        List<String> lines = new ArrayList<>();
        try (NdjsonReader reader = NdjsonReader.open(file)) {
            while (reader.next()) {
                String line = new String(reader.line(), StandardCharsets.UTF_8);
                assertThat(new String(bytes, (int) reader.offset(), reader.line().length, StandardCharsets.UTF_8))
                        .isEqualTo(line);
                lines.add(line);
            }
            assertThat(reader.bytesRead()).isEqualTo(bytes.length);
        }
        return lines;
    }
}
