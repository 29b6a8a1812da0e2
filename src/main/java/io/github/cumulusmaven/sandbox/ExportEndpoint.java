package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.fhir.OperationOutcome.Issue;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.sandbox.ExportJob.Complete;
import io.github.cumulusmaven.sandbox.ExportJob.Failed;
import io.github.cumulusmaven.sandbox.ExportJob.Running;
import io.github.cumulusmaven.sandbox.ExportJob.State;
import io.github.cumulusmaven.sandbox.FileSeries.OutputFile;
import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The Bulk Data operations: kick-off, status, cancellation, and the files. */
final class ExportEndpoint {
    /** The path of status URLs, below the FHIR base. */
    static final String STATUS = "bulkstatus";

    /** The path of file URLs, below the FHIR base. */
    static final String FILES = "bulkfiles";

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final URI origin;
    private final TokenCheck tokens;
    private final boolean secure;
    private final Set<String> types;
    private final Groups groups;
    private final ExportJobs jobs;
    private final InstantSource clock;

    /**
     * For one server.
     *
     * @param origin of the URLs
     * @param secure whether it takes tokens
     * @param types that have resources
     */
    ExportEndpoint(
            URI origin,
            TokenCheck tokens,
            boolean secure,
            Set<String> types,
            Groups groups,
            ExportJobs jobs,
            InstantSource clock) {
        this.origin = origin;
        this.tokens = tokens;
        this.secure = secure;
        this.types = types;
        this.groups = groups;
        this.jobs = jobs;
        this.clock = clock;
    }

    Answer system(Request request) throws Refusal {
        return kickOff(request, enter(request, "GET", "POST"), Optional.empty());
    }

    Answer patients(Request request) throws Refusal {
        return kickOff(request, enter(request, "GET", "POST"), Optional.of(PatientSelection.ALL));
    }

    Answer group(Request request, String id) throws IOException, Refusal {
        Access access = enter(request, "GET", "POST");
        PatientSelection members = groups.members(id).orElseThrow(() -> Refusal.notFound("There is no such Group"));
        return kickOff(request, access, Optional.of(members));
    }

    private Access enter(Request request, String... methods) throws Refusal {
        request.allow(methods);
        return tokens.access(request);
    }

    private Answer kickOff(Request request, Access access, Optional<PatientSelection> patients) throws Refusal {
        ExportRequest export = KickOff.read(
                request, origin, access, patients, types, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        String status = url(STATUS, jobs.start(export).id());
        List<Issue> issues = new ArrayList<>();
        issues.add(new Issue(Severity.INFORMATION, "informational", "The export has begun. Its status: " + status));
        issues.addAll(export.issues());
        return Answer.outcome(202, new OperationOutcome(issues)).with("Content-Location", status);
    }

    private String url(String... segments) {
        return origin + SandboxRouter.FHIR + "/" + String.join("/", segments);
    }

    Answer status(Request request, String id) throws Refusal {
        Access access = enter(request, "GET", "DELETE");
        ExportJob job = find(id, access);
        return request.method().equals("DELETE") ? delete(job) : status(job);
    }

    private ExportJob find(String id, Access access) throws Refusal {
        return jobs.find(id, access).orElseThrow(() -> Refusal.notFound("There is no such export"));
    }

    private Answer delete(ExportJob job) {
        jobs.remove(job);
        return Answer.outcome(202, Outcomes.of(Severity.INFORMATION, "informational", "The export is deleted"));
    }

    private Answer status(ExportJob job) {
        State state = job.poll();
        if (state instanceof Running running) {
            return Answer.empty(202)
                    .with("X-Progress", running.percent() + "% complete")
                    .with("Retry-After", "1");
        }
        if (state instanceof Complete complete) {
            return Answer.json(200, Answer.JSON, manifest(job, complete))
                    .with("Expires", HTTP_DATE.format(complete.at().plus(ExportJobs.KEPT)));
        }
        String reason = ((Failed) state).reason();
        return Answer.outcome(500, Outcomes.of(Severity.ERROR, "exception", "The export failed: " + reason));
    }

    private ObjectNode manifest(ExportJob job, Complete complete) {
        ObjectNode manifest = FhirJson.mapper()
                .createObjectNode()
                .put("transactionTime", job.request().transactionTime().toString())
                .put("request", job.request().url())
                .put("requiresAccessToken", secure);
        manifest.set("output", items(job, complete.output()));
        manifest.set("deleted", items(job, complete.deleted()));
        manifest.set("error", items(job, complete.errors()));
        return manifest;
    }

    private ArrayNode items(ExportJob job, List<OutputFile> files) {
        ArrayNode items = FhirJson.mapper().createArrayNode();
        for (OutputFile file : files) {
            items.addObject()
                    .put("type", file.type())
                    .put("url", url(FILES, job.id(), file.name()))
                    .put("count", file.count());
        }
        return items;
    }

    Answer file(Request request, String id, String name) throws IOException, Refusal {
        Access access = enter(request, "GET");
        ExportJob job = find(id, access);
        OutputFile file = Optional.of(job.state())
                .filter(Complete.class::isInstance)
                .flatMap(state -> ((Complete) state).file(name))
                .orElseThrow(ExportEndpoint::noSuchFile);
        if (file.holdsResources() && !access.scopes().allowsRead(file.type())) {
            throw Refusal.forbidden("The scopes of the token do not let it read a " + file.type());
        }
        boolean gzip = request.accepted("Accept-Encoding").anyMatch("gzip"::equals);
        try {
            return part(request, gzip ? gzipped(id, file) : plain(id, file));
        } catch (NoSuchFileException deletedMeanwhile) {
            throw noSuchFile();
        }
    }

    private static Refusal noSuchFile() {
        return Refusal.notFound("There is no such file");
    }

    private static Answer plain(String id, OutputFile file) throws IOException {
        return new Answer(200, headers(id + "/" + file.name()), file.length(), file.plain());
    }

    private static Answer gzipped(String id, OutputFile file) throws IOException {
        return new Answer(200, headers(id + "/" + file.name() + ".gz"), file.gzippedLength(), file.gzipped())
                .with("Content-Encoding", "gzip");
    }

    /** What the client wants of it: all, unless it holds the beginning of this very version (RFC 9110, section 13.1.5). */
    private static Answer part(Request request, Answer whole) throws IOException {
        boolean same = request.header("If-Range")
                .map(version -> version.trim().equals(whole.headers().get("ETag")))
                .orElse(true);
        Optional<String> wanted = request.header("Range").filter(range -> same);
        try {
            Optional<ByteRange> range =
                    wanted.isPresent() ? ByteRange.parse(wanted.get(), whole.length()) : Optional.empty();
            return range.isPresent() ? whole.part(range.get()) : whole;
        } catch (ByteRange.Unsatisfiable none) {
            whole.body().close();
            return Answer.empty(416).with("Content-Range", "bytes */" + whole.length());
        }
    }

    /** A file never changes, so its name is its version; the gzipped form is another one (RFC 9110, section 8.8.3.3). */
    private static Map<String, String> headers(String version) {
        return Map.of(
                "Content-Type",
                "application/fhir+ndjson",
                "ETag",
                "\"" + version + "\"",
                "Accept-Ranges",
                "bytes",
                "Vary",
                "Accept-Encoding");
    }
}
