package io.github.cumulusmaven.etl.completion;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.bulk.LoggedEvents;
import io.github.cumulusmaven.etl.EtlFailure;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.redact.RedactedUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the log of a bulk export tells of its last export.
 *
 * @param path of the log
 * @param exportUrl of the kick-off, as it may be shown
 * @param transactionTime of that export's end
 * @param typeFilters as they were asked for, several perhaps joined by commas
 * @param types likewise; none for all
 * @param missing how many files were asked for and did not come, where no later line says that all is done
 * @param arrived the types of the files that were downloaded, where no line tells of a file that failed or did not come,
 *     nor of an export of nothing; none, too, where a log tells of no files
 * @see <a href="https://github.com/smart-on-fhir/bulk-data-client/wiki/Bulk-Data-Export-Log-Items">Log items</a>
 */
record ExportLogFile(
        Path path,
        Optional<String> exportUrl,
        Optional<ExportTime> transactionTime,
        List<String> typeFilters,
        List<String> types,
        long missing,
        Optional<Set<String>> arrived) {
    private static final String NAME = "log.ndjson";
    private static final Pattern OTHER_NAME = Pattern.compile("log\\..+\\.ndjson");

    /** The folder's {@code log.ndjson}, or else its only {@code log.*.ndjson}. */
    static Optional<ExportLogFile> find(Path folder) throws EtlFailure, IOException {
        if (Files.isRegularFile(folder.resolve(NAME))) {
            return Optional.of(read(folder.resolve(NAME)));
        }
        List<Path> others;
        try (Stream<Path> files = Files.list(folder)) {
            others = files.filter(file -> OTHER_NAME
                            .matcher(String.valueOf(file.getFileName()))
                            .matches())
                    .sorted()
                    .toList();
        }
        if (others.size() > 1) {
            throw new EtlFailure(
                    Kind.SEVERAL_LOGS,
                    folder.toString(),
                    others.get(0).getFileName() + ", " + others.get(1).getFileName());
        }
        return others.isEmpty() ? Optional.empty() : Optional.of(read(others.get(0)));
    }

    private static ExportLogFile read(Path path) throws IOException {
        Map<String, Events> exports = new HashMap<>();
        String lastId = "";
        JsonNode kickOff = FhirJson.mapper().missingNode();
        try (LoggedEvents events = LoggedEvents.of(path)) {
            while (events.next()) {
                if (events.name().equals("kickoff")) {
                    lastId = events.exportId();
                    kickOff = events.detail();
                }
                exports.computeIfAbsent(events.exportId(), id -> new Events()).add(events.name(), events.detail());
            }
        }
        Events last = exports.getOrDefault(lastId, new Events());
        return new ExportLogFile(
                path,
                FhirJson.text(kickOff, "exportUrl").map(RedactedUrl::of),
                last.transactionTime.flatMap(ExportTime::parse),
                parameter(kickOff, "_typeFilter"),
                parameter(kickOff, "_type"),
                last.awaited.values().stream().mapToInt(Integer::intValue).sum(),
                last.arrived(path.resolveSibling("error")));
    }

    /** What the lines of one export tell. URLs of files that differ in hidden values only look alike. */
    private static final class Events {
        private final Map<String, Integer> awaited = new HashMap<>();
        private final Set<String> failed = new HashSet<>();
        private final Set<String> downloaded = new HashSet<>();
        private final Set<String> types = new TreeSet<>();
        private Optional<String> transactionTime = Optional.empty();
        private long filesOfPages;
        private Optional<Long> files = Optional.empty();
        private boolean errors;
        private boolean untyped;
        private boolean refused;
        private boolean ended;

        void add(String event, JsonNode detail) {
            String file = detail.path("fileUrl").asText();
            switch (event) {
                case "kickoff" -> refused = detail.path("errorCode").isNumber();
                case "status_complete" ->
                    transactionTime = Optional.of(detail.path("transactionTime").asText());
                case "status_page_complete" -> {
                    filesOfPages += filesIn(detail, "outputFileCount", "deletedFileCount", "errorFileCount");
                    files = Optional.of(filesOfPages);
                    errors |= detail.path("errorFileCount").asLong() > 0;
                }
                case "manifest_complete" -> {
                    files = Optional.of(
                            filesIn(detail, "totalOutputFileCount", "totalDeletedFileCount", "totalErrorFileCount"));
                    errors |= detail.path("totalErrorFileCount").asLong() > 0;
                }
                case "download_request" -> {
                    awaited.merge(file, 1, Integer::sum);
                    if (detail.path("itemType").asText("output").equals("output")) {
                        untyped |= !detail.path("resourceType").isTextual();
                        types.add(detail.path("resourceType").asText());
                    }
                }
                case "download_error" -> failed.add(file);
                case "download_complete" -> {
                    if (awaited.computeIfPresent(file, (url, count) -> count > 1 ? count - 1 : null) == null) {
                        failed.remove(file);
                    }
                    downloaded.add(file);
                }
                case "export_complete" -> {
                    awaited.clear();
                    ended = true;
                }
                default -> {}
            }
        }

        private static long filesIn(JsonNode detail, String... kinds) {
            long sum = 0;
            for (String kind : kinds) {
                sum += detail.path(kind).asLong();
            }
            return sum;
        }

        Optional<Set<String>> arrived(Path errorFolder) {
            boolean cutOff = !ended && files.isPresent() && downloaded.size() < files.get();
            boolean nothing = files.isPresent() && types.isEmpty();
            boolean unread = errors && !Files.isDirectory(errorFolder);
            boolean unclear = refused || transactionTime.isEmpty() || untyped || cutOff || nothing || unread;
            return unclear || !failed.isEmpty() || !awaited.isEmpty() ? Optional.empty() : Optional.of(types);
        }
    }

    private static List<String> parameter(JsonNode detail, String name) {
        List<String> values = new ArrayList<>();
        FhirJson.text(detail.path("requestParameters"), name).ifPresent(values::add);
        detail.path("requestParameters").path(name).forEach(value -> values.add(value.asText()));
        String url = detail.path("exportUrl").asText();
        for (String pair : url.substring(url.indexOf('?') + 1).split("&")) {
            if (pair.startsWith(name + "=")) {
                values.add(RedactedUrl.decoded(pair.substring(name.length() + 1)));
            }
        }
        return values;
    }

    void refuseIncomplete() throws EtlFailure {
        if (exportUrl.isEmpty()) {
            throw new EtlFailure(Kind.LOG_WITHOUT_KICK_OFF, path.toString());
        }
        if (transactionTime.isEmpty()) {
            throw new EtlFailure(Kind.LOG_WITHOUT_END, path.toString());
        }
    }

    /** Of a tool that keeps no state beside its log: a run that was cut off looks like one that ended. */
    void refuseMissingFiles() throws EtlFailure {
        if (missing > 0) {
            throw new EtlFailure(Kind.LOG_LACKS_FILES, path.toString(), String.valueOf(missing));
        }
    }
}
