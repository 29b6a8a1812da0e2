package io.github.cumulusmaven.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a server says went wrong, or only that it has something to say.
 *
 * @param issues in the server's order, possibly none
 * @see <a href="https://hl7.org/fhir/R4/operationoutcome.html">FHIR R4 OperationOutcome</a>
 */
public record OperationOutcome(List<Issue> issues) {
    private static final int MOST_WORDS = 20;

    public OperationOutcome {
        issues = List.copyOf(issues);
    }

    /**
     * One complaint.
     *
     * @param severity how bad it is
     * @param code FHIR's issue type, for example {@code processing}; {@code unknown} where the server gave none
     * @param text the server's words, empty where it gave none
     */
    public record Issue(Severity severity, String code, String text) {}

    /** FHIR's issue severities, mildest first. */
    public enum Severity {
        INFORMATION,
        WARNING,
        ERROR,
        FATAL;

        /** Whether what the issue speaks of has failed. */
        public boolean isFailure() {
            return compareTo(ERROR) >= 0;
        }

        /** FHIR's own spelling. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** A server that states no known severity is taken to report an error: silence must not hide one. */
        static Severity of(String code) {
            for (Severity severity : values()) {
                if (severity.code().equals(code)) {
                    return severity;
                }
            }
            return ERROR;
        }
    }

    /** Reads an OperationOutcome; nothing when the resource is of another type. */
    public static Optional<OperationOutcome> of(JsonNode resource) {
        if (!resource.path("resourceType").asText().equals("OperationOutcome")) {
            return Optional.empty();
        }
        List<Issue> issues = new ArrayList<>();
        for (JsonNode issue : resource.path("issue")) {
            issues.add(new Issue(
                    Severity.of(issue.path("severity").asText()),
                    FhirJson.text(issue, "code").orElse("unknown"),
                    words(issue)));
        }
        return Optional.of(new OperationOutcome(issues));
    }

    private static String words(JsonNode issue) {
        return FhirJson.text(issue, "diagnostics")
                .or(() -> FhirJson.text(issue.path("details"), "text"))
                .or(() -> FhirJson.text(issue.path("details").path("coding").path(0), "display"))
                .orElse("");
    }

    /** Whether any issue is an error or fatal. */
    public boolean isFailure() {
        return issues.stream().anyMatch(issue -> issue.severity().isFailure());
    }

    /** Whether the server marks the problem as one that passes by itself (IG "Response - Error Status"). */
    public boolean isTransient() {
        return issues.stream().anyMatch(issue -> issue.code().equals("transient"));
    }

    /** The issues in one text, as the server wrote them; to be redacted before it is shown. */
    public String words() {
        return issues.stream()
                .limit(MOST_WORDS)
                .map(issue -> issue.severity().code() + " " + issue.code()
                        + (issue.text().isEmpty() ? "" : ": " + issue.text()))
                .collect(Collectors.joining("; "));
    }
}
