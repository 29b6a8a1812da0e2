package io.github.cumulusmaven.table;

/**
 * What became of a table's rows.
 *
 * @param written rows that are in the table
 * @param superseded rows left out because a later one has their id
 * @param deleted rows left out because their id is among the deleted
 */
public record TableCounts(long written, long superseded, long deleted) {}
