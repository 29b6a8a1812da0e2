package io.github.cumulusmaven.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Writes tables into an output folder. {@code mojo.EtlSettings} chooses a format by {@code outputFormat}. */
public interface OutputFormat {
    /** The user's name for it, for example {@code ndjson}. */
    String code();

    /** Tells whether a run can have an output folder. */
    enum Use {
        /** The run can have the folder. */
        FREE,
        /** Another run writes into it. */
        IN_USE,
        /** The folder holds what this format would not add to. */
        NOT_EMPTY
    }

    /** Says whether {@link #begin} would take a folder, and changes nothing. */
    Use check(Path output) throws IOException;

    /**
     * Takes a folder for one run, and makes it where it does not exist. What an interrupted run left there is removed.
     *
     * @param batchSize rows per output file or merge
     * @return nothing where the folder is not {@link Use#FREE}
     */
    Optional<OutputRun> begin(Path output, int batchSize) throws IOException;
}
