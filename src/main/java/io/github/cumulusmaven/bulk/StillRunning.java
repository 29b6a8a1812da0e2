package io.github.cumulusmaven.bulk;

import java.time.Duration;

/** The time of a run is up before its export is done. Nothing is lost: another run goes on. */
public final class StillRunning extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Duration since;

    /** Tells how long ago the kick-off was. */
    public StillRunning(Duration since) {
        this.since = since;
    }

    /** How long ago the kick-off was. */
    public Duration since() {
        return since;
    }
}
