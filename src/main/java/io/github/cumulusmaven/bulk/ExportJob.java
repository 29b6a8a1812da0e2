package io.github.cumulusmaven.bulk;

import java.net.URI;
import java.util.Map;

/**
 * What was asked for, and where the server tells how far it is: all that another run needs to go on.
 *
 * @param exportId the id of the log's lines; the same over all resumptions
 * @param fhirUrl the server and level, without parameters
 * @param parameters of the kick-off, as in {@link ExportParameters#values()}
 * @param compress whether files are kept as gzip
 * @param kickedOff when, as an ISO instant
 * @param statusUrl the polling URL
 */
public record ExportJob(
        String exportId,
        String fhirUrl,
        Map<String, String> parameters,
        boolean compress,
        String kickedOff,
        URI statusUrl) {}
