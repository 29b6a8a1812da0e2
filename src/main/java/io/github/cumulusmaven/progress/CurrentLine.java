package io.github.cumulusmaven.progress;

import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Holds the line to be shown, as one line of plain text whatever the supplier gives. */
final class CurrentLine {
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");
    private static final int WIDE_FROM = 0x1100;
    private static final String SEPARATOR = ", ";

    private volatile Supplier<String> supplier = () -> "";
    private volatile String last = "";

    void set(Supplier<String> line) {
        supplier = line;
    }

    /**
     * Asks the supplier. Part of its text may come from a server: control characters, and with them escape sequences,
     * become blanks. A supplier that fails must not end the work that it tells about, so its last text stays.
     */
    String ask() {
        try {
            String text = CONTROLS.matcher(supplier.get()).replaceAll(" ").strip();
            last = text;
            return text;
        } catch (RuntimeException failing) {
            return last;
        }
    }

    /**
     * Cuts a text that does not fit: behind the last comma that does, so that no number is cut to another one, or else
     * anywhere. Characters that some terminal draws double count double: too short is harmless.
     */
    static String cut(String text, int columns) {
        int used = 0;
        for (int index = 0; index < text.length(); index += Character.charCount(text.codePointAt(index))) {
            used += text.codePointAt(index) < WIDE_FROM ? 1 : 2;
            if (used > columns) {
                int comma = text.lastIndexOf(SEPARATOR, index);
                return text.substring(0, comma > 0 ? comma : index);
            }
        }
        return text;
    }
}
