package io.github.cumulusmaven.fhir.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineTypeTest {
    @ParameterizedTest
    @DisplayName("the resource type of a line, wherever it stands in it")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"resourceType\":\"Patient\"}|Patient",
                "{ \"resourceType\" : \"Patient\" , \"id\":1}|Patient",
                "{\"resourceType\":\"Patient\",broken|Patient",
                "{\"id\":\"x\",\"contained\":[{\"resourceType\":\"Device\"}],\"resourceType\":\"Patient\"}|Patient",
                "{\"contained\":[{\"resourceType\":\"Device\"}]}|``",
                "{\"resourceType\":5}|``",
                "{\"resourceType\":\"John Doe\"}|``",
                "{\"resourceType\":\"Pat|``",
                "{\"resourceType\"|``",
                "{\"resourceType\":null,\"resourceType\":\"Patient\"}|Patient",
                "{\"resourceTypes\":\"Patient\"}|``",
                "[{\"resourceType\":\"Patient\"}]|``",
                "Patient|``",
                "{|``",
                "{}|``",
                "``|``",
            })
    void type(String line, String type) {
        byte[] bytes = ("xx" + line + "yy").getBytes(StandardCharsets.UTF_8);
        assertThat(LineType.of(bytes, 2, bytes.length - 2)).isEqualTo(type);
    }
}
