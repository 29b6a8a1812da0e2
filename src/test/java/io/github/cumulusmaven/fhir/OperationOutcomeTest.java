package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.fhir.OperationOutcome.Severity;
import io.github.cumulusmaven.redact.ServerWords;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationOutcomeTest {
    private static OperationOutcome read(String issues) {
        return OperationOutcome.of(
                        FhirJson.parseObject("{\"resourceType\":\"OperationOutcome\",\"issue\":" + issues + "}")
                                .orElseThrow())
                .orElseThrow();
    }

    @Test
    @DisplayName("KO-21 takes the server's words from wherever they are")
    void words() {
        OperationOutcome outcome = read(
                """
                [{"severity":"error","code":"processing","diagnostics":"from diagnostics","details":{"text":"no"}},
                 {"severity":"warning","code":"value","details":{"text":"from details"}},
                 {"severity":"information","code":"informational","details":{"coding":[{"display":"from coding"}]}},
                 {"severity":"fatal","code":"exception"}]""");

        assertThat(outcome.words())
                .isEqualTo("error processing: from diagnostics; warning value: from details;"
                        + " information informational: from coding; fatal exception");
    }

    @ParameterizedTest
    @CsvSource({"information,false", "warning,false", "error,true", "fatal,true", "catastrophe,true", "'',true"})
    @DisplayName("MF-06 information and warnings are no failures; what has no known severity is one")
    void severity(String severity, boolean failure) {
        assertThat(read("[{\"severity\":\"" + severity + "\"}]").issues())
                .extracting(issue -> issue.severity().isFailure())
                .containsExactly(failure);
    }

    @Test
    void anIssueWithoutAnythingIsStillAnError() {
        OperationOutcome outcome = read("[{}]");

        assertThat(outcome.issues()).containsExactly(new OperationOutcome.Issue(Severity.ERROR, "unknown", ""));
    }

    @Test
    @DisplayName("ST-08 a transient problem says so")
    void transience() {
        assertThat(read("[{\"severity\":\"error\",\"code\":\"transient\"}]").isTransient())
                .isTrue();
        assertThat(read("[{\"severity\":\"error\",\"code\":\"processing\"}]").isTransient())
                .isFalse();
    }

    @Test
    @DisplayName(
            "what is shown of it is one line, not endless, and shows neither controls nor a token that the server repeats")
    void isMadeFitToBeShown() {
        String words = read("[{\"severity\":\"error\",\"code\":\"login\",\"diagnostics\":\"bad\\n\\u001b[31m token"
                        + " eyJhbGciOiJSUzM4NCJ9.eyJzdWIiOiJ4In0.c2ln " + "x".repeat(2000) + "\"}]")
                .words();

        assertThat(ServerWords.shown(words).orElseThrow())
                .startsWith("error login: bad token [JWT] xxx")
                .hasSizeLessThan(600);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"{\"resourceType\":\"Patient\"}", "{}", "{\"resourceType\":7}"})
    void otherResourcesAreNoOutcome(String json) {
        assertThat(OperationOutcome.of(FhirJson.parseObject(json).orElseThrow()))
                .isEmpty();
    }

    @Test
    void anOutcomeWithoutIssuesSaysNothing() {
        OperationOutcome outcome = OperationOutcome.of(FhirJson.parseObject("{\"resourceType\":\"OperationOutcome\"}")
                        .orElseThrow())
                .orElseThrow();

        assertThat(outcome.words()).isEmpty();
        assertThat(outcome.issues()).isEmpty();
    }
}
