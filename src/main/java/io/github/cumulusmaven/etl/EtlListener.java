package io.github.cumulusmaven.etl;

import io.github.cumulusmaven.etl.canary.CanaryListener;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import java.util.List;

/** Is told what happens; never what is in a resource. Called from one thread, {@link #readOnDisk} from any. */
public interface EtlListener extends CanaryListener {
    /** The run begins. */
    default void began(ExportOrigin origin, List<EtlTask> tasks) {}

    /**
     * It is known what will be read for the tables.
     *
     * @param bytes of the files as they lie on disk
     */
    default void planned(long bytes) {}

    /** So many more of these bytes were read. */
    default void readOnDisk(long bytes) {}

    /** A table begins. */
    default void tableBegan(EtlTask task, int files) {}

    /**
     * Some more was read.
     *
     * @param lines resources, in whatever state
     * @param bytes uncompressed
     */
    default void read(long lines, long bytes) {}

    /**
     * A line is not in the table.
     *
     * @param element that is the reason, or the line's resource type; empty where it is the whole line
     */
    default void lineSkipped(EtlTask task, String file, long line, LineProblem problem, String element) {}

    /** A file, or the rest of it, cannot be read. */
    default void fileUnreadable(String file, String reason) {}

    /** A table is whole. */
    default void tableDone(TableSummary table) {}

    /** Something that a person should know. */
    default void warned(EtlWarning warning) {}
}
