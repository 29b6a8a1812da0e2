package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FhirJsonTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.50", "0.10", "100.0", "1.0E-9", "12345678901234567890.123456789012345678901"})
    void decimalsKeepTheirDigits(String number) {
        assertThat(FhirJson.parseObject("{\"value\":" + number + "}").orElseThrow())
                .hasToString("{\"value\":" + number + "}");
    }

    @Test
    void aStringMayBeAsLongAsAnInlinedNote() {
        String note = "n".repeat(25_000_000);

        assertThat(FhirJson.parseObject("{\"data\":\"" + note + "\"}")
                        .orElseThrow()
                        .path("data")
                        .asText())
                .hasSize(note.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "12", "{\"a\":1} x", "{\"a\":1", "<html>"})
    void whatIsNoObjectIsNothing(String text) {
        assertThat(FhirJson.parseObject(text)).isEmpty();
    }

    @Test
    void jsonOfAbsurdDepthIsNothing() {
        assertThat(FhirJson.parseObject("{\"a\":".repeat(100_000))).isEmpty();
    }

    @Test
    void aNumberOfAMillionDigitsIsNothingAndCostsNoTime() {
        String number = "7".repeat(1_000_000);

        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(FhirJson.parseObject("{\"expires_in\":" + number + "}"))
                        .isEmpty());
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(FhirJson.parseAnswer("{\"expires_in\":0." + number + "}"))
                        .isEmpty());
    }

    @Test
    void theDeepestAnswerCanBeKeptInsideOfADocumentOfOurs() throws Exception {
        String deepest = "{\"a\":".repeat(400) + "1" + "}".repeat(400);
        ObjectNode answer = FhirJson.parseAnswer(deepest).orElseThrow();

        String kept = FhirJson.mapper()
                .writeValueAsString(FhirJson.mapper()
                        .createObjectNode()
                        .set("eventDetail", FhirJson.mapper().createObjectNode().set("errorBody", answer)));

        assertThat(FhirJson.parseObject(kept)).isPresent();
        assertThat(FhirJson.parseAnswer("{\"a\":" + deepest + "}")).isEmpty();
    }

    @Test
    void theDeepestDocumentThatIsReadCanBeWritten() throws Exception {
        ObjectNode deepest = FhirJson.parseObject("{\"a\":".repeat(500) + "1" + "}".repeat(500))
                .orElseThrow();

        assertThat(FhirJson.mapper().writeValueAsString(deepest)).hasSize(3001);
        assertThat(FhirJson.parseObject("{\"a\":".repeat(501) + "1" + "}".repeat(501)))
                .isEmpty();
    }

    @Test
    void theTextOfAFieldIsThatOfAPrimitive() {
        var object = FhirJson.parseObject("{\"s\":\"x\",\"n\":1,\"b\":false,\"z\":null,\"o\":{},\"a\":[]}")
                .orElseThrow();

        assertThat(FhirJson.text(object, "s")).contains("x");
        assertThat(FhirJson.text(object, "n")).contains("1");
        assertThat(FhirJson.text(object, "b")).contains("false");
        assertThat(FhirJson.text(object, "z")).isEmpty();
        assertThat(FhirJson.text(object, "o")).isEmpty();
        assertThat(FhirJson.text(object, "a")).isEmpty();
        assertThat(FhirJson.text(object, "missing")).isEmpty();
    }
}
