package io.github.cumulusmaven.mojo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.apache.maven.plugin.logging.Log;
import org.jspecify.annotations.Nullable;

/** Keeps what a build would show, each line with its level, {@code debug} and its exceptions included. */
final class RecordingLog implements Log {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final boolean quiet;

    RecordingLog() {
        this(false);
    }

    /** {@code quiet} as under {@code -q}. */
    RecordingLog(boolean quiet) {
        this.quiet = quiet;
    }

    /** What is shown without {@code -X}. */
    List<String> lines() {
        return all(line -> !line.startsWith("DEBUG "));
    }

    /** What is shown with {@code -X}, but for the exceptions. */
    List<String> everything() {
        return all(line -> true);
    }

    List<String> warnings() {
        return all(line -> line.startsWith("WARN "));
    }

    /** What {@code -X} adds. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    private List<String> all(Predicate<String> which) {
        synchronized (lines) {
            return lines.stream().filter(which).toList();
        }
    }

    private void add(String level, CharSequence content, @Nullable Throwable error) {
        lines.add(level + " " + content);
        if (!level.equals("DEBUG")) {
            MessageCatalogue.add("Lines: " + level, content.toString());
        }
        if (error != null) {
            failures.add(error);
        }
    }

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public void debug(CharSequence content) {
        add("DEBUG", content, null);
    }

    @Override
    public void debug(CharSequence content, Throwable error) {
        add("DEBUG", content, error);
    }

    @Override
    public void debug(Throwable error) {
        add("DEBUG", "", error);
    }

    @Override
    public boolean isInfoEnabled() {
        return !quiet;
    }

    @Override
    public void info(CharSequence content) {
        if (!quiet) {
            add("INFO", content, null);
        }
    }

    @Override
    public void info(CharSequence content, Throwable error) {
        add("INFO", content, error);
    }

    @Override
    public void info(Throwable error) {
        add("INFO", "", error);
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public void warn(CharSequence content) {
        add("WARN", content, null);
    }

    @Override
    public void warn(CharSequence content, Throwable error) {
        add("WARN", content, error);
    }

    @Override
    public void warn(Throwable error) {
        add("WARN", "", error);
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }

    @Override
    public void error(CharSequence content) {
        add("ERROR", content, null);
    }

    @Override
    public void error(CharSequence content, Throwable error) {
        add("ERROR", content, error);
    }

    @Override
    public void error(Throwable error) {
        add("ERROR", "", error);
    }
}
