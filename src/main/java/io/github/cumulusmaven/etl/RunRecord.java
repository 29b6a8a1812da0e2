package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.RegularFiles;
import io.github.cumulusmaven.hydrate.Problem;
import io.github.cumulusmaven.redact.Secrets;
import io.github.cumulusmaven.table.OutputRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code JobConfig/<time>/} in the output folder: how a run was configured, and what became of each table.
 *
 * @param sources the folders of the input, in the order of their exports' times
 * @param fingerprint of the run, without its tables
 * @param began when, which names the folder
 * @param secrets that must not be in it
 */
record RunRecord(
        EtlConfig config,
        List<EtlSource> sources,
        List<EtlTask> tasks,
        RunFingerprint fingerprint,
        String codebookId,
        Instant began,
        Secrets secrets) {
    private static final String FOLDER = "JobConfig";
    private static final int LARGEST = 1024 * 1024;
    private static final int LARGEST_REPORT = 64 * 1024 * 1024;
    private static final String CONFIG = "job_config.json";
    private static final String REPORT = "report.json";
    private static final ObjectReader REPORTS =
            FhirJson.mapper().readerFor(Report.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final DateTimeFormatter FOLDER_NAME = utc("yyyy-MM-dd__HH.mm.ss");
    private static final DateTimeFormatter TIMESTAMP = utc("yyyy-MM-dd HH:mm:ss");

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /**
     * What is read of the report of an earlier run.
     *
     * @param finished when, in ISO 8601
     * @param failed whether more was lost than might be
     * @param tables by their names
     * @param medications what became of those that were to be fetched, if any were
     */
    record Report(
            @JsonProperty("finished") String finished,
            @JsonProperty("failed") boolean failed,
            @JsonProperty("tables") Map<String, Table> tables,
            @JsonProperty("fingerprint") RunFingerprint fingerprint,
            @JsonProperty("medications") @Nullable JsonNode medications) {
        Report {
            Stream.of(finished, tables, fingerprint).forEach(Objects::requireNonNull);
            tables.values().forEach(Objects::requireNonNull);
        }

        /** How many Medications the server could not give then, and may give now. */
        long unfetched() {
            return medications == null
                    ? 0
                    : medications
                            .path("problems")
                            .path(Problem.OUT_OF_REACH.code())
                            .asLong();
        }

        /** One table of it. */
        record Table(@JsonProperty("written") long written) {}

        UpToDate upToDate() {
            return new UpToDate(
                    finished,
                    tables.size(),
                    tables.values().stream().mapToLong(Table::written).sum());
        }
    }

    /** Reads the report of the run that wrote an output folder; nothing where it tells too little. */
    static Optional<Report> lastReport(Path output) throws IOException {
        Optional<Path> config = latest(output);
        if (config.isEmpty()) {
            return Optional.empty();
        }
        Path report = config.get().resolveSibling(REPORT);
        try {
            return RegularFiles.isThere(report)
                    ? Optional.ofNullable(REPORTS.readValue(RegularFiles.read(report, LARGEST_REPORT)))
                    : Optional.empty();
        } catch (JsonProcessingException older) {
            return Optional.empty();
        }
    }

    /**
     * One output folder belongs to one PHI folder: with other ids, nothing in it would match.
     *
     * @param codebookId of the codebook at hand; nothing where it is still to be made
     */
    static void refuseOtherCodebook(Path output, Optional<String> codebookId) throws EtlFailure, IOException {
        Optional<ObjectNode> latest = latestConfiguration(output);
        Optional<String> theirs = latest.flatMap(json -> FhirJson.text(json, "codebook_id"));
        if (theirs.isPresent() && !theirs.equals(codebookId)) {
            throw new EtlFailure(
                    Kind.OTHER_CODEBOOK,
                    output.toString(),
                    latest.flatMap(json -> FhirJson.text(json, "dir_phi")).orElse("another folder"));
        }
    }

    private static Optional<Path> latest(Path output) throws IOException {
        Path records = output.resolve(FOLDER);
        if (!Files.isDirectory(records)) {
            return Optional.empty();
        }
        try (Stream<Path> runs = Files.list(records)) {
            return runs.map(run -> run.resolve(CONFIG)).filter(Files::exists).max(Comparator.naturalOrder());
        }
    }

    private static Optional<ObjectNode> latestConfiguration(Path output) throws EtlFailure, IOException {
        Optional<Path> file = latest(output);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectNode> read =
                FhirJson.parseObject(new String(RegularFiles.read(file.get(), LARGEST), StandardCharsets.UTF_8));
        if (read.isEmpty()) {
            throw new EtlFailure(
                    Kind.OUTPUT_NOT_EMPTY,
                    output.toString(),
                    output.relativize(file.get()) + " in it is damaged, so that it cannot tell its codebook");
        }
        return read;
    }

    void write(EtlSummary summary, OutputRun output) throws IOException {
        Path folder = Path.of(FOLDER, FOLDER_NAME.format(began));
        write(output, folder.resolve(CONFIG), configuration(folder.resolve(CONFIG)));
        ObjectNode report = new EtlReport(summary).json();
        addSources(report);
        report.put("trustPhiDirectory", config.folders().trustPhi());
        report.put(
                "finished",
                began.plus(summary.duration()).truncatedTo(ChronoUnit.SECONDS).toString());
        report.put("failed", summary.hasTooManyErrors());
        report.putPOJO("fingerprint", fingerprint.with(output.tables()));
        write(output, folder.resolve(REPORT), report);
        for (TableSummary table : summary.tables()) {
            write(output, folder.resolve(table.task().table() + ".json"), result(table));
        }
    }

    private void write(OutputRun output, Path file, ObjectNode json) throws IOException {
        String text = FhirJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json);
        output.bookkeeping(file, secrets.redact(text).getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode configuration(Path file) {
        EtlFolders folders = config.folders();
        ExportOrigin latest = sources.get(sources.size() - 1).origin();
        return FhirJson.mapper()
                .createObjectNode()
                .put("dir_input", config.source())
                .put("dir_output", folders.output().toString())
                .put("dir_phi", folders.phi().toString())
                .put("path", folders.output().resolve(file).toString())
                .put("input_format", "ndjson")
                .put("output_format", config.format().code())
                .put("comment", config.comment())
                .put("batch_size", config.batchSize())
                .put("tasks", tasks.stream().map(EtlTask::table).collect(Collectors.joining(",")))
                .put("export_group_name", groups())
                .put("export_timestamp", latest.time().toString())
                .put("export_url", latest.url().orElse(null))
                .put("codebook_id", codebookId)
                .put("exclusions", String.join(",", config.selection().excluded()));
    }

    private String groups() {
        return sources.stream()
                .map(source -> source.origin().group())
                .distinct()
                .collect(Collectors.joining(","));
    }

    /** Where each part of the tables comes from; the configuration has room for one export. */
    private void addSources(ObjectNode report) {
        ArrayNode inputs = report.putArray("inputs");
        sources.forEach(source -> inputs.addObject()
                .put("folder", source.folder().toString())
                .put("group", source.origin().group())
                .put("exportTime", source.origin().time().toString()));
    }

    private ObjectNode result(TableSummary table) {
        long attempt = table.read() - table.skipped();
        long success = table.written() + table.superseded() + table.deleted();
        return FhirJson.mapper()
                .createObjectNode()
                .put("label", table.task().table())
                .put("attempt", attempt)
                .put("success", success)
                .put("success_rate", attempt == 0 ? 1.0 : (double) success / attempt)
                .put("had_errors", table.errors() > 0)
                .put("timestamp", TIMESTAMP.format(began))
                .put("hostname", hostname());
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
