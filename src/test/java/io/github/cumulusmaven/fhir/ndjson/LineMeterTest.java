package io.github.cumulusmaven.fhir.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("FL-15 NDJSON as servers write it")
class LineMeterTest {
    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("nothing", "", 0, false, 0),
                Arguments.of("one line", "{}\n", 1, false, 3),
                Arguments.of("no last newline", "{}\n{}", 2, true, 3),
                Arguments.of("one line, no newline", "{}", 1, true, 0),
                Arguments.of("CRLF", "{}\r\n{}\r\n", 2, false, 8),
                Arguments.of("CRLF, last one without", "{}\r\n{}", 2, true, 4),
                Arguments.of("blank lines", "\n{}\n\n \t\r\n{}\n\n", 2, false, 13),
                Arguments.of("only blanks at the end", "{}\n  ", 1, false, 3),
                Arguments.of("byte order mark", "\uFEFF{}\n{}\n", 2, false, 9),
                Arguments.of("byte order mark alone", "\uFEFF", 0, false, 0),
                Arguments.of("byte order mark and a newline", "\uFEFF\n", 0, false, 4),
                Arguments.of("text beyond ASCII", "{\"a\":\"äß€😀»¿\"}\n{}\n", 2, false, 27),
                Arguments.of("a mark's bytes later on", "{}\n»\n", 2, false, 6));
    }

    private static LineMeter measured(byte[] text, int chunk) {
        LineMeter meter = new LineMeter();
        for (int from = 0; from < text.length; from += chunk) {
            byte[] padded = new byte[chunk + 7];
            int length = Math.min(chunk, text.length - from);
            System.arraycopy(text, from, padded, 3, length);
            meter.update(padded, 3, length);
        }
        return meter;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void sameForEverySplit(String what, String text, long resources, boolean insideLine, long lastLineStart) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        for (int chunk = 1; chunk <= bytes.length + 1; chunk++) {
            LineMeter meter = measured(bytes, chunk);

            assertThat(meter.resources()).as("resources, %d at a time", chunk).isEqualTo(resources);
            assertThat(meter.bytes()).isEqualTo(bytes.length);
            assertThat(meter.endsInsideLine()).isEqualTo(insideLine);
            assertThat(meter.lastLineStart())
                    .as("last line, %d at a time", chunk)
                    .isEqualTo(lastLineStart);
        }
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void longLines(int chunk) {
        String text = "{\"data\":\"" + "x".repeat(3_000_000) + "\"}\n{}\n";

        LineMeter meter = measured(text.getBytes(StandardCharsets.UTF_8), chunk);

        assertThat(meter.resources()).isEqualTo(2);
        assertThat(meter.lastLineStart()).isEqualTo(text.length());
    }

    private static LineMeter measured(byte[] text, int chunk, String type) {
        LineMeter meter = new LineMeter(type);
        for (int from = 0; from < text.length; from += chunk) {
            meter.update(text, from, Math.min(chunk, text.length - from));
        }
        return meter;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"resourceType\":\"Patient\",\"id\":\"1\"}      | 0",
                "{ \"resourceType\" :\t\"Patient\" }            | 0",
                "{\"resourceType\":\"Patients\"}                 | 1",
                "{\"resourceType\":\"Condition\"}                | 1",
                "{\"id\":\"1\",\"resourceType\":\"Patient\"}     | 1",
                "{}                                           | 1",
                "{\"resourceType                              | 1",
            })
    @DisplayName("FL-09 lines that do not begin like a resource of the type are counted")
    void unlike(String line, long unlike) {
        String text =
                "\uFEFF{\"resourceType\":\"Patient\"}\n\n" + line.trim() + "\r\n" + line.trim() + "\n" + line.trim();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        for (int chunk = 1; chunk <= bytes.length + 1; chunk++) {
            assertThat(measured(bytes, chunk, "Patient").unlike()).isEqualTo(3 * unlike);
            assertThat(measured(bytes, chunk, "Patient").resources()).isEqualTo(4);
            assertThat(measured(bytes, chunk, "").unlike()).isZero();
        }
    }

    static Stream<Arguments> octets() {
        return Stream.of(
                Arguments.of("c3 a4", true),
                Arguments.of("e2 82 ac", true),
                Arguments.of("f0 9f 98 80", true),
                Arguments.of("f4 8f bf bf", true),
                Arguments.of("ef bf bf", true),
                Arguments.of("e4", false),
                Arguments.of("c3", false),
                Arguments.of("c3 c3 a4", false),
                Arguments.of("e2 82", false),
                Arguments.of("80", false),
                Arguments.of("c0 80", false),
                Arguments.of("e0 80 80", false),
                Arguments.of("ed a0 80", false),
                Arguments.of("f0 8f bf bf", false),
                Arguments.of("f4 90 80 80", false),
                Arguments.of("f5 80 80 80", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("octets")
    @DisplayName("FL-15 the first line that is not UTF-8 is told, wherever the reading is split")
    void utf8(String octets, boolean good) {
        byte[] inside = HexFormat.ofDelimiter(" ").parseHex(octets);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes("{\"a\":\"ä\"}\n\n{\"a\":\"".getBytes(StandardCharsets.UTF_8));
        text.writeBytes(inside);
        text.writeBytes("\"}\n{\"a\":1}\n".getBytes(StandardCharsets.UTF_8));

        for (int chunk = 1; chunk <= text.size() + 1; chunk++) {
            LineMeter meter = measured(text.toByteArray(), chunk, "Patient");
            assertThat(meter.firstLineNotUtf8()).isEqualTo(good ? 0 : 3);
            assertThat(meter.resources()).isEqualTo(3);
        }
    }

    static Stream<Integer> chunks() {
        return Stream.of(8191, 8192, 65536, 131072, 10_000_000);
    }
}
