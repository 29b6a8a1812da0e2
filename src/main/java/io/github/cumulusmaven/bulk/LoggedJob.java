package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.http.NamedUrl;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.redact.ServerWords;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A job as the export log tells of it.
 *
 * @param statusUrl its polling URL, in which the log has hidden nothing
 * @param fhirUrl the server and level, without parameters
 * @param finished whether all its files came
 */
public record LoggedJob(String statusUrl, String fhirUrl, boolean finished) {
    /** The job whose kick-off was accepted last. Lines that cannot be read are passed over, as is a log that cannot. */
    static Optional<LoggedJob> last(Path log) {
        Optional<LoggedJob> last = Optional.empty();
        try (LoggedEvents events = LoggedEvents.ofOurs(log)) {
            while (events.next()) {
                last = after(last, events);
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        return last;
    }

    private static Optional<LoggedJob> after(Optional<LoggedJob> before, LoggedEvents event) {
        return switch (event.name()) {
            case "kickoff" -> ofKickOff(event.detail()).or(() -> before);
            case "export_complete" -> before.map(job -> new LoggedJob(job.statusUrl, job.fhirUrl, true));
            default -> before;
        };
    }

    private static Optional<LoggedJob> ofKickOff(JsonNode detail) {
        String location =
                detail.path("responseHeaders").path("content-location").asText();
        String export = detail.path("exportUrl").asText();
        try {
            // What marks a hidden part would be escaped with the rest.
            return Optional.of(location)
                    .filter(LoggedJob::isWhole)
                    .flatMap(named -> NamedUrl.resolve(URI.create(export), named))
                    .map(SignedUrl::kept)
                    .filter(LoggedJob::isWhole)
                    .map(url -> new LoggedJob(url, export.replaceFirst("/\\$export([?].*)?$", ""), false));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static boolean isWhole(String url) {
        return !url.contains(RedactedUrl.HIDDEN)
                && !url.contains(Secrets.HIDDEN)
                && ServerWords.printable(url).equals(url);
    }
}
