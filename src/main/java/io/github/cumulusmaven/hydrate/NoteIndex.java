package io.github.cumulusmaven.hydrate;

import io.github.cumulusmaven.fhir.ndjson.LineLimit;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Finds notes that this or an earlier run has fetched by their URLs and types, so that none is fetched twice. It
 * remembers places, not notes. For many threads.
 */
final class NoteIndex {
    private static final int OFFSET_BITS = 44;

    private final Function<Attachment, String> key;
    private final KeyMap places = new KeyMap();
    private final KeyMap failures = new KeyMap();
    private final List<Path> files = new ArrayList<>();

    /** Takes a function whose result is the same for attachments that have the same note. */
    NoteIndex(Function<Attachment, String> key) {
        this.key = key;
    }

    /** Hears of each resource of a file. */
    @FunctionalInterface
    interface OnResource {
        void read(NotedResource resource);
    }

    /** Notes where the notes of an existing file are, given the file's number. */
    void read(int number, OnResource onResource) throws IOException {
        try (LineReader lines = LineReader.open(file(number))) {
            while (lines.next()) {
                Optional<NotedResource> resource = NotedResource.of(lines.line());
                if (resource.isPresent()) {
                    note(number, lines.offset(), resource.get());
                    onResource.read(resource.get());
                }
            }
        }
    }

    /** Adds a file of notes, also one that is yet to be written. */
    synchronized int add(Path file) {
        files.add(file);
        return files.size() - 1;
    }

    /** Notes that a file was renamed. */
    synchronized void renamed(int number, Path file) {
        files.set(number, file);
    }

    private synchronized Path file(int number) {
        return files.get(number);
    }

    /** Notes where the notes of a line are. */
    void note(int file, long offset, NotedResource resource) {
        for (Attachment attachment : resource.attachments()) {
            if (attachment.inline()) {
                note(file, offset, attachment, key.apply(attachment));
            }
        }
    }

    /** Notes where one note of a line is, if it has a URL. */
    void note(int file, long offset, Attachment attachment, String itsKey) {
        if (!attachment.url().isEmpty()) {
            places.putIfAbsent(itsKey, ((long) file << OFFSET_BITS) | offset);
        }
    }

    /** Notes that the note with this key could not be fetched, and will not be fetched again in this run. */
    void failed(String wanted, Problem problem) {
        failures.put(wanted, problem.number());
    }

    /** Returns why the note with this key could not be fetched, if that was tried. */
    Optional<Problem> failure(String wanted) {
        OptionalLong problem = failures.get(wanted);
        return problem.isPresent() ? Problem.of(problem.getAsLong()) : Optional.empty();
    }

    /** Reads the note with this key, if it is in a file. */
    Optional<Note> find(String wanted) throws IOException {
        OptionalLong place = places.get(wanted);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        Path file = file((int) (place.getAsLong() >>> OFFSET_BITS));
        long offset = place.getAsLong() & ((1L << OFFSET_BITS) - 1);
        Optional<NotedResource> resource = NotedResource.of(line(file, offset));
        if (resource.isPresent()) {
            for (Attachment attachment : resource.get().attachments()) {
                if (attachment.inline() && key.apply(attachment).equals(wanted)) {
                    return resource.get().note(attachment);
                }
            }
        }
        return Optional.empty();
    }

    private static byte[] line(Path file, long offset) throws IOException {
        try (FileChannel channel = RegularFiles.openTarget(file).position(offset);
                LineReader lines = LineReader.cutting(Channels.newInputStream(channel), LineLimit.LONGEST)) {
            return lines.next() ? lines.line() : new byte[0];
        }
    }
}
