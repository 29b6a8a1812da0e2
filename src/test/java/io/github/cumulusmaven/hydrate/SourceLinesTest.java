package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.InputFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
