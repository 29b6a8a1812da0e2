package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.fhir.OperationOutcome.Issue;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import java.util.List;

/** OperationOutcomes as this server says them. */
final class Outcomes {
    private Outcomes() {}

    static OperationOutcome of(Severity severity, String code, String words) {
        return new OperationOutcome(List.of(new Issue(severity, code, words)));
    }

    static ObjectNode json(OperationOutcome outcome) {
        ObjectNode json = FhirJson.mapper().createObjectNode().put("resourceType", "OperationOutcome");
        ArrayNode issues = json.putArray("issue");
        for (Issue issue : outcome.issues()) {
            issues.addObject()
                    .put("severity", issue.severity().code())
                    .put("code", issue.code())
                    .put("diagnostics", issue.text());
        }
        return json;
    }
}
