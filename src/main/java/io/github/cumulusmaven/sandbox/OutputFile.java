package io.github.cumulusmaven.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

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
        return new GZIPInputStream(gzipped(), FileSeries.BUFFER);
    }

    InputStream gzipped() throws IOException {
        return Files.newInputStream(path);
    }

    long gzippedLength() throws IOException {
        return Files.size(path);
    }
}
