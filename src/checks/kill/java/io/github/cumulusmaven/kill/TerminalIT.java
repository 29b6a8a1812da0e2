package io.github.cumulusmaven.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An export by a real Maven on a real terminal, that of tmux, whose width changes meanwhile. */
class TerminalIT {
    private static final int ROWS = 50;
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Half a minute of this server's time. */
    private static final int BYTES = 66 * 1024 * 1024;

    private static final Pattern FOOTER = Pattern.compile("Downloaded \\d+ %.*");
    private static final Pattern NARROW_FOOTER = Pattern.compile("Downloaded \\d+ %, .+ left");
    private static final Pattern USUAL_FOOTER = Pattern.compile(NARROW_FOOTER + ", [\\d,]+ of [\\d,]+ resources.*");
    private static final Pattern WHOLE_FOOTER =
            Pattern.compile(NARROW_FOOTER + ", [\\d,]+ of [\\d,]+ resources, after .+, 0 of 1 files, .+ MB, .+ MB/s");

    /** What nothing but a footer has. */
    private static final Pattern PART_OF_FOOTER = Pattern.compile("Downloaded|of 1 files|MB/s| left,");

    private static final String ENDED = "Ended with ";

    /** Runs what it is given and tells that it ended, after Ctrl-C, too: tmux itself now and then misses the end of a process. */
    private static final String SHELL = "trap : INT; \"$@\"; echo \"" + ENDED + "$?\"; exec cat";

    @TempDir
    Path temporary;

    private SlowServer server;
    private Maven maven;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(isInstalled(), "tmux is not installed");
        server = SlowServer.start(
                List.of(SourceFile.ndjson(new Random(4), "labs", "Observation", "Observation.000.ndjson", BYTES)));
        maven = Maven.prepared(temporary);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            tmux("kill-server");
            server.close();
        }
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    @Test
    @Timeout(180)
    @DisplayName("The footer is one line, as wide as the terminal is now, and nothing of it stays")
    void footer() throws Exception {
        export();
        verifyFooter(80, FOOTER);
        resize(200);
        verifyFooter(200, WHOLE_FOOTER);
        resize(40);
        verifyFooter(40, NARROW_FOOTER);
        resize(80);
        verifyFooter(80, USUAL_FOOTER);

        List<String> end = await(lines -> lines.stream().anyMatch(line -> line.contains("Finished at:")));
        assertThat(end).anyMatch(line -> line.contains("BUILD SUCCESS"));
        assertThat(end).noneMatch(PART_OF_FOOTER.asPredicate());
    }

    @Test
    @Timeout(120)
    @DisplayName("Nor does anything of it stay when the run is interrupted")
    void interrupted() throws Exception {
        export();
        verifyFooter(80, FOOTER);

        tmux("send-keys", "C-c");

        List<String> end = await(lines -> lines.stream().anyMatch(line -> line.startsWith(ENDED)));
        assertThat(end)
                .anyMatch(line -> line.contains("Stopping. What came whole is kept"))
                .noneMatch(PART_OF_FOOTER.asPredicate());
    }

    private void export() throws Exception {
        List<String> run = new ArrayList<>(
                List.of("new-session", "-d", "-x", "80", "-y", String.valueOf(ROWS), "sh", "-c", SHELL, "sh"));
        run.addAll(maven.command(
                "export",
                List.of(
                        "-Dcumulus.fhirUrl=" + server.fhirUrl(1),
                        "-Dcumulus.exportDirectory=" + temporary.resolve("export"))));
        tmux(run.toArray(String[]::new));
    }

    private void resize(int columns) throws Exception {
        tmux("resize-window", "-x", String.valueOf(columns));
    }

    /** Waits until the footer is this one line, which fits, and nothing else on the screen is part of one. */
    private void verifyFooter(int columns, Pattern footer) throws Exception {
        await(all -> {
            List<String> parts =
                    all.stream().filter(PART_OF_FOOTER.asPredicate()).toList();
            return parts.size() == 1
                    && footer.matcher(parts.get(0)).matches()
                    && parts.get(0).length() < columns;
        });
    }

    /** Waits for a screen, with all that has left it above. */
    private List<String> await(Predicate<List<String>> wanted) throws Exception {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            List<String> lines = tmux("capture-pane", "-p", "-S", "-")
                    .lines()
                    .map(String::stripTrailing)
                    .toList();
            if (wanted.test(lines)) {
                return lines;
            }
            assertThat(System.nanoTime()).as(String.join("\n", lines)).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
    }

    /** Has a server of its own, with nobody's configuration. */
    private String tmux(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("tmux", "-S", temporary.resolve("tmux").toString(), "-f", "/dev/null"));
        command.addAll(List.of(arguments));
        Process process = maven.process(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
