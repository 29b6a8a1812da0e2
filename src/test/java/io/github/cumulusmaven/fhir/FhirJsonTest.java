package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":1E44444444444444444444}",
                "{\"n\":1E2147483648}",
                "{\"n\":[-1.5e-99999999999]}",
                "{\"n\":444444444444444444444444444444444444444E4444444444444444444444444}"
            })
    void anExponentThatNoDecimalHasIsBadJson(String text) {
        assertThat(FhirJson.parseObject(text)).isEmpty();
        assertThat(FhirJson.parseAnswer(text)).isEmpty();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> FhirJson.mapper().readTree(bytes)).isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> FhirJson.mapper().readTree(new ByteArrayInputStream(bytes)))
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> FhirJson.mapper().readTree(new StringReader(text)))
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> FhirJson.mapper().readValue(text, ObjectNode.class))
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> FhirJson.mapper().readerFor(JsonNode.class).readValue(bytes))
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> copy(bytes)).isInstanceOf(JsonProcessingException.class);
    }

    private static void copy(byte[] bytes) throws IOException {
        try (JsonParser json = FhirJson.mapper().createParser(bytes);
                JsonGenerator copy = FhirJson.mapper().createGenerator(OutputStream.nullOutputStream())) {
            json.nextToken();
            copy.copyCurrentStructureExact(json);
        }
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
