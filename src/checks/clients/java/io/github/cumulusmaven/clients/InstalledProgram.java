package io.github.cumulusmaven.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs in a folder of their own, and shows the end of what they say when they fail.
 *
 * @param folder of the program
 */
record InstalledProgram(Path folder) {
    private static final int MINUTES = 10;
    private static final int LINES_SHOWN = 40;

    /** Runs a command to its end, which must be a success. */
    void run(String... command) throws IOException, InterruptedException {
        Path said = Files.createDirectories(folder).resolve(Path.of(command[0]).getFileName() + ".log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
        } catch (IOException missing) {
            throw new AssertionError(
                    "the check of the other clients wants " + command[0] + " on the PATH: " + missing.getMessage(),
                    missing);
        }
        process.getOutputStream().close();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        List<String> lines =
                Files.readString(said, StandardCharsets.UTF_8).lines().toList();
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        assertThat(ended)
                .as("%s ends; said:%n%s", Arrays.toString(command), end)
                .isTrue();
        assertThat(process.exitValue())
                .as("%s; said:%n%s", Arrays.toString(command), end)
                .isZero();
    }
}
