package io.github.cumulusmaven.fhir.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineChunksTest {
    @ParameterizedTest
    @DisplayName("ETL-pipeline: a file is cut at ends of lines only")
    @CsvSource({
        "'ab\ncd\nef\n', 'ab\ncd\n|ef\n'",
        "'ab\ncd\nef', 'ab\ncd\n|ef'",
        "'a\n\n\nb', 'a\n\n\nb'",
        "'abcdefgh\ni\n', 'abcdefgh\n|i\n'",
        "'0123456789abcdefghi\nj\nk\n', '0123456789abcdefghi\n|j\nk\n'",
        "'0123456789abcdefghi', '0123456789abcdefghi'",
        "'abcdefgh', 'abcdefgh'",
        "'', ''",
    })
    void cuts(String text, String chunks) throws IOException {
        assertThat(String.join("|", chunks(text, 8))).isEqualTo(chunks);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 64, 1000})
    @DisplayName("ETL-pipeline: whatever the size of the pieces, together they are the file")
    void nothingIsLost(int size) throws IOException {
        Random random = new Random(size);
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 200; line++) {
            text.append("x".repeat(random.nextInt(40))).append('\n');
        }
        List<String> chunks = chunks(text.toString(), size);
        assertThat(String.join("", chunks)).isEqualTo(text.toString());
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk).endsWith("\n"));
    }

    @Test
    @DisplayName("ETL-pipeline: a long line is one piece")
    void longLine() throws IOException {
        String line = "y".repeat(3_000_000) + "\n";
        assertThat(chunks(line + "z\n", 256 * 1024)).containsExactly(line, "z\n");
    }

    @Test
    @DisplayName("a line beyond the limit costs that line: a piece without content stands for it")
    void tooLong() throws IOException {
        String ok = "y".repeat(100) + "\n";
        String tooLong = "x".repeat(101) + "\n";

        assertThat(chunks(ok + tooLong + "z\n", 8, 101)).containsExactly(ok, "", "z\n");
        assertThat(chunks(tooLong.strip(), 8, 100)).containsExactly("");
        assertThat(chunks(tooLong + tooLong, 8, 100)).containsExactly("", "");
    }

    private static List<String> chunks(String text, int size) throws IOException {
        return chunks(text, size, Integer.MAX_VALUE);
    }

    private static List<String> chunks(String text, int size, int longestLine) throws IOException {
        List<String> chunks = new ArrayList<>();
        try (LineChunks reader =
                new LineChunks(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), size, longestLine)) {
            for (Optional<LineChunks.Chunk> next = reader.next(); next.isPresent(); next = reader.next()) {
                chunks.add(new String(next.get().bytes(), 0, next.get().length(), StandardCharsets.UTF_8));
                reader.reuse(next.get().bytes());
            }
        }
        return chunks;
    }
}
