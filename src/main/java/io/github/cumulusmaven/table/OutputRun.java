package io.github.cumulusmaven.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What one run adds to an output folder. All of it stays out of sight until {@link #publish()}; closed without that, it
 * is gone.
 */
public interface OutputRun extends Closeable {
    /**
     * Begins a table. The one that began first is published last: so nobody sees Encounters before all that tells whether
     * to count them.
     */
    TableWriter table(String name) throws IOException;

    /** Finds the folders in which the tables lie until they are published, by the tables' names. */
    Map<String, Path> tables();

    /** Adds a file beside the tables, to be published after them. */
    void bookkeeping(Path relative, byte[] content) throws IOException;

    /** Gives everything its final name. */
    void publish() throws IOException;
}
