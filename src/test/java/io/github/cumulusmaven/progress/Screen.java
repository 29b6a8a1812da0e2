package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a person sees on a terminal: knows carriage return, line feed and "erase to the end of the line". */
final class Screen {
    private static final String ERASE_REST = "\u001b[K";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    PrintStream out() {
        return out;
    }

    /** The lines from the top, the one with the cursor last. Only what was flushed is seen. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        String output = bytes.toString(StandardCharsets.UTF_8);
        StringBuilder line = new StringBuilder();
        int column = 0;
        for (int index = 0; index < output.length(); index++) {
            char next = output.charAt(index);
            if (output.startsWith(ERASE_REST, index)) {
                line.setLength(column);
                index += ERASE_REST.length() - 1;
            } else if (next == '\r') {
                column = 0;
            } else if (next == '\n') {
                lines.add(line.toString());
                line.setLength(0);
                column = 0;
            } else {
                assertThat(next).as("control character on the screen").isGreaterThanOrEqualTo(' ');
                line.replace(column, Math.min(column + 1, line.length()), String.valueOf(next));
                column++;
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
