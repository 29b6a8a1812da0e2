package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
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
}
