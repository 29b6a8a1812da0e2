package io.github.cumulusmaven.mojo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * Gathers every message that a test of the goals sees, to be read in one piece: {@code target/messages.md}, written when all
 * tests have run. Messages that differ in a number, a time or a folder only are there once.
 */
final class MessageCatalogue {
    private static final Path FILE = Path.of("target", "messages.md");
    private static final Map<String, Map<String, String>> MESSAGES = new ConcurrentSkipListMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(MessageCatalogue::write));
    }

    private MessageCatalogue() {}

    /**
     * Adds a message.
     *
     * @param chapter where it is shown: the level of a line, or the kind of a failure
     */
    static void add(String chapter, String message) {
        String shown = message.replace(System.getProperty("java.io.tmpdir"), "TEMP")
                .replaceAll("TEMP/[A-Za-z-]*\\d+", "TEMP")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT");
        MESSAGES.computeIfAbsent(chapter, any -> new ConcurrentSkipListMap<>())
                .putIfAbsent(shown.replaceAll("[0-9a-f]*\\d[0-9a-f]*", "0"), shown);
    }

    private static void write() {
        String text = MESSAGES.entrySet().stream()
                .map(chapter ->
                        "## " + chapter.getKey() + " (" + chapter.getValue().size() + ")\n\n"
                                + chapter.getValue().values().stream()
                                        .map(message -> "- " + message.replace("\n", "\n  ") + "\n")
                                        .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, "# What users read\n\n" + text);
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
    }
}
