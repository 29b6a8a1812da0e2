package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.ExportSummary.IssueCount;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.http.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("MF-06 the server's complaints, counted")
class ErrorReportTest {
    @TempDir
    private Path folder;

    private static String outcome(String severity, String code) {
        return "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"" + severity + "\",\"code\":\"" + code
                + "\",\"diagnostics\":\"Patient John Doe\"}]}";
    }

    private ErrorReport read(byte[]... files) throws IOException {
        ErrorReport report = new ErrorReport();
        for (int number = 0; number < files.length; number++) {
            Path file = folder.resolve(number + ".ndjson");
            Files.write(file, files[number]);
            report.read(file);
        }
        return report;
    }

    private static byte[] lines(String... lines) {
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void equalOnesTogetherWorstFirst() throws IOException {
        ErrorReport report = read(
                lines(outcome("warning", "value"), "", outcome("error", "processing"), outcome("error", "processing")),
                Answer.gzip(lines(outcome("fatal", "exception"), outcome("error", "conflict"))));

        assertThat(report.issues())
                .containsExactly(
                        new IssueCount(Severity.FATAL, "exception", 1),
                        new IssueCount(Severity.ERROR, "conflict", 1),
                        new IssueCount(Severity.ERROR, "processing", 2),
                        new IssueCount(Severity.WARNING, "value", 1));
    }

    @Test
    void whatCannotBeReadIsStillAComplaint() throws IOException {
        assertThat(read(lines("Something broke", "{\"resourceType\":\"Patient\"}"))
                        .issues())
                .containsExactly(new IssueCount(Severity.ERROR, "unreadable", 2));
    }

    @Test
    void codesThatAreNoneAreNotRepeated() throws IOException {
        assertThat(read(lines(outcome("error", "John Doe"))).issues())
                .containsExactly(new IssueCount(Severity.ERROR, "unknown", 1));
    }

    @Test
    void anEndlessLineIsOneComplaintAndNoMore() throws IOException {
        String endless = "{\"resourceType\":\"OperationOutcome\",\"text\":\"" + "x".repeat(2_000_000);

        assertThat(read(lines(endless, outcome("error", "processing"))).issues())
                .containsExactly(
                        new IssueCount(Severity.ERROR, "processing", 1),
                        new IssueCount(Severity.ERROR, "unreadable", 1));
    }

    @Test
    @DisplayName("FL-15 a byte order mark is no part of the first complaint, and none by itself")
    void aByteOrderMarkIsNoComplaint() throws IOException {
        assertThat(read(lines("\ufeff" + outcome("warning", "value")), lines("\ufeff"))
                        .issues())
                .containsExactly(new IssueCount(Severity.WARNING, "value", 1));
    }

    @Test
    void anEmptyFileSaysNothing() throws IOException {
        assertThat(read(new byte[0]).issues()).isEmpty();
    }
}
