package io.github.cumulusmaven.sandbox;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Writes resources into one file after the other, so that clients see types that span several. */
final class FileSeries implements Closeable {
    static final int BUFFER = 64 * 1024;
    static final int LINES_PER_FILE = 10_000;

    private final Path folder;
    private final String name;
    private final String type;
    private final List<OutputFile> files = new ArrayList<>();
    private Optional<OutputStream> out = Optional.empty();
    private long count;
    private long length;

    FileSeries(Path folder, String name, String type) {
        this.folder = folder;
        this.name = name;
        this.type = type;
    }

    void write(byte[] line) throws IOException {
        if (count == LINES_PER_FILE) {
            close();
        }
        OutputStream current = out.isPresent() ? out.get() : open();
        current.write(line);
        current.write('\n');
        count++;
        length += line.length + 1;
    }

    private OutputStream open() throws IOException {
        OutputStream opened =
                new BufferedOutputStream(new FastGzip(Files.newOutputStream(folder.resolve(nextName()))), BUFFER);
        out = Optional.of(opened);
        return opened;
    }

    private String nextName() {
        return String.format(Locale.ROOT, "%s.%03d.ndjson", name, files.size());
    }

    /** Ends the file under way, if any. */
    @Override
    public void close() throws IOException {
        if (out.isPresent()) {
            out.get().close();
            out = Optional.empty();
            files.add(new OutputFile(folder.resolve(nextName()), nextName(), type, count, length));
            count = 0;
            length = 0;
        }
    }

    /** The files that are complete. */
    List<OutputFile> files() {
        return List.copyOf(files);
    }

    /**
     * A file that an export has made. On disk it is gzipped: an export is a copy of the data, and should not need as much
     * room again.
     *
     * @param path on disk
     * @param name for its URL
     * @param type of its resources
     * @param count of its lines
     * @param length of its plain text in bytes
     */
    record OutputFile(Path path, String name, String type, long count, long length) {
        /** Resources that the client asked for, not what the server has to say about them. */
        boolean holdsResources() {
            return !type.equals("Bundle") && !type.equals("OperationOutcome");
        }

        InputStream plain() throws IOException {
            return new GZIPInputStream(gzipped(), BUFFER);
        }

        InputStream gzipped() throws IOException {
            return Files.newInputStream(path);
        }

        long gzippedLength() throws IOException {
            return Files.size(path);
        }
    }

    /** The files live for minutes: speed counts, not size. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
