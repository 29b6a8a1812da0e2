package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.progress.FooterProgress;
import io.github.cumulusmaven.progress.LineProgress;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.progress.ProgressMode;
import io.github.cumulusmaven.progress.Terminals;
import io.github.cumulusmaven.progress.Ticker;
import io.github.cumulusmaven.redact.ServerWords;
import java.time.Duration;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;

/** What is shown in this build, and how. */
final class Consoles {
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(30);

    private Consoles() {}

    static Progress progress(ProgressMode mode, Log log, MavenSession session) {
        ProgressMode here = mode.in(
                session.getRequest().isInteractiveMode(),
                Terminals.isTerminal(),
                Optional.ofNullable(System.getenv("TERM")),
                log.isInfoEnabled(),
                isQuiet(session));
        return switch (here) {
            case AUTO -> new FooterProgress(Terminals.out(System.out), Terminals::columns, Ticker.REAL);
            case PLAIN -> new LineProgress(log::info, LINE_INTERVAL, Ticker.REAL);
            case NONE -> Progress.NONE;
        };
    }

    /** Under -ntp; Maven 3 tells by its listener's class only, Maven 4 not at all. */
    private static boolean isQuiet(MavenSession session) {
        Object listener = session.getRequest().getTransferListener();
        return listener != null && listener.getClass().getSimpleName().contains("Quiet");
    }

    /** One line of text: what comes from a server must not move a terminal's cursor, nor begin lines of its own. */
    static String printable(String text) {
        return ServerWords.printable(text);
    }
}
