package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the events of an export log, {@code log.ndjson}, whichever tool wrote it. Lines that are none, as a killed run leaves
 * them, are passed over. Not thread-safe.
 *
 * @see <a href="https://github.com/smart-on-fhir/bulk-data-client/wiki/Bulk-Data-Export-Log-Items">Log items</a>
 */
public final class LoggedEvents implements Closeable {
    /** Limits a log, in bytes: events of some million files. */
    private static final long LARGEST = 4L * 1024 * 1024 * 1024;

    private final LineReader lines;
    private JsonNode event = FhirJson.mapper().missingNode();

    private LoggedEvents(InputStream in) {
        this.lines = LineReader.ofShortLines(in);
    }

    /**
     * Opens the log of a folder that this plugin works in.
     *
     * @throws IOException also where it is a link, no regular file, or too large
     */
    static LoggedEvents ofOurs(Path log) throws IOException {
        return new LoggedEvents(RegularFiles.open(log, LARGEST));
    }

    /**
     * Opens a log that a user has brought, to which links may lead.
     *
     * @throws IOException also where it is no regular file, or too large
     */
    public static LoggedEvents of(Path log) throws IOException {
        return new LoggedEvents(RegularFiles.openTarget(log, LARGEST));
    }

    /** Goes to the next event; false when there is none. */
    public boolean next() throws IOException {
        while (lines.next()) {
            Optional<ObjectNode> read = FhirJson.parseObject(lines.text());
            if (read.isPresent()) {
                event = read.get();
                return true;
            }
        }
        return false;
    }

    /** Tells of which export it is. */
    public String exportId() {
        return event.path("exportId").asText();
    }

    /** Returns its {@code eventId}: what happened. */
    public String name() {
        return event.path("eventId").asText();
    }

    /** Returns its {@code eventDetail}. */
    public JsonNode detail() {
        return event.path("eventDetail");
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
