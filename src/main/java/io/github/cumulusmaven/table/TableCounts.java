package io.github.cumulusmaven.table;

import java.util.SortedSet;

/**
 * What became of a table's rows.
 *
 * @param written rows that are in the table
 * @param superseded rows left out because a later one has their id
 * @param deleted rows left out because their id was deleted after them
 * @param deletedIds the deleted ids that no later row has
 */
public record TableCounts(long written, long superseded, long deleted, SortedSet<String> deletedIds) {}
