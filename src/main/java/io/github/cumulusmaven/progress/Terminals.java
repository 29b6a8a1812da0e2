package io.github.cumulusmaven.progress;

import java.io.Console;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks for the terminal of this JVM. */
public final class Terminals {
    /** Matches {@code stty size}: rows, then columns, which count. A terminal that does not know its size has 0. */
    private static final Pattern SIZE = Pattern.compile("\\d{1,5} ([1-9]\\d{0,4})");

    private static final Pattern WIDTH = Pattern.compile("[1-9]\\d{0,4}");
    private static final int USUAL_WIDTH = 80;

    private Terminals() {}

    /** Tells whether a person sits before the output. */
    public static boolean isTerminal() {
        return Optional.ofNullable(System.console())
                .filter(Terminals::isTerminal)
                .isPresent();
    }

    /**
     * Tells whether a console is a terminal. From JDK 22 on there may be a console without one, and a method that
     * tells; before, every console was a terminal.
     */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException beforeJdk22) {
            return true;
        } catch (ReflectiveOperationException unknown) {
            return false;
        }
    }

    /**
     * Counts the columns that the terminal has now; where it cannot be asked, those of the environment variable
     * {@code COLUMNS}, which a shell sets only for itself, or else 80. Starts a process, which takes some 3 ms.
     */
    public static int columns() {
        return columns(new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")))
                .orElseGet(() -> columns(Optional.ofNullable(System.getenv("COLUMNS"))));
    }

    /**
     * Asks a command for the terminal's columns: the JDK cannot tell, and each version of Maven brings another library
     * for it.
     */
    static OptionalInt columns(ProcessBuilder size) {
        try {
            Process process =
                    size.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher matcher = SIZE.matcher(answer.strip());
            return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
        } catch (IOException cannotBeAsked) {
            return OptionalInt.empty();
        }
    }

    static int columns(Optional<String> variable) {
        return variable.filter(text -> WIDTH.matcher(text).matches())
                .map(Integer::parseInt)
                .orElse(USUAL_WIDTH);
    }

    /**
     * Opens a stream to the terminal, past Maven 4, which makes a log line of what {@code System.out} gets.
     *
     * @param onWindows the stream to take on Windows: only Maven's own knows how a console is steered
     */
    public static PrintStream out(PrintStream onWindows) {
        if (File.separatorChar == '\\') {
            return onWindows;
        }
        // stdout.encoding is known from Java 19 on, and is the terminal's own.
        String charset = System.getProperty("stdout.encoding", System.getProperty("native.encoding", ""));
        return new PrintStream(
                new FileOutputStream(FileDescriptor.out),
                false,
                charset.isEmpty() || !Charset.isSupported(charset)
                        ? Charset.defaultCharset()
                        : Charset.forName(charset));
    }
}
