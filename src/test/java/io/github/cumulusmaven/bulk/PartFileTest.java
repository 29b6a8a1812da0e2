package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartFileTest {
    private static final Path GOLDEN = Path.of("src/test/resources/part-note");

    @TempDir
    private Path folder;

    private Path part;
    private Path note;

    private PartFile begun() throws IOException {
        part = Files.writeString(folder.resolve("Patient.000.ndjson.part"), "{");
        note = folder.resolve("Patient.000.ndjson.part.json");
        return new PartFile(part);
    }

    static Stream<Arguments> notes() {
        return Stream.of(
                Arguments.of(
                        "tagged.json",
                        new PartNote(
                                "https://ehr.example/files/1?X-Amz-Signature=REDACTED",
                                "\"v1\"",
                                "gzip",
                                5_000_000_000L)),
                Arguments.of(
                        "dated.json",
                        new PartNote("https://ehr.example/files/1", "Mon, 23 Nov 2026 04:04:18 GMT", "", null)));
    }

    /** What is in users' folders. A name that changes here makes each file begin anew that was half here. */
    @ParameterizedTest
    @MethodSource("notes")
    void everyNoteIsWrittenAsInTheGoldenFile(String golden, PartNote found) throws IOException {
        begun().writeNote(found);

        assertThat(note).hasSameTextualContentAs(GOLDEN.resolve(golden));
    }

    @ParameterizedTest
    @MethodSource("notes")
    void theNoteOfAnEarlierRunIsReadAsItWas(String golden, PartNote written) throws IOException {
        PartFile file = begun();
        Files.copy(GOLDEN.resolve(golden), note);

        assertThat(file.readNote()).contains(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"url", "validator", "encoding"})
    void aNoteThatLacksWhatIsNeededIsNone(String needed) throws IOException {
        PartFile file = begun();
        Files.writeString(note, Files.readString(GOLDEN.resolve("tagged.json")).replace(needed, "other"));

        assertThat(file.readNote()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"''", "left behind", "{", "[]"})
    void whatIsNoNoteIsNone(String text) throws IOException {
        PartFile file = begun();
        Files.writeString(note, text);

        assertThat(file.readNote()).isEmpty();
    }
}
