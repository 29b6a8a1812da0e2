package io.github.cumulusmaven.mojo;

import io.github.cumulusmaven.http.Origin;
import io.github.cumulusmaven.progress.Amounts;
import io.github.cumulusmaven.progress.Progress;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.run.AccessListener;
import io.github.cumulusmaven.smart.ClientCredentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.maven.plugin.logging.Log;

/** Writes lines into the build's log and shows progress between them, without tearing either. */
abstract class Console implements AccessListener {
    private static final int LONGEST_CLIENT_ID = 64;
    private static final int SHOWN_OF_CLIENT_ID = 20;

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

    /** Who asks, before anything is asked: what the server's administrators want to know when it does not work. */
    @Override
    public void client(ClientCredentials client, URI tokenEndpoint, URI fhirBase) {
        Origin server = Origin.of(fhirBase);
        info("As client " + beginning(client.clientId()) + " with key "
                + client.key().keyId() + " ("
                + client.key().algorithm() + "), tokens from " + RedactedUrl.of(tokenEndpoint)
                + (Origin.of(tokenEndpoint).equals(server)
                        ? ""
                        : ", which is not on the FHIR server, " + server.hostAndPort()));
    }

    /** Some are signed tokens of a thousand characters. */
    private static String beginning(String clientId) {
        return clientId.length() <= LONGEST_CLIENT_ID ? clientId : clientId.substring(0, SHOWN_OF_CLIENT_ID) + "…";
    }

    @Override
    public void withoutClient() {
        info("Without authorization: no SMART client is configured");
    }

    @Override
    public void clockDiffers(Duration difference) {
        warn("The server's clock differs from this machine's by " + difference.toSeconds()
                + " s; tokens are asked for by the server's time.");
    }

    @Override
    public void scopesNotGranted(Collection<String> missing) {
        warn("The server did not grant " + String.join(" ", missing)
                + ": expect these types to be refused or missing. Ask its administrators to add the scopes.");
    }

    @Override
    public void refusalNoted(Path log) {
        warn("what the server says of it is in " + log);
    }

    static String counted(long count, String thing) {
        return Amounts.count(count) + " " + thing + (count == 1 ? "" : "s");
    }

    /**
     * Warns of an outage, once: the attempts that fail in it have the same cause, however many they are. The more outages
     * there were, the longer nothing is told of the next ones: those of a server that is always in trouble are no news.
     */
    @Override
    public synchronized void retrying(String what, int attempt, int attempts, Exception reason, Duration wait) {
        Instant now = now();
        outage = outage.failed(now);
        if (!shows) {
            show(() -> "");
        }
        if (!outage.told() && !now.isBefore(quietUntil)) {
            outage = outage.isTold();
            warnings++;
            quietUntil = now.plusSeconds((long) warnings * warnings);
            warn(what + ", attempt " + attempt + (attempts > 0 ? " of " + attempts : "") + ": "
                    + ExportMessages.words(reason) + "; again in " + Amounts.duration(wait));
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
