package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A real Maven, which runs goals of the plugin.
 *
 * @param repository of its own
 * @param settings so that it finds the plugin and the rest
 * @param plugin its coordinates
 */
record Maven(Path home, Path repository, Path settings, String plugin) {
    /** Has all that the goals need in the repository, so that nothing is fetched while it is measured. */
    static Maven prepared(Path folder) throws IOException, InterruptedException {
        Path settings = folder.resolve("settings.xml");
        String known = Path.of(Benchmark.property("localRepository")).toUri().toString();
        Files.writeString(
                settings, Files.readString(Path.of("../../it/settings.xml")).replace("@localRepositoryUrl@", known));
        Maven maven = new Maven(
                Path.of(Benchmark.property("mavenHome")),
                folder.resolve("repository"),
                settings,
                Benchmark.property("plugin"));
        maven.run("help", List.of(), folder);
        return maven;
    }

    /** Runs a goal to its end; what it printed is kept beside the folder. */
    Child run(String goal, List<String> parameters, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin").resolve(isWindows() ? "mvn.cmd" : "mvn").toString(),
                "-B",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + repository,
                plugin + ":" + goal));
        command.addAll(parameters);
        return Child.run(
                command,
                Map.of("MAVEN_OPTS", Java.HEAP, "MAVEN_ARGS", "", "JAVA_HOME", Java.home()),
                folder,
                folder.resolveSibling("maven-" + goal + ".log"));
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    }
}
