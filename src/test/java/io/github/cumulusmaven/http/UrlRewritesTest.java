package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlRewritesTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080,      https://ehr.example/r4, http://localhost:8080/fhir/s?a=b, https://ehr.example/r4/fhir/s?a=b",
        "http://localhost:8080/,     https://ehr.example/,   http://localhost:8080/s,          https://ehr.example/s",
        "http://localhost:8080/fhir, https://ehr.example/r4, http://localhost:8080/fhir,       https://ehr.example/r4",
        "http://localhost:8080/fhir, https://ehr.example/r4, http://localhost:8080/fhir2/s,    http://localhost:8080/fhir2/s",
        "http://localhost:8080,      https://ehr.example/r4, http://localhost:8081/fhir/s,     http://localhost:8081/fhir/s",
        "http://Fhir-0.internal,     https://ehr.example,    https://fhir-0.internal/s,        https://ehr.example/s",
        "https://fhir-0.internal,    https://ehr.example:1,  http://fhir-0.internal:443/s,     https://ehr.example:1/s",
        "https://fhir-0.internal,    https://ehr.example,    https://fhir-0.internal.evil/s,   https://fhir-0.internal.evil/s",
    })
    @DisplayName("KO-20 MF-03 the beginning that a server writes is replaced by its address, up to a slash")
    void applies(URI from, URI to, URI named, URI meant) {
        assertThat(new UrlRewrites(Map.of(from, to)).apply(named)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "http://fhir-0,        https://ehr.example,       http://fhir-0/r4/",
        "http://fhir-0/inner/, https://ehr.example/r4,    http://fhir-0/inner/",
        "http://fhir-0,        https://ehr.example/r,     ''",
        "http://fhir-0,        https://ehr.example/r4/sub, ''",
    })
    @DisplayName("FL-14 a base of the server has the name that a rewrite to it replaces")
    void names(URI from, URI to, String name) {
        assertThat(new UrlRewrites(Map.of(from, to)).namesOf("https://ehr.example/r4"))
                .isEqualTo(name.isEmpty() ? List.of() : List.of(name));
    }
}
