package io.github.cumulusmaven.etl.completion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.etl.completion.ExportUnknown.Kind;
import io.github.cumulusmaven.fhir.FhirJson;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the input's data come from.
 *
 * @param group the id of the exported group; empty for an export of all patients or of a system
 * @param time up to when the data are complete
 * @param url the kick-off's, where a log tells it
 * @param filters what the export was limited to
 */
public record ExportOrigin(String group, ExportTime time, Optional<String> url, TypeFilters filters) {
    private static final String STATE = "export.json";
    private static final Pattern GROUP = Pattern.compile("/Group/(?<id>[^/?$]+)");
    private static final Pattern AFTER_BASE = Pattern.compile("(/Group/[^/?]+|/Patient)?/?([$]export)?([?].*)?$");

    /**
     * What the log and the export's state in the folder say; what the user says wins.
     *
     * @throws ExportUnknown when that is not enough
     * @throws IOException when a file cannot be read
     */
    public static ExportOrigin of(Path folder, Optional<String> group, Optional<ExportTime> time)
            throws ExportUnknown, IOException {
        List<String> filters = new ArrayList<>(filtersOfState(folder.resolve(STATE)));
        boolean logIsNeeded = group.isEmpty() || time.isEmpty();
        Optional<ExportLogFile> log = log(folder, logIsNeeded);
        log.ifPresent(facts -> filters.addAll(facts.typeFilters()));
        Optional<String> url = log.flatMap(ExportLogFile::exportUrl);
        if (logIsNeeded && log.isPresent()) {
            log.get().refuseIncomplete();
        }
        return new ExportOrigin(
                group.or(() -> url.map(ExportOrigin::groupOf))
                        .orElseThrow(
                                () -> new ExportUnknown(Kind.NO_GROUP, folder.toString(), "there is no log.ndjson")),
                time.or(() -> log.flatMap(ExportLogFile::transactionTime))
                        .orElseThrow(
                                () -> new ExportUnknown(Kind.NO_TIME, folder.toString(), "there is no log.ndjson")),
                url,
                TypeFilters.of(filters));
    }

    /** The FHIR base of the server that the data come from, where a log tells it. */
    public Optional<String> serverBase() {
        return url.map(export -> AFTER_BASE.matcher(export).replaceFirst(""));
    }

    /** Where the user says all, logs are only asked for filters, and one that cannot be told is none. */
    private static Optional<ExportLogFile> log(Path folder, boolean needed) throws ExportUnknown, IOException {
        try {
            return ExportLogFile.find(folder);
        } catch (ExportUnknown several) {
            if (needed) {
                throw several;
            }
            return Optional.empty();
        }
    }

    private static String groupOf(String exportUrl) {
        Matcher matcher = GROUP.matcher(exportUrl);
        return matcher.find() ? URLDecoder.decode(matcher.group("id").replace("+", "%2B"), StandardCharsets.UTF_8) : "";
    }

    private static List<String> filtersOfState(Path file) throws ExportUnknown, IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        JsonNode state;
        try {
            state = FhirJson.mapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException foreign) {
            return List.of();
        }
        JsonNode job = state.path("job");
        boolean ours = state.has("state") && job.isObject();
        if (ours && !state.path("state").asText().equals("done")) {
            throw new ExportUnknown(
                    Kind.UNFINISHED, file.toString(), state.path("state").asText());
        }
        return FhirJson.text(job.path("parameters"), "_typeFilter").stream().toList();
    }
}
