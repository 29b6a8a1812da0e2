package io.github.cumulusmaven.etl;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.cumulusmaven.etl.EtlFailure.Kind;
import io.github.cumulusmaven.etl.completion.ExportOrigin;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.files.RegularFiles;
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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
    private static final ObjectReader CONFIGS = reader(Configuration.class);
    private static final ObjectReader REPORTS = reader(EtlReport.class);
    private static final DateTimeFormatter FOLDER_NAME = utc("yyyy-MM-dd__HH.mm.ss");
    private static final DateTimeFormatter TIMESTAMP = utc("yyyy-MM-dd HH:mm:ss");

    private static ObjectReader reader(Class<?> type) {
        return FhirJson.mapper().readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** {@code job_config.json}, with the names that Cumulus ETL gave its properties. */
    private record Configuration(
            @JsonProperty("dir_input") String input,
            @JsonProperty("dir_output") String output,
            @JsonProperty("dir_phi") @Nullable String phi,
            @JsonProperty("path") String path,
            @JsonProperty("input_format") String inputFormat,
            @JsonProperty("output_format") String outputFormat,
            @JsonProperty("comment") String comment,
            @JsonProperty("batch_size") int batchSize,
            @JsonProperty("tasks") String tasks,
            @JsonProperty("export_group_name") String exportGroup,
            @JsonProperty("export_timestamp") String exportTime,
            @JsonProperty("export_url") @Nullable String exportUrl,
            @JsonProperty("codebook_id") @Nullable String codebookId,
            @JsonProperty("exclusions") String exclusions) {}

    /** {@code <table>.json}, with the names that Cumulus ETL gave its properties. */
    private record Result(
            @JsonProperty("label") String label,
            @JsonProperty("attempt") long attempt,
            @JsonProperty("success") long success,
            @JsonProperty("success_rate") double successRate,
            @JsonProperty("had_errors") boolean hadErrors,
            @JsonProperty("timestamp") String timestamp,
            @JsonProperty("hostname") String hostname) {}

    /** Reads the report of the run that wrote an output folder; nothing where it tells too little. */
    static Optional<EtlReport> lastReport(Path output) throws IOException {
        Optional<Path> config = latest(output);
        if (config.isEmpty()) {
            return Optional.empty();
        }
        Path report = config.get().resolveSibling(REPORT);
        return RegularFiles.isThere(report) ? read(REPORTS, report, LARGEST_REPORT) : Optional.empty();
    }

    private static <T> Optional<T> read(ObjectReader reader, Path file, int largest) throws IOException {
        try {
            return Optional.ofNullable(reader.readValue(RegularFiles.read(file, largest)));
        } catch (JsonProcessingException damaged) {
            return Optional.empty();
        }
    }

    /**
     * One output folder belongs to one PHI folder: with other ids, nothing in it would match.
     *
     * @param codebookId of the codebook at hand; nothing where it is still to be made
     */
    static void refuseOtherCodebook(Path output, Optional<String> codebookId) throws EtlFailure, IOException {
        Optional<Configuration> latest = latestConfiguration(output);
        Optional<String> theirs = latest.map(Configuration::codebookId);
        if (theirs.isPresent() && !theirs.equals(codebookId)) {
            throw new EtlFailure(
                    Kind.OTHER_CODEBOOK,
                    output.toString(),
                    latest.map(Configuration::phi).orElse(""));
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

    private static Optional<Configuration> latestConfiguration(Path output) throws EtlFailure, IOException {
        Optional<Path> file = latest(output);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Optional<Configuration> read = read(CONFIGS, file.get(), LARGEST);
        if (read.isEmpty()) {
            throw new EtlFailure(
                    Kind.RECORD_DAMAGED,
                    output.toString(),
                    output.relativize(file.get()).toString());
        }
        return read;
    }

    void write(EtlSummary summary, OutputRun output) throws IOException {
        Path folder = Path.of(FOLDER, FOLDER_NAME.format(began));
        write(output, folder.resolve(CONFIG), configuration(folder.resolve(CONFIG)));
        write(output, folder.resolve(REPORT), EtlReport.of(this, summary, output.tables()));
        for (TableSummary table : summary.tables()) {
            write(output, folder.resolve(table.task().table() + ".json"), result(table));
        }
    }

    private void write(OutputRun output, Path file, Record content) throws IOException {
        String text = FhirJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content);
        output.bookkeeping(file, secrets.redact(text).getBytes(StandardCharsets.UTF_8));
    }

    private Configuration configuration(Path file) {
        EtlFolders folders = config.folders();
        ExportOrigin latest = sources.get(sources.size() - 1).origin();
        return new Configuration(
                config.source(),
                folders.output().toString(),
                folders.phi().toString(),
                folders.output().resolve(file).toString(),
                "ndjson",
                config.format().code(),
                config.comment(),
                config.batchSize(),
                tasks.stream().map(EtlTask::table).collect(Collectors.joining(",")),
                sources.stream()
                        .map(source -> source.origin().group())
                        .distinct()
                        .collect(Collectors.joining(",")),
                latest.time().toString(),
                latest.url().orElse(null),
                codebookId,
                String.join(",", config.selection().excluded()));
    }

    private Result result(TableSummary table) {
        long attempt = table.read() - table.skipped();
        long success = table.written() + table.superseded() + table.deleted();
        return new Result(
                table.task().table(),
                attempt,
                success,
                attempt == 0 ? 1.0 : (double) success / attempt,
                table.errors() > 0,
                TIMESTAMP.format(began),
                hostname());
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
