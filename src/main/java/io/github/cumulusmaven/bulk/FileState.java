package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of an export, on its way or here.
 *
 * @param path below the export folder, with forward slashes
 * @param kind which list of the manifest named it
 * @param type the resource type, or {@code null} until it is known
 * @param url where it comes from, redacted
 * @param count the resources that the server announced, or {@code null} where it did not
 * @param proof what was found in the whole file, or {@code null} while it is not whole
 * @param lost why the export goes without the file, or {@code null} where it does not
 */
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record FileState(
        @JsonProperty("path") String path,
        @JsonProperty("kind") Kind kind,
        @JsonProperty("type") @Nullable String type,
        @JsonProperty("url") String url,
        @JsonProperty("count") @Nullable Long count,
        @JsonProperty("proof") @Nullable Proof proof,
        @JsonProperty("lost") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String lost) {
    public FileState {
        // One text for all files of a type: a million of them are to fit into memory.
        type = type == null ? null : type.intern();
    }

    /** A file that the export does not go without. */
    public FileState(
            String path, Kind kind, @Nullable String type, String url, @Nullable Long count, @Nullable Proof proof) {
        this(path, kind, type, url, count, proof, null);
    }

    /** The manifest's lists. */
    public enum Kind {
        OUTPUT,
        DELETED,
        ERROR;

        /** The export log's word for it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What shows that a file is whole, and later that it is still the same.
     *
     * @param resources lines that hold something
     * @param bytes uncompressed
     * @param sha256 of the file as it lies on disk, in hex
     * @param others how many of the resources are of another type than the file's own, by type; {@code null} for none
     */
    public record Proof(
            @JsonProperty("resources") long resources,
            @JsonProperty("bytes") long bytes,
            @JsonProperty("sha256") String sha256,
            @JsonProperty("others") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Long> others) {
        public Proof {
            others = others == null || others.isEmpty() ? null : new TreeMap<>(others);
        }

        /** Of a file without other types. */
        public Proof(long resources, long bytes, String sha256) {
            this(resources, bytes, sha256, null);
        }
    }

    /** The resources of other types than the file's own, by type. */
    public Map<String, Long> others() {
        return proof == null || proof.others() == null ? Map.of() : proof.others();
    }

    /** Says whether nothing more is to be done for the file. */
    public boolean isSettled() {
        return proof != null || lost != null;
    }

    /** Says whether the file came whole and holds another number of resources than the server announced. */
    public boolean isMiscounted() {
        return kind == Kind.OUTPUT && proof != null && count != null && count != proof.resources();
    }

    /** Says whether the export is without the file, or has another than the server announced. */
    public boolean isException() {
        return lost != null || isMiscounted();
    }

    /** The resources in the file; none while it is not whole. */
    public long resources() {
        return proof == null ? 0 : proof.resources();
    }

    /** The file's uncompressed bytes; none while it is not whole. */
    public long bytes() {
        return proof == null ? 0 : proof.bytes();
    }

    FileState typed(String typedPath, String knownType) {
        return new FileState(typedPath, kind, knownType, url, count, proof, lost);
    }

    FileState missing() {
        return isSettled() ? new FileState(path, kind, type, url, count, null) : this;
    }

    FileState lost(String reason) {
        return new FileState(path, kind, type, url, count, null, reason);
    }

    FileState whole(String finalPath, @Nullable String knownType, Proof found) {
        return new FileState(finalPath, kind, knownType, url, count, found);
    }
}
