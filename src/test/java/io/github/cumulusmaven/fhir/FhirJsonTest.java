package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;

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
