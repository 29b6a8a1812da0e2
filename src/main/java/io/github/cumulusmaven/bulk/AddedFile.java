package io.github.cumulusmaven.bulk;

/**
 * A file that was added to a finished export.
 *
 * @param path below the export folder, with forward slashes
 * @param type the resource type
 * @param proof what is in it
 */
public record AddedFile(String path, String type, FileState.Proof proof) {}
