package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.GzipBody;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds single resources of one type by their ids. Built when it is first asked; it keeps where each one lies, and not
 * what it says.
 */
final class ResourceIndex {
    private final String type;
    private final List<Path> files;
    private final Path work;
    private Optional<Map<String, Place>> places = Optional.empty();

    /**
     * Over the files of a type.
     *
     * @param type of the resources
     * @param files plain or gzipped
     * @param work an existing folder for plain copies: nobody can jump about in a gzip file
     */
    ResourceIndex(String type, List<Path> files, Path work) {
        this.type = type;
        this.files = List.copyOf(files);
        this.work = work;
    }

    private record Place(Path file, long offset, int length) {
        byte[] read() throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            try (FileChannel channel = FileChannel.open(file)) {
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes, offset + bytes.position()) < 0) {
                        throw new EOFException(file.getFileName() + " has changed");
                    }
                }
            }
            return bytes.array();
        }
    }

    boolean isEmpty() throws IOException {
        return places().isEmpty();
    }

    /** The resource as its file has it. */
    Optional<byte[]> read(String id) throws IOException {
        Optional<Place> place = Optional.ofNullable(places().get(id));
        return place.isPresent() ? Optional.of(place.get().read()) : Optional.empty();
    }

    private synchronized Map<String, Place> places() throws IOException {
        if (places.isEmpty()) {
            places = Optional.of(build());
        }
        return places.get();
    }

    private Map<String, Place> build() throws IOException {
        List<Path> plain = new ArrayList<>();
        for (Path file : files) {
            plain.add(plain(file, plain.size()));
        }
        Map<String, Place> found = new HashMap<>();
        for (Path file : plain) {
            addAll(file, found);
        }
        return found;
    }

    private Path plain(Path file, int number) throws IOException {
        try (BufferedInputStream in = GzipBody.peekable(Files.newInputStream(file))) {
            if (!GzipBody.isGzip(in)) {
                return file;
            }
            Path copy = work.resolve(type + "." + number + ".ndjson");
            try (InputStream decoded = GzipBody.decode(in)) {
                Files.deleteIfExists(copy);
                Files.copy(decoded, copy);
            }
            return copy;
        }
    }

    private void addAll(Path file, Map<String, Place> found) throws IOException {
        try (LineReader reader = LineReader.open(file)) {
            while (reader.next()) {
                Place place = new Place(file, reader.offset(), reader.line().length);
                DataFolder.resource(reader.line())
                        .filter(resource ->
                                type.equals(resource.path("resourceType").textValue()))
                        .flatMap(resource -> FhirJson.text(resource, "id"))
                        .ifPresent(id -> found.put(id, place));
            }
        }
    }
}
