package io.github.cumulusmaven.bulk;

import java.util.Locale;

/** Names how a run ended: for the rest of the build, and in {@code export.json} for whoever comes later. */
public enum Outcome {
    /** All is here. */
    DONE,
    /** All was here before. */
    UP_TO_DATE,
    /** The server reports that what it made is not everything, or the export ended without files that could not be had. */
    INCOMPLETE,
    /** The time of this run is over; the next one resumes. */
    PAUSED,
    /** What the goal needs is not there yet. */
    SKIPPED,
    /** The build has the reason. */
    FAILED;

    /** The word for it. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
