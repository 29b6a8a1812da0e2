package io.github.cumulusmaven.mojo;

import java.io.File;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A command line of ours, written so that it can be pasted into this machine's shell. */
final class CommandLine {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final String text;
    private final boolean windows;

    CommandLine(String version, String goal) {
        this("mvn io.github.cumulusmaven:cumulus-maven-plugin:" + version + ":" + goal, File.separatorChar == '\\');
    }

    CommandLine(String text, boolean windows) {
        this.text = text;
        this.windows = windows;
    }

    /** With a parameter; without it, where there is no value. */
    CommandLine with(String name, @Nullable Object value) {
        String shown = value == null ? "" : value.toString().trim();
        return shown.isEmpty() ? this : new CommandLine(text + " " + option(name, shown), windows);
    }

    /** PowerShell would cut an option at its dots, and cmd.exe knows no single quotes. */
    private String option(String name, String value) {
        String option = "-Dcumulus." + name + "=";
        return windows ? '"' + option + value + '"' : option + quoted(value);
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    @Override
    public String toString() {
        return text;
    }
}
