package io.github.cumulusmaven.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Java that runs the benchmark runs all else. */
final class Java {
    /** Enough for any size of export, or the plugin is wrong. */
    static final String HEAP = "-Xmx256m";

    private Java() {}

    static String home() {
        return System.getProperty("java.home");
    }

    /** Runs a program to its end; what it printed is kept beside the folder. */
    static Child run(Class<?> program, List<String> arguments, Path folder) throws IOException, InterruptedException {
        return Child.run(
                command(program, arguments), Map.of(), folder, folder.resolveSibling(program.getSimpleName() + ".log"));
    }

    static List<String> command(Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(home(), "bin", "java").toString(),
                HEAP,
                "-classpath",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(arguments);
        return command;
    }
}
