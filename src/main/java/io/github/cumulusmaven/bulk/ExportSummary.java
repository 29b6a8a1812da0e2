package io.github.cumulusmaven.bulk;

import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A finished export.
 *
 * @param transactionTime as the server wrote it
 * @param files all, whole
 * @param issues what the server's error files say, counted
 * @param duration of this run
 */
public record ExportSummary(String transactionTime, List<FileState> files, List<IssueCount> issues, Duration duration) {

    /**
     * Equal complaints of the server.
     *
     * @param severity how bad
     * @param code FHIR's issue type
     * @param count how often
     */
    public record IssueCount(Severity severity, String code, long count) {}

    /** Sums up files that lie in a folder, with what the server says in those of its error reports. */
    static ExportSummary of(String transactionTime, List<FileState> files, ExportFolder folder, Duration duration)
            throws IOException {
        ErrorReport report = new ErrorReport();
        for (FileState file : files) {
            if (file.proof() != null) {
                report.read(file, folder.file(file.path()));
            }
        }
        return new ExportSummary(transactionTime, files, report.issues(), duration);
    }

    /** Whether the server reports that something it should have exported is missing. */
    public boolean hasErrors() {
        return issues.stream().anyMatch(issue -> issue.severity().isFailure());
    }

    /** The files that the export goes without, or that hold another number of resources than the server announced. */
    public List<FileState> exceptions() {
        return files.stream().filter(FileState::isException).toList();
    }

    /** Lists where the server's words on the export are: the folder of its reports, and files that hold some among resources. */
    public List<String> places() {
        return files.stream()
                .filter(file -> file.proof() != null && ErrorReport.isIn(file))
                .map(file -> file.kind() == FileState.Kind.ERROR ? file.kind().code() + "/" : file.path())
                .distinct()
                .toList();
    }

    /** How many files are here. */
    public long whole() {
        return files.stream().filter(file -> file.proof() != null).count();
    }

    /** Whether a server that has data to export gave any. */
    public boolean isEmpty() {
        return files.stream().noneMatch(file -> file.kind() == FileState.Kind.OUTPUT && file.resources() > 0);
    }

    /** Resources of all files, deletions and complaints included, as the export log counts them. */
    public long resources() {
        return files.stream().mapToLong(FileState::resources).sum();
    }

    /** Uncompressed bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(FileState::bytes).sum();
    }
}
