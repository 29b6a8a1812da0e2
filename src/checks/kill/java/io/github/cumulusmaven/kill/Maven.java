package io.github.cumulusmaven.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A real Maven, which is started for each goal.
 *
 * @param home of Maven
 * @param repository of its own
 * @param settings for Maven, so that it finds the plugin and the rest
 * @param plugin its coordinates
 * @param folder to work in, without a pom
 */
record Maven(Path home, Path repository, Path settings, String plugin, Path folder) {
    /** The exit value of what was killed. */
    static final int KILLED = 128 + 9;

    private static final Duration LONGEST_RUN = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(5);

    /** Has the plugin in a repository of its own, so that nothing else is hit by a kill. */
    static Maven prepared(Path folder) throws IOException, InterruptedException {
        Path settings = folder.resolve("settings.xml");
        String local = Path.of(property("kill.localRepository")).toUri().toString();
        Files.writeString(
                settings, Files.readString(Path.of("../../it/settings.xml")).replace("@localRepositoryUrl@", local));
        Maven maven = new Maven(
                Path.of(property("kill.mavenHome")),
                folder.resolve("repository"),
                settings,
                property("kill.plugin"),
                Files.createDirectory(folder.resolve("no-project")));
        maven.download(folder.resolve("help.log"));
        return maven;
    }

    /** Has what a run needs in the repository, so that no run is killed, or seen on a terminal, while it comes. */
    private void download(Path output) throws IOException, InterruptedException {
        Process process = start("help", List.of(), output.toFile());
        assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    }

    static String property(String name) {
        String value = System.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set: start this with mvn -f src/checks/kill verify");
        }
        return value;
    }

    /**
     * Runs a goal to its end, or to the moment when it is killed.
     *
     * @param output gets what it prints
     * @param server whose requests the moment counts
     * @return its exit value, {@link #KILLED} for a kill that came in time
     */
    int run(String goal, List<String> settings, Path output, Optional<Moment> moment, SlowServer server)
            throws IOException, InterruptedException {
        int first = server.asked();
        Process process = start(goal, settings, output.toFile());
        try {
            if (moment.isPresent()) {
                await(process, moment.get(), server, first);
                kill(process);
            }
            assertThat(process.waitFor(LONGEST_RUN.toMillis(), TimeUnit.MILLISECONDS))
                    .as("ends: " + Files.readString(output))
                    .isTrue();
        } finally {
            kill(process);
        }
        return process.exitValue();
    }

    private static void await(Process process, Moment moment, SlowServer server, int first)
            throws InterruptedException {
        boolean there = moment.requests() == 0;
        while (!there && process.isAlive()) {
            there = server.await(first + moment.requests(), LOOK);
        }
        process.waitFor(moment.delay().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Starts a goal; its output goes to the end of a file. */
    private Process start(String goal, List<String> settings, File output) throws IOException {
        List<String> command = command(goal, settings);
        command.add(1, "-B");
        return process(command).redirectErrorStream(true).redirectOutput(output).start();
    }

    /** Writes the command that runs a goal. */
    List<String> command(String goal, List<String> settings) {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin").resolve("mvn").toString(),
                "-s",
                this.settings.toString(),
                "-Dmaven.repo.local=" + repository,
                plugin + ":" + goal));
        command.addAll(settings);
        return command;
    }

    /** Prepares a process that runs Maven, itself or by another command. */
    ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        // The second compiler's work would never pay off in a few seconds.
        builder.environment().put("MAVEN_OPTS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("MAVEN_ARGS", "");
        return builder;
    }

    /** Ends it as kill -9 does. The script has become the JVM by then, or has one below it. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
