package io.github.cumulusmaven.bulk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes a run's state into its folder, as often as it is worth it. */
final class StateKeeper {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int SHARE = 20;

    private final ExportFolder folder;
    private final InstantSource clock;
    private Instant next = Instant.MIN;
    private Optional<Supplier<ExportState>> unwritten = Optional.empty();

    StateKeeper(ExportFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Not for every file: with thousands of them, writing the list costs more than fetching them, and so it gets no more
     * than a twentieth of the time. What it does not tell yet, the folder does.
     */
    void keep(Supplier<ExportState> state) throws IOException {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            unwritten = Optional.of(state);
            return;
        }
        write(state.get());
        Instant written = clock.instant();
        Duration pause = Duration.between(now, written).multipliedBy(SHARE);
        next = written.plus(pause.compareTo(INTERVAL) > 0 ? pause : INTERVAL);
    }

    /** Writes it at once. An interrupt may end the run, but not the note of how far it has come. */
    void write(ExportState state) throws IOException {
        boolean interrupted = false;
        try {
            do {
                interrupted |= Thread.interrupted();
            } while (!isWritten(state));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        unwritten = Optional.empty();
    }

    private boolean isWritten(ExportState state) throws IOException {
        try {
            folder.writeState(state);
            return true;
        } catch (ClosedByInterruptException meanwhile) {
            return false;
        }
    }

    /** Writes what was kept back. */
    void flush() throws IOException {
        if (unwritten.isPresent()) {
            write(unwritten.get().get());
        }
    }
}
