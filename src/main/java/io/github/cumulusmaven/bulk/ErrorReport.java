package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.fhir.ResourceType;
import io.github.cumulusmaven.fhir.ndjson.LineReader;
import io.github.cumulusmaven.files.GzipBody;
import io.github.cumulusmaven.files.RegularFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Counts what the server complains of in its error files (MF-06). Texts are left in the files: they may name patients. */
public final class ErrorReport {
    private static final String FOLDER = "error";
    private static final String OUTCOME = "OperationOutcome";
    private static final int LONGEST_WORD = 64;

    private final Map<IssueCount, Long> counts = new HashMap<>();

    ErrorReport() {}

    /**
     * How many errors the server has reported with the export in a folder. A file that cannot be read is one.
     *
     * @throws IOException when the folder cannot be read
     */
    public static long errorsIn(Path export) throws IOException {
        ErrorReport report = new ErrorReport();
        for (Path file : files(export)) {
            report.readOrCount(file);
        }
        return report.issues().stream()
                .filter(issue -> issue.severity().isFailure())
                .mapToLong(IssueCount::count)
                .sum();
    }

    /**
     * The resource types that the server's reports in a folder name, whatever they say of them.
     *
     * @throws IOException when a report cannot be read
     */
    public static Set<String> typesNamedIn(Path export) throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path file : files(export)) {
            try (Reader text = new BufferedReader(
                    new InputStreamReader(GzipBody.decode(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
                StringBuilder word = new StringBuilder();
                for (int next = text.read(); next >= 0; next = text.read()) {
                    if (!Character.isLetter(next)) {
                        addType(word, named);
                    } else if (word.length() < LONGEST_WORD) {
                        word.append((char) next);
                    }
                }
                addType(word, named);
            }
        }
        return named;
    }

    private static void addType(StringBuilder word, Set<String> named) {
        if (ResourceType.isKnown(word.toString())) {
            named.add(word.toString());
        }
        word.setLength(0);
    }

    private static List<Path> files(Path export) throws IOException {
        Path folder = export.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void readOrCount(Path file) {
        try {
            read(file);
        } catch (IOException damaged) {
            add(Severity.ERROR, "unreadable");
        }
    }

    /** Says whether a file of an export holds complaints. */
    static boolean isIn(FileState state) {
        return isReport(state) || state.others().containsKey(OUTCOME);
    }

    private static boolean isReport(FileState state) {
        return state.kind() == FileState.Kind.ERROR || OUTCOME.equals(state.type());
    }

    /** Reads what a file of an export holds of complaints: nothing else, or here and there one among resources. */
    void read(FileState state, Path file) throws IOException {
        if (isReport(state)) {
            read(file);
        } else if (isIn(state)) {
            try (LineReader lines =
                    LineReader.ofShortLines(GzipBody.decode(RegularFiles.openTarget(file, Long.MAX_VALUE)))) {
                while (lines.next()) {
                    String line = lines.text();
                    if (line.contains(OUTCOME)) {
                        FhirJson.parseObject(line).flatMap(OperationOutcome::of).ifPresent(this::add);
                    }
                }
            }
        }
    }

    private void add(OperationOutcome outcome) {
        outcome.issues().forEach(issue -> add(issue.severity(), issue.code()));
    }

    void read(Path file) throws IOException {
        try (LineReader lines =
                LineReader.ofShortLines(GzipBody.decode(RegularFiles.openTarget(file, Long.MAX_VALUE)))) {
            while (lines.next()) {
                count(lines.text());
            }
        }
    }

    /** A complaint that cannot be read is still a complaint. */
    private void count(String line) {
        Optional<OperationOutcome> outcome = FhirJson.parseObject(line).flatMap(OperationOutcome::of);
        if (outcome.isEmpty()) {
            add(Severity.ERROR, "unreadable");
        } else {
            add(outcome.get());
        }
    }

    private void add(Severity severity, String code) {
        String safe = code.matches("[a-z-]{1,40}") ? code : "unknown";
        counts.merge(new IssueCount(severity, safe, 0), 1L, Long::sum);
    }

    /** Worst first. */
    List<IssueCount> issues() {
        return counts.entrySet().stream()
                .map(entry ->
                        new IssueCount(entry.getKey().severity(), entry.getKey().code(), entry.getValue()))
                .sorted(Comparator.comparing(IssueCount::severity).reversed().thenComparing(IssueCount::code))
                .toList();
    }
}
