package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillionFilesTest {
    @Test
    @DisplayName("a manifest of a million files is read, kept, and read again, by a Java with 512 MB")
    void fits(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MillionFiles.class.getName(),
                        folder.resolve("export").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(output, StandardCharsets.UTF_8))
                    .isEqualTo("DOWNLOAD " + MillionFiles.FILES + System.lineSeparator());
        } finally {
            process.destroyForcibly();
        }
    }
}
