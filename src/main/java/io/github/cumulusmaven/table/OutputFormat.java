package io.github.cumulusmaven.table;

import java.io.IOException;
import java.nio.file.Path;

/** How tables lie in an output folder. */
public interface OutputFormat {
    /** The user's name for it, for example {@code ndjson}. */
    String code();

    /**
     * Refuses what {@link #begin} would refuse, and changes nothing.
     *
     * @throws FolderInUse when another run writes into it
     * @throws FolderNotEmpty when it holds what this format would not add to
     */
    void check(Path output) throws IOException, FolderNotEmpty;

    /**
     * Takes a folder for one run, and makes it where it does not exist. What an interrupted run left there is removed.
     *
     * @param batchSize rows per output file or merge
     * @throws FolderInUse when another run writes into it
     * @throws FolderNotEmpty when it holds what this format would not add to
     */
    OutputRun begin(Path output, int batchSize) throws IOException, FolderNotEmpty;
}
