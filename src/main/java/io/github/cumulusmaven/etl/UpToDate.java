package io.github.cumulusmaven.etl;

/**
 * Tables that are there already as a run would make them.
 *
 * @param finished when, in ISO 8601
 * @param tables how many
 * @param rows in all of them
 */
public record UpToDate(String finished, int tables, long rows) {}
