package io.github.cumulusmaven.bulk;

import java.util.Locale;
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
 */
public record FileState(
        String path, Kind kind, @Nullable String type, String url, @Nullable Long count, @Nullable Proof proof) {
    public FileState {
        // One text for all files of a type: a million of them are to fit into memory.
        type = type == null ? null : type.intern();
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
     */
    public record Proof(long resources, long bytes, String sha256) {}

    /** The resources in the file; none while it is not whole. */
    public long resources() {
        return proof == null ? 0 : proof.resources();
    }

    /** The file's uncompressed bytes; none while it is not whole. */
    public long bytes() {
        return proof == null ? 0 : proof.bytes();
    }

    FileState typed(String typedPath, String knownType) {
        return new FileState(typedPath, kind, knownType, url, count, proof);
    }

    FileState missing() {
        return proof == null ? this : new FileState(path, kind, type, url, count, null);
    }

    FileState whole(String finalPath, @Nullable String knownType, Proof found) {
        return new FileState(finalPath, kind, knownType, url, count, found);
    }
}
