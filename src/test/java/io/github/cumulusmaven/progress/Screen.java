package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person sees on a terminal: knows carriage return, line feed, "erase to the end of the screen", and the switch of
 * the wrapping at the last column.
 */
final class Screen {
    private static final String ERASE_REST = "\u001b[J";
    private static final String WRAP_OFF = "\u001b[?7l";
    private static final String WRAP_ON = "\u001b[?7h";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    private int columns = 1000;
    private int row;
    private int column;
    private boolean wraps = true;

    PrintStream out() {
        return out;
    }

    /** Becomes so wide; what is there stays as it is. */
    void columns(int width) {
        seen();
        columns = width;
    }

    /** Becomes so narrow; what is there is folded, and the cursor stays before the same letter. */
    void fold(int width) {
        seen();
        columns = width;
        assertThat(column).as("column of the cursor").isZero();
        List<StringBuilder> folded = new ArrayList<>();
        int cursor = 0;
        for (int number = 0; number < lines.size(); number++) {
            cursor = number == row ? folded.size() : cursor;
            String line = lines.get(number).toString();
            for (int from = 0; from == 0 || from < line.length(); from += width) {
                folded.add(new StringBuilder(line.substring(from, Math.min(line.length(), from + width))));
            }
        }
        lines.clear();
        lines.addAll(folded);
        row = cursor;
    }

    /** The lines from the top. Only what was flushed is seen. */
    List<String> lines() {
        seen();
        return lines.stream().map(StringBuilder::toString).toList();
    }

    private void seen() {
        String output = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        for (int index = 0; index < output.length(); index++) {
            char next = output.charAt(index);
            if (output.startsWith(ERASE_REST, index)) {
                lines.get(row).setLength(Math.min(column, lines.get(row).length()));
                lines.subList(row + 1, lines.size()).clear();
                index += ERASE_REST.length() - 1;
            } else if (output.startsWith(WRAP_OFF, index) || output.startsWith(WRAP_ON, index)) {
                wraps = output.startsWith(WRAP_ON, index);
                index += WRAP_ON.length() - 1;
            } else if (next == '\r') {
                column = 0;
            } else if (next == '\n') {
                newLine();
            } else {
                assertThat(next).as("control character on the screen").isGreaterThanOrEqualTo(' ');
                put(next);
            }
        }
    }

    private void newLine() {
        row++;
        column = 0;
        if (row == lines.size()) {
            lines.add(new StringBuilder());
        }
    }

    private void put(char letter) {
        if (column == columns && wraps) {
            newLine();
        }
        int at = Math.min(column, columns - 1);
        StringBuilder line = lines.get(row);
        line.replace(at, Math.min(at + 1, line.length()), String.valueOf(letter));
        column = at + 1;
    }
}
