package io.github.cumulusmaven.fhir.ndjson;

import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.files.VerifyingInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * A file of the input.
 *
 * @param path where it is
 * @param name below the input folder, with forward slashes; what messages say
 * @param sha256 of the file as it came, in hex, where that is known
 * @param lines how many lines it has of each resource type, where its name tells none; under an empty
 *     one, those that tell none
 */
public record InputFile(Path path, String name, Optional<String> sha256, Map<String, Long> lines) {
    public InputFile {
        lines = lines.isEmpty() ? Map.of() : new TreeMap<>(lines);
    }

    /** Of a file of which no digest is known, and whose name tells its type. */
    public InputFile(Path path, String name) {
        this(path, name, Optional.empty(), Map.of());
    }

    /** The same with another name, and a digest, if one is known. */
    InputFile with(String otherName, Optional<String> digest) {
        return new InputFile(path, otherName, digest, lines);
    }

    /** Whether it holds resources of several types, or may do so, so that each line is to be asked for its own. */
    public boolean isMixed() {
        return lines.size() > 1;
    }

    /** Whether some of its lines may be of any type: they tell none, nor does its name. */
    public boolean hasUntoldLines() {
        return lines.containsKey("");
    }

    /** Opens it for its plain bytes. */
    public InputStream open() throws IOException {
        return decoded(RegularFiles.openTarget(path, Long.MAX_VALUE));
    }

    /**
     * Opens it for its plain bytes, all of them.
     *
     * @return a stream that fails at its end, with {@link VerifyingInputStream.Changed}, when the file is another one now
     */
    public InputStream openWhole() throws IOException {
        return openWhole(bytes -> {});
    }

    /**
     * Does the same, and tells how much of the file on disk was read, but for single bytes.
     *
     * @param onDisk told of each read
     */
    public InputStream openWhole(LongConsumer onDisk) throws IOException {
        InputStream file = new FilterInputStream(RegularFiles.openTarget(path, Long.MAX_VALUE)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = in.read(buffer, offset, length);
                onDisk.accept(Math.max(0, count));
                return count;
            }
        };
        return decoded(sha256.isPresent() ? new VerifyingInputStream(file, sha256.get()) : file);
    }

    private static InputStream decoded(InputStream file) throws IOException {
        try {
            return GzipBody.decode(file);
        } catch (IOException | RuntimeException unreadable) {
            file.close();
            throw unreadable;
        }
    }
}
