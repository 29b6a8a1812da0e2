package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.cumulusmaven.files.Sha256;
import io.github.cumulusmaven.progress.Amounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiFunction;

/**
 * Tells the files of a folder at one time from those at another, without a look into them.
 *
 * @param files how many there are
 * @param bytes on disk, of all
 * @param sha256 of names, sizes, and what else tells them apart, in hex
 */
record FolderListing(
        @JsonProperty("files") long files, @JsonProperty("bytes") long bytes, @JsonProperty("sha256") String sha256) {
    /**
     * Lists the files of an input: by size and the digest that they came with, or else by size and time of change.
     *
     * @param facts of the export, which count like a file
     * @param files by the names that the digests have
     * @param digests of those for which one is known
     */
    static FolderListing ofInput(String facts, SortedMap<String, Path> files, Map<String, String> digests)
            throws IOException {
        return of(
                facts,
                files,
                (name, now) -> digests.getOrDefault(name, now.lastModifiedTime().toString()));
    }

    /** Lists the files of a table: by size. */
    static FolderListing ofTable(SortedMap<String, Path> files) throws IOException {
        return of("", files, (name, now) -> "");
    }

    /** Says how much it is, in words. */
    String amount() {
        return Amounts.count(files) + (files == 1 ? " file of " : " files of ") + Amounts.bytes(bytes);
    }

    private static FolderListing of(
            String facts, SortedMap<String, Path> files, BiFunction<String, BasicFileAttributes, String> mark)
            throws IOException {
        MessageDigest digest = Sha256.begin();
        digest.update(facts.getBytes(StandardCharsets.UTF_8));
        long bytes = 0;
        for (Map.Entry<String, Path> file : files.entrySet()) {
            BasicFileAttributes now = Files.readAttributes(file.getValue(), BasicFileAttributes.class);
            String told = "\n" + file.getKey() + "\n" + now.size() + " " + mark.apply(file.getKey(), now);
            digest.update(told.getBytes(StandardCharsets.UTF_8));
            bytes += now.size();
        }
        return new FolderListing(files.size(), bytes, Sha256.hex(digest));
    }
}
