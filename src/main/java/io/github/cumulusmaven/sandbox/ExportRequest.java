package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome.Issue;
import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kick-off that was understood.
 *
 * @param url as the client called it
 * @param transactionTime of the kick-off
 * @param access of the client
 * @param patients whose resources; nothing for an export of the whole system
 * @param types asked for; nothing for all
 * @param changed when
 * @param filters that the resources of a type must pass
 * @param ignored parameters that the client allowed to be ignored
 */
record ExportRequest(
        String url,
        Instant transactionTime,
        Access access,
        Optional<PatientSelection> patients,
        Optional<Set<String>> types,
        ChangeWindow changed,
        TypeFilters filters,
        List<String> ignored) {

    /** Binaries are read one by one, and are never in an export. */
    boolean canHold(String type) {
        return patients.isPresent() ? PatientCompartment.covers(type) : !type.equals("Binary");
    }

    boolean holds(String type) {
        return canHold(type)
                && types.map(asked -> asked.contains(type)).orElse(true)
                && access.scopes().allowsExport(type);
    }

    /** Lists what the client asked for and does not get. It is told in the answer and in the export's error files. */
    List<Issue> issues() {
        List<Issue> issues = new ArrayList<>();
        for (String parameter : ignored) {
            issues.add(new Issue(Severity.WARNING, "not-supported", "Ignored: " + parameter));
        }
        for (String type : types.orElse(Set.of())) {
            if (!canHold(type)) {
                issues.add(new Issue(Severity.WARNING, "not-supported", "An export like this holds no " + type));
            } else if (!holds(type)) {
                issues.add(new Issue(
                        Severity.ERROR, "forbidden", "The scopes of the token do not let it export any " + type));
            }
        }
        return issues;
    }

    /**
     * When a resource must have changed to be exported (KO-10, KO-11): after {@code _since}, and not after {@code _until},
     * so that windows that meet neither lose nor repeat anything.
     *
     * @param since exclusive
     * @param until inclusive
     */
    record ChangeWindow(Optional<Instant> since, Optional<Instant> until) {
        /** By {@code meta.lastUpdated}; what does not say when it changed may have changed at any time, and is in. */
        boolean includes(JsonNode resource) {
            return FhirJson.text(resource.path("meta"), "lastUpdated")
                    .flatMap(FhirInstant::parse)
                    .map(this::includes)
                    .orElse(true);
        }

        private boolean includes(Instant changed) {
            return since.map(changed::isAfter).orElse(true)
                    && until.map(end -> !changed.isAfter(end)).orElse(true);
        }
    }
}
