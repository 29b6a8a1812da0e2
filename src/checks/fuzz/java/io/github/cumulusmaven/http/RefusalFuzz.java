package io.github.cumulusmaven.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.cumulusmaven.fhir.FhirJson;
import io.github.cumulusmaven.fhir.OperationOutcome;
import io.github.cumulusmaven.redact.Secrets;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Map;
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
        outcome.map(OperationOutcome::isTransient);
        HttpRefusal refusal = new HttpRefusal(
                "GET",
                URI.create("https://ehr.example/fhir"),
                400,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                text,
                Optional.empty(),
                Optional.empty(),
                false,
                new Secrets());
        if (refusal.getMessage().length() > 400) {
            throw new AssertionError("endless words");
        }
    }
}
