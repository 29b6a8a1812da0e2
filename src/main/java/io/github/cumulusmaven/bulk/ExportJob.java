package io.github.cumulusmaven.bulk;

import java.net.URI;
import java.util.Map;

/**
 * A server's job for us: all that another run needs to go on.
 *
 * @param request what was asked for
 * @param statusUrl the polling URL
 */
public record ExportJob(ExportRequest request, URI statusUrl) {
    /** The id of the log's lines. */
    public String exportId() {
        return request.exportId();
    }

    /** The server and level, without parameters. */
    public String fhirUrl() {
        return request.fhirUrl();
    }

    /** Those of the kick-off. */
    public Map<String, String> parameters() {
        return request.parameters();
    }

    /** Whether files are kept as gzip. */
    public boolean compress() {
        return request.compress();
    }

    /** When, as an ISO instant. */
    public String kickedOff() {
        return request.kickedOff();
    }
}
