package io.github.cumulusmaven.fhir.ndjson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{a}\n{é}\n",
                "{a}\r\n{é}\r\n",
                "{a}\n{é}",
                "\n \n{a}\n\r\n\t{é} \n\n",
                "\ufeff{a}\n{é}",
                "{a}\n\ufeff{é}\n\ufeff"
            })
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
    @DisplayName("FL-15: of lines longer than they may be, only the beginning is read, and those behind are not lost")
    void cut() throws IOException {
        String text = "1234\n12345\r\n123456789\n\n    5\n     5\n12";
        List<String> lines = new ArrayList<>();
        List<Boolean> cut = new ArrayList<>();
        try (LineReader reader =
                LineReader.cutting(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 5)) {
            while (reader.next()) {
                lines.add(reader.number() + " " + reader.text() + " at " + reader.offset());
                cut.add(reader.isCut());
            }
        }

        assertThat(lines).containsExactly("1 1234 at 0", "2 12345 at 5", "3 12345 at 12", "5 5 at 27", "7 12 at 36");
        assertThat(cut).containsExactly(false, true, true, false, false);
    }

    @Test
    @DisplayName("FL-15: a resource too long to be held ends the reading, with the number of its line")
    void tooLong() throws IOException {
        Path file = folder.resolve("x.ndjson.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
            packed.write(("{a}\n" + "x".repeat(1001)).getBytes(StandardCharsets.UTF_8));
        }
        try (LineReader reader = LineReader.open(file, 1000)) {
            assertThat(reader.next()).isTrue();
            assertThatThrownBy(reader::next)
                    .isInstanceOf(IOException.class)
                    .hasMessage("line 2 is longer than 1000 bytes");
        }
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
        try (LineReader reader = LineReader.open(file)) {
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
