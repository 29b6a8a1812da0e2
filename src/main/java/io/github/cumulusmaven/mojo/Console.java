package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.maven.plugin.logging.Log;

/** Writes lines into the build's log and shows progress between them, without tearing either. */
abstract class Console {
    /** What comes this soon after a failed attempt was on its way before it. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(1);

    private final Log log;
    private final Progress progress;
    private final InstantSource clock;

    private volatile Outage outage = Outage.NONE;
    private volatile boolean shows;
    private int warnings;
    private Instant quietUntil = Instant.MIN;

    /**
     * A time in which nothing comes.
     *
     * @param began when the first attempt failed
     * @param lastFailure when the last one did
     * @param failures so far
     * @param told whether there was a warning of it
     * @param gaveUp whether a file was given up
     */
    private record Outage(Instant began, Instant lastFailure, int failures, boolean told, boolean gaveUp) {
        static final Outage NONE = new Outage(Instant.MIN, Instant.MIN, 0, false, false);

        Outage failed(Instant now) {
            return new Outage(failures == 0 ? now : began, now, failures + 1, told, gaveUp);
        }

        Outage isTold() {
            return new Outage(began, lastFailure, failures, true, gaveUp);
        }

        Outage givenUp() {
            return new Outage(began, lastFailure, failures, told, true);
        }
    }

    Console(Log log, Progress progress, InstantSource clock) {
        this.log = log;
        this.progress = progress;
        this.clock = clock;
    }

    final void info(String line) {
        progress.message(() -> log.info(Consoles.printable(line)));
    }

    final void warn(String line) {
        progress.message(() -> log.warn(Consoles.printable(line)));
    }

    final Instant now() {
        return clock.instant();
    }

    final Duration since(Instant began) {
        return Duration.between(began, now());
    }

    /** Shows this line from now on, and before it, how long nothing has come. */
    final void show(Supplier<String> line) {
        shows = true;
        progress.show(() -> {
            Outage current = outage;
            String text = line.get();
            return current.failures() == 0
                    ? text
                    : "Nothing came for " + Amounts.duration(since(current.began())) + ", "
                            + counted(current.failures(), "failed attempt") + (text.isEmpty() ? "" : ", " + text);
        });
    }

    /** Shows nothing from now on. */
    final void hide() {
        shows = false;
        progress.show(() -> "");
    }

    static String counted(long count, String thing) {
        return Amounts.count(count) + " " + thing + (count == 1 ? "" : "s");
    }

    /**
     * Warns of an outage, once: the attempts that fail in it have the same cause, however many they are. The more outages
     * there were, the longer nothing is told of the next ones: those of a server that is always in trouble are no news.
     */
    public synchronized void retrying(String what, int attempt, int attempts, String reason, Duration wait) {
        Instant now = now();
        outage = outage.failed(now);
        if (!shows) {
            show(() -> "");
        }
        if (!outage.told() && !now.isBefore(quietUntil)) {
            outage = outage.isTold();
            warnings++;
            quietUntil = now.plusSeconds((long) warnings * warnings);
            warn(what + ", attempt " + attempt + (attempts > 0 ? " of " + attempts : "") + ": " + reason + "; again in "
                    + Amounts.duration(wait));
        }
    }

    /** Warns of something that was given up; in an outage, of the first one only. */
    final synchronized void gaveUp(String what, String reason) {
        if (!outage.gaveUp()) {
            warn("Gave up " + what + ": " + reason);
        }
        if (outage.failures() > 0) {
            outage = outage.givenUp();
        }
    }

    /** Ends an outage, if there is one: the server answers. */
    final void answered() {
        endOutage(Duration.ZERO);
    }

    /** Ends an outage, if there is one: one of several downloads goes on. */
    final void received() {
        endOutage(UNDER_WAY);
    }

    private void endOutage(Duration afterFailure) {
        if (outage.failures() > 0) {
            endOutage(now(), afterFailure);
        }
    }

    private synchronized void endOutage(Instant now, Duration afterFailure) {
        Outage over = outage;
        if (over.failures() > 0 && !now.isBefore(over.lastFailure().plus(afterFailure))) {
            outage = Outage.NONE;
            if (over.told() && over.failures() > 1) {
                info("It goes on, after " + Amounts.duration(Duration.between(over.began(), now)) + " and "
                        + counted(over.failures(), "failed attempt"));
            }
        }
    }
}
