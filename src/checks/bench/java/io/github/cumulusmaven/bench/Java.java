package io.github.cumulusmaven.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Java that runs the benchmark runs all else. */
final class Java {
    /** Enough for any size of export, or the plugin is wrong. */
    static final String HEAP = "-Xmx256m";

    private Java() {}

    static String home() {
        return System.getProperty("java.home");
    }

    static List<String> command(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(home(), "bin", "java").toString(),
                HEAP,
                "-classpath",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
