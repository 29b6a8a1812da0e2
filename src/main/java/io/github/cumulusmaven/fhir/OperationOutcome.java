package io.github.cumulusmaven.fhir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a server says went wrong, or only that it has something to say.
 *
 * @param issues in the server's order, possibly none
 * @see <a href="https://hl7.org/fhir/R4/operationoutcome.html">FHIR R4 OperationOutcome</a>
 */
public record OperationOutcome(List<Issue> issues) {
    private static final String TYPE = "OperationOutcome";
    private static final int MOST_WORDS = 20;

    /** In XML, the text is the one of the details. */
    private static final Set<String> OF_ISSUE = Set.of("severity", "code", "diagnostics", "text");

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
        if (!resource.path("resourceType").asText().equals(TYPE)) {
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

    /** Reads one in FHIR's XML; nothing when the text is something else. */
    public static Optional<OperationOutcome> ofXml(String text) {
        if (!text.stripLeading().startsWith("<") || !text.contains(TYPE)) {
            return Optional.empty();
        }
        ObjectNode outcome = FhirJson.mapper().createObjectNode();
        ArrayNode issues = outcome.putArray("issue");
        try {
            XMLStreamReader xml = xml().createXMLStreamReader(new StringReader(text.stripLeading()));
            while (xml.hasNext()) {
                if (xml.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                String name = xml.getLocalName();
                String value = xml.getAttributeValue(null, "value");
                if (!outcome.has("resourceType")) {
                    outcome.put("resourceType", name);
                } else if (name.equals("issue")) {
                    issues.addObject();
                } else if (value != null && issues.size() > 0 && OF_ISSUE.contains(name)) {
                    ((ObjectNode) issues.get(issues.size() - 1)).putIfAbsent(name, TextNode.valueOf(value));
                }
            }
        } catch (XMLStreamException malformed) {
            return Optional.empty();
        }
        return of(outcome);
    }

    /** Neither entities nor anything else is fetched. */
    private static XMLInputFactory xml() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    private static String words(JsonNode issue) {
        return FhirJson.text(issue, "diagnostics")
                .or(() -> FhirJson.text(issue.path("details"), "text"))
                .or(() -> FhirJson.text(issue, "text"))
                .or(() -> FhirJson.text(issue.path("details").path("coding").path(0), "display"))
                .orElse("");
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
