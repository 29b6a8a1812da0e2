package io.github.cumulusmaven.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;

/** One table of a run; not thread-safe. */
public interface TableWriter extends Closeable {
    /** Appends rows, in the order they shall have. */
    void write(RowBuffer rows) throws IOException;

    /** Takes rows of these ids away that were written before. */
    void delete(SortedSet<String> ids) throws IOException;

    /** Tells those who read the table which ids they must delete from what they had before. */
    void announceDeleted(SortedSet<String> ids) throws IOException;

    /** Lets the first of the rows with the same id stay, not the last; to be called before {@link #finish}. */
    void keepFirst();

    /** Ends the table. Of the rows with the same id only the last stays, or the first where that is wanted. */
    TableCounts finish() throws IOException;

    /** Where the rows of a finished table lie until they are published, one JSON object a line. */
    List<Path> files();
}
