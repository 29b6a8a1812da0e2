package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirInstant;
import io.github.cumulusmaven.fhir.FhirJson;
import java.time.Instant;
import java.util.Optional;

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
