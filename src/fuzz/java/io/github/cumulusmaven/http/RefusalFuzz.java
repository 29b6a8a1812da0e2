package io.github.cumulusmaven.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import java.util.Optional;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as the words of a refusal. */
class RefusalFuzz {
    @ValueSource(
            strings = {
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"transient\",\"diagnostics\":\"Bearer eyJhbGciOiJ.eyJ.x\"}]}",
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"details\":{\"coding\":[{\"display\":\"x\"}]}}]}"
            })
    @FuzzTest
    void read(String text) {
        if (text == null) {
            return;
        }
        Optional<OperationOutcome> outcome = FhirJson.parseAnswer(text).flatMap(OperationOutcome::of);
        outcome.map(OperationOutcome::isFailure);
        if (outcome.isPresent() && outcome.get().summary().length() > 501) {
            throw new AssertionError("endless words");
        }
    }
}
