package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("URLs that a server names")
class NamedUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://ehr.example/fhir/$export, https://files.example/1,      https://files.example/1",
        "https://ehr.example/fhir/$export, /status/1,                    https://ehr.example/status/1",
        "https://ehr.example/fhir/$export, ' status/1 ',                 https://ehr.example/fhir/status/1",
        "http://127.0.0.1:90/fhir,         http://localhost:91/1,        http://localhost:91/1",
        "http://127.0.0.1:90/fhir,         https://files.example/1,      https://files.example/1",
    })
    @DisplayName("MF-03 KO-20 are made absolute")
    void absolute(URI source, String named, URI meant) {
        assertThat(NamedUrl.resolve(source, named)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "http://ehr.example/status/1?a=b%20c,  https://ehr.example/status/1?a=b%20c",
        "http://EHR.example:80/status,         https://ehr.example/status",
        "http://ehr.example:8443/status,       https://ehr.example:8443/status",
        "http://ehr.example,                   https://ehr.example",
        "http://other.example/1,               http://other.example/1",
    })
    @DisplayName("KO-01 keep TLS where a server behind a proxy forgot its own")
    void forgottenTls(String named, URI meant) {
        assertThat(NamedUrl.resolve(URI.create("https://ehr.example/fhir"), named))
                .contains(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "https://ehr.example/fhir, ''",
        "https://ehr.example/fhir, http://h/a b",
        "https://ehr.example/fhir, ftp://ehr.example/1",
        "https://ehr.example/fhir, mailto:a@b",
        "https://ehr.example/fhir, http:///x",
        "https://ehr.example/fhir, http://127.0.0.1:8080/admin",
        "https://ehr.example/fhir, https://localhost/admin",
        "https://ehr.example/fhir, http://[::1]/admin",
    })
    @DisplayName("are refused when they are none, or lead to this machine from elsewhere")
    void refused(URI source, String named) {
        assertThat(NamedUrl.resolve(source, named)).isEmpty();
    }
}
