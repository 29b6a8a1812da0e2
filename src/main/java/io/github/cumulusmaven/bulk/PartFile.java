package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file in the making, {@code .part}, and beside it, in {@code .part.json}, what another run must know to go on with it.
 * Only a {@code .part} that has such a note may be gone on with: the note is the last to come and the first to go.
 *
 * <p>It keeps in mind which of its files there can be: with thousands of small ones, asking the disk for each that is not
 * there takes longer than fetching it.
 */
final class PartFile {
    private static final int BLOCK = 64 * 1024;
    private static final int LARGEST_NOTE = 1024 * 1024;

    private final Path path;
    private final Path note;
    private final Path unpacked;
    private final Set<Path> there = new HashSet<>();

    /** Makes one of which an earlier run may have left something. */
    PartFile(Path path) {
        this.path = path;
        this.note = path.resolveSibling(path.getFileName() + ".json");
        this.unpacked = path.resolveSibling(path.getFileName() + ".plain");
        there.addAll(Set.of(path, note, unpacked));
    }

    /**
     * Makes the one of a final name.
     *
     * @param leftovers all that earlier runs have left in the folder
     */
    static PartFile of(Path file, Set<Path> leftovers) {
        PartFile part = new PartFile(file.resolveSibling(file.getFileName() + ".part"));
        part.there.retainAll(leftovers);
        return part;
    }

    /** Begins it anew. */
    DigestingFile create() throws IOException {
        return create(path);
    }

    /** Begins the file to which its content goes when it came compressed and is to be kept plain. */
    DigestingFile createUnpacked() throws IOException {
        return create(unpacked);
    }

    private DigestingFile create(Path file) throws IOException {
        there.add(file);
        return DigestingFile.create(file);
    }

    /** Goes on with it, of which so many bytes are good. */
    DigestingFile goOn(long good) throws IOException {
        return DigestingFile.goOn(path, good);
    }

    /** Returns the path of what was sent. */
    Path path() {
        return path;
    }

    /** Returns the path of the plain form of what came compressed. */
    Path unpacked() {
        return unpacked;
    }

    /** Gives one of the two, which is whole, its final name, and forgets all else. */
    void finish(Path whole, Path file) throws IOException {
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        there.remove(whole);
        discard();
    }

    /** The note, where there is one that can be read. */
    Optional<PartNote> readNote() throws IOException {
        if (!isNoted() || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            PartNote found = FhirJson.mapper().readValue(RegularFiles.read(note, LARGEST_NOTE), PartNote.class);
            boolean whole = found.url() != null && found.validator() != null && found.encoding() != null;
            return whole ? Optional.of(found) : Optional.empty();
        } catch (JsonProcessingException | CharConversionException damaged) {
            return Optional.empty();
        }
    }

    void writeNote(PartNote found) throws IOException {
        there.add(note);
        PrivateFiles.replace(note, FhirJson.mapper().writeValueAsBytes(found));
    }

    /** Whether another run can go on with it. */
    boolean isNoted() {
        return there.contains(note) && Files.exists(note, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * How many bytes are to be trusted. What a power failure took, at the end or before it, file systems fill with zeros.
     * No NDJSON holds any: the first one ends it. A gzip file loses nothing by having those at its end fetched again, and
     * tells by its checksum of others.
     */
    long trusted() throws IOException {
        try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            byte[] beginning = read(channel, 0, 2);
            boolean gzip = GzipBody.isGzip(new BufferedInputStream(new ByteArrayInputStream(beginning)));
            return gzip ? withoutZerosAtTheEnd(channel) : untilZero(channel);
        }
    }

    private static long withoutZerosAtTheEnd(FileChannel channel) throws IOException {
        for (long end = channel.size(); end > 0; ) {
            int length = (int) Math.min(BLOCK, end);
            byte[] block = read(channel, end - length, length);
            for (int index = length - 1; index >= 0; index--) {
                if (block[index] != 0) {
                    return end - length + index + 1;
                }
            }
            end -= length;
        }
        return 0;
    }

    private static long untilZero(FileChannel channel) throws IOException {
        long size = channel.size();
        for (long begin = 0; begin < size; begin += BLOCK) {
            byte[] block = read(channel, begin, (int) Math.min(BLOCK, size - begin));
            for (int index = 0; index < block.length; index++) {
                if (block[index] == 0) {
                    return begin + index;
                }
            }
        }
        return size;
    }

    private static byte[] read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(length);
        while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
            // until the block is full
        }
        return block.array();
    }

    /** Forgets all of it. */
    void discard() throws IOException {
        delete(note);
        discardUnpacked();
        delete(path);
    }

    /** Deletes the plain form of a content that came compressed: it can be made again. */
    void discardUnpacked() throws IOException {
        delete(unpacked);
    }

    private void delete(Path file) throws IOException {
        if (there.contains(file)) {
            Files.deleteIfExists(file);
            there.remove(file);
        }
    }
}
