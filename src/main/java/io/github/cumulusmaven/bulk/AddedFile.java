package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A file that was added to a finished export.
 *
 * @param path below the export folder, with forward slashes
 * @param type the resource type
 * @param proof what is in it
 */
public record AddedFile(
        @JsonProperty("path") String path,
        @JsonProperty("type") String type,
        @JsonProperty("proof") FileState.Proof proof) {}
