package io.github.cumulusmaven.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.PrivateFiles;
import io.github.cumulusmaven.http.HttpRefusal;
import io.github.cumulusmaven.http.SignedUrl;
import io.github.cumulusmaven.http.SupportId;
import io.github.cumulusmaven.redact.RedactedUrl;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.redact.ServerWords;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code log.ndjson}: the export log, version 2, that Cumulus ETL and other tools read (LG ids). Appended to; a line is
 * written whole before the export goes on.
 *
 * @see <a href="https://github.com/smart-on-fhir/bulk-data-client/wiki/Bulk-Data-Export-Log-Items">Log items</a>
 */
final class ExportLog implements ExportListener {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

    private static final String STATUS_URL = "content-location";

    /** Names the response headers that are logged with their values; of all others, only the name is. */
    private static final Set<String> HARMLESS_HEADERS = Set.of(
            "age",
            "allow",
            "cache-control",
            "connection",
            "content-encoding",
            "content-language",
            "content-length",
            STATUS_URL,
            "content-range",
            "content-type",
            "date",
            "etag",
            "expires",
            "keep-alive",
            "last-modified",
            "location",
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "retry-after",
            "server",
            "transfer-encoding",
            "vary",
            "via",
            "x-powered-by",
            "x-progress");

    private static final int LONGEST_URL = 8000;
    private static final int LONGEST_HEADER = 1000;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_TEXT = 300;
    private static final int LONGEST_TIME = 60;

    private static final List<String> UNKNOWN =
            List.of("errorCode", "errorBody", "softwareName", "softwareVersion", "softwareReleaseDate", "fhirVersion");

    private final Path path;
    private final String exportId;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Secrets secrets;
    private String lastProgress = "";
    private boolean endsWithLine;
    private @Nullable OutputStream written;

    /** The secrets are those that no line is to have. */
    ExportLog(Path path, String exportId, InstantSource clock, ZoneId zone, Secrets secrets) {
        this.path = path;
        this.exportId = exportId;
        this.clock = clock;
        this.zone = zone;
        this.secrets = secrets;
    }

    @Override
    public void accepted(ExportJob job, KickOffAnswer answer) {
        kickOff(
                answer,
                job.parameters(),
                answer.isRegular()
                        ? answer.location()
                        : Optional.of(job.statusUrl().toString()));
    }

    @Override
    public void refused(URI exportUrl, Map<String, String> parameters, KickOffAnswer answer) {
        kickOff(answer, parameters, Optional.empty());
    }

    @Override
    public void kickOffLost(HttpRefusal answer) {
        write("client_error", object().put("error", answer.forLog()));
    }

    /** Its kick-off was somebody else's; readers of the log find the group here all the same. */
    @Override
    public void adopted(ExportJob job) {
        ObjectNode detail = object();
        detail.put("exportUrl", job.fhirUrl() + "/$export");
        for (String unknown : UNKNOWN) {
            detail.putNull(unknown);
        }
        ObjectNode requested = detail.putObject("requestParameters");
        job.parameters().forEach(requested::put);
        detail.putObject("responseHeaders");
        write("kickoff", detail.put("logVersion", "2"));
    }

    /** A run that is killed after a step, and before the line that tells of it, leaves that line to the next run. */
    @Override
    public void resumed(ExportJob job, ExportState from) {
        if (!holds("kickoff")) {
            adopted(job);
        }
        if (from instanceof ExportState.Done done && !holds("export_complete")) {
            exported(new ExportSummary(
                    done.transactionTime(), done.files(), List.of(), duration(job.kickedOff(), done.finished())));
        }
    }

    private static Duration duration(String from, String to) {
        Optional<Instant> began = FhirInstant.parse(from);
        Optional<Instant> ended = FhirInstant.parse(to);
        return began.isPresent() && ended.isPresent() ? Duration.between(began.get(), ended.get()) : Duration.ZERO;
    }

    private boolean holds(String event) {
        try (LoggedEvents events = LoggedEvents.ofOurs(path)) {
            boolean found = false;
            while (!found && events.next()) {
                found = events.exportId().equals(exportId) && events.name().equals(event);
            }
            return found;
        } catch (NoSuchFileException nothingYet) {
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void kickOff(KickOffAnswer answer, Map<String, String> parameters, Optional<String> statusUrl) {
        ObjectNode detail = object();
        boolean error = !answer.isTaken();
        JsonNode capabilities = answer.metadata().get();
        JsonNode software = capabilities.path("software");
        detail.put("exportUrl", RedactedUrl.of(answer.exportUrl()));
        detail.set("errorCode", error ? detail.numberNode(answer.status()) : detail.nullNode());
        detail.set("errorBody", answer.errorBody());
        detail.put("softwareName", said(software, "name"));
        detail.put("softwareVersion", said(software, "version"));
        detail.put("softwareReleaseDate", said(software, "releaseDate"));
        detail.put("fhirVersion", said(capabilities, "fhirVersion"));
        ObjectNode requested = detail.putObject("requestParameters");
        parameters.forEach(requested::put);
        ObjectNode headers = headers(answer.headers());
        if (!error) {
            // In full, as export.json has it: without that, the job can be taken over by this line, and by nothing
            // else.
            statusUrl
                    .or(answer::location)
                    .filter(url -> url.length() <= LONGEST_URL)
                    .map(SignedUrl::kept)
                    .ifPresent(url -> headers.put(STATUS_URL, ServerWords.printable(url)));
        }
        detail.set("responseHeaders", headers);
        detail.put("logVersion", "2");
        write("kickoff", detail);
    }

    private @Nullable String said(JsonNode object, String field) {
        return FhirJson.text(object, field)
                .map(words -> secrets.words(words, LONGEST_TEXT))
                .orElse(null);
    }

    private ObjectNode headers(HttpHeaders headers) {
        ObjectNode json = object();
        headers.map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean harmless = HARMLESS_HEADERS.contains(lower) || SupportId.isNamedBy(lower);
            json.put(
                    secrets.words(lower, LONGEST_NAME),
                    harmless ? secrets.words(String.join(", ", values), LONGEST_HEADER) : RedactedUrl.HIDDEN);
        });
        return json;
    }

    /** Only what is new: a line for each of a week's status requests would bury the rest. */
    @Override
    public synchronized void working(String progress, String retryAfter, Duration wait) {
        if (!progress.equals(lastProgress)) {
            lastProgress = progress;
            write(
                    "status_progress",
                    object().put("body", "")
                            .put("xProgress", progress)
                            .put("retryAfter", secrets.words(retryAfter, LONGEST_TIME)));
        }
    }

    @Override
    public void statusRefused(HttpRefusal refusal) {
        ObjectNode detail = object();
        detail.put("body", refusal.words().isEmpty() ? null : refusal.words());
        detail.put("code", refusal.status()).put("message", refusal.getMessage());
        detail.set("responseHeaders", headers(refusal.headers()));
        write("status_error", detail);
    }

    @Override
    public void finished(String transactionTime) {
        write("status_complete", withTime(transactionTime));
    }

    @Override
    public void pageRead(String transactionTime, long output, long deleted, long error) {
        write(
                "status_page_complete",
                withTime(transactionTime)
                        .put("outputFileCount", output)
                        .put("deletedFileCount", deleted)
                        .put("errorFileCount", error));
    }

    @Override
    public void manifestRead(String transactionTime, List<FileState> files, int pages) {
        write(
                "manifest_complete",
                withTime(transactionTime)
                        .put("totalOutputFileCount", count(files, FileState.Kind.OUTPUT))
                        .put("totalDeletedFileCount", count(files, FileState.Kind.DELETED))
                        .put("totalErrorFileCount", count(files, FileState.Kind.ERROR))
                        .put("totalManifests", pages));
    }

    private static long count(List<FileState> files, FileState.Kind kind) {
        return files.stream().filter(file -> file.kind() == kind).count();
    }

    /** As the server wrote it, unless that is a form that readers of the log do not know. */
    private ObjectNode withTime(String sent) {
        String transactionTime = secrets.words(sent, LONGEST_TIME);
        boolean known = transactionTime.contains("T") && transactionTime.contains(":");
        return object().put(
                        "transactionTime",
                        !known
                                ? FhirInstant.parse(transactionTime)
                                        .map(instant -> instant.toString().replace("Z", "+00:00"))
                                        .orElse(transactionTime)
                                : transactionTime);
    }

    @Override
    public void downloading(FileState file, URI url) {
        write(
                "download_request",
                object().put("fileUrl", RedactedUrl.of(url))
                        .put("itemType", file.kind().code())
                        .put("resourceType", file.type()));
    }

    @Override
    public void downloaded(FileState file, URI url) {
        write(
                "download_complete",
                object().put("fileUrl", RedactedUrl.of(url))
                        .put("fileSize", file.bytes())
                        .put("resourceCount", file.resources()));
    }

    @Override
    public void downloadFailed(FileState file, URI url, Exception reason) {
        ObjectNode detail = object();
        detail.putNull("body");
        Optional<HttpRefusal> refusal =
                reason instanceof HttpRefusal answered ? Optional.of(answered) : Optional.empty();
        detail.put("code", refusal.map(HttpRefusal::status).orElse(null));
        detail.put("fileUrl", RedactedUrl.of(url));
        detail.put("message", refusal.map(HttpRefusal::forLog).orElse(reason.getMessage()));
        refusal.ifPresent(answered -> detail.set("responseHeaders", headers(answered.headers())));
        write("download_error", detail);
    }

    @Override
    public void exported(ExportSummary summary) {
        ObjectNode detail = object().put("files", summary.whole())
                .put("resources", summary.resources())
                .put("bytes", summary.bytes())
                .put("attachments", 0)
                .put("duration", summary.duration().toMillis());
        List<FileState> exceptions = summary.exceptions();
        if (!exceptions.isEmpty()) {
            ArrayNode listed = detail.putArray("exceptions");
            exceptions.forEach(file -> listed.addObject()
                    .put("fileUrl", RedactedUrl.of(file.url()))
                    .put("itemType", file.kind().code())
                    .put("resourceType", file.type())
                    .put("announced", file.count())
                    .put("resourceCount", file.proof() == null ? null : file.resources())
                    .put("message", file.lost()));
        }
        write("export_complete", detail);
    }

    /** An event of ours, as the next ones. */
    @Override
    public void jobNotDeleted(Exception reason) {
        deleteRefused(reason);
    }

    @Override
    public void jobLeftBehind(ExportJob job, Exception reason) {
        deleteRefused(reason);
    }

    private void deleteRefused(Exception reason) {
        ObjectNode detail = object();
        detail.putNull("code");
        detail.put("message", reason.getMessage());
        if (reason instanceof HttpRefusal refusal) {
            detail.put("code", refusal.status()).put("message", refusal.forLog());
            detail.set("responseHeaders", headers(refusal.headers()));
        }
        write("delete_error", detail);
    }

    /** What was added to the export later; an event of ours, which other readers of the log pass over. */
    void hydrated(Map<String, Long> counts) {
        ObjectNode detail = object();
        counts.forEach(detail::put);
        write("hydrate_complete", detail);
    }

    /** A run that was killed, or a disk that was full, may have left half a line; readers skip it, if it stands alone. */
    private boolean endsWithinLine() throws IOException {
        try (FileChannel written = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return written.size() > 0 && written.read(last, written.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private static ObjectNode object() {
        return FhirJson.mapper().createObjectNode();
    }

    /** Keeps the file open from line to line, two for each file of the export; one that somebody has moved away is made anew. */
    private OutputStream opened() throws IOException {
        if (written != null && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            close();
        }
        OutputStream open = written;
        if (open == null) {
            // Made with the right rights first; a stream, unlike a channel, is not closed by its writer's interrupt.
            PrivateFiles.open(path, StandardOpenOption.CREATE).close();
            open = Files.newOutputStream(path, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
            written = open;
        }
        return open;
    }

    /** Closes the file; another line opens it again. */
    @Override
    public synchronized void close() {
        try {
            if (written != null) {
                written.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            written = null;
            endsWithLine = false;
        }
    }

    private synchronized void write(String event, ObjectNode detail) {
        ObjectNode line = object();
        line.put("exportId", exportId);
        line.put(
                "timestamp",
                TIMESTAMP.format(clock.instant().truncatedTo(ChronoUnit.SECONDS).atZone(zone)));
        line.put("eventId", event);
        line.putRawValue("eventDetail", new RawValue(secrets.redact(detail.toString())));
        try {
            OutputStream out = opened();
            String text = (!endsWithLine && endsWithinLine() ? "\n" : "") + line + "\n";
            endsWithLine = false;
            out.write(text.getBytes(StandardCharsets.UTF_8));
            endsWithLine = true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
