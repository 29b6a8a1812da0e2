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
        "https://h/run 1/Patient.ndjson,     https://h/run%201/Patient.ndjson",
        "https://h/a|b/{job}/x[1]^`\\\"<>,    https://h/a%7Cb/%7Bjob%7D/x%5B1%5D%5E%60%5C%22%3C%3E",
        "https://h/Größe/€,                  https://h/Gr%C3%B6%C3%9Fe/%E2%82%AC",
        "https://h/100%/a%20b%zz,            https://h/100%25/a%20b%25zz",
        "https://h/f?x=[1]&y=a b,            https://h/f?x=%5B1%5D&y=a%20b",
        "https://[2001:db8::1]/x[1],         https://[2001:db8::1]/x%5B1%5D",
        "files/{1}?of=http://h/[x],          https://ehr.example/fhir/files/%7B1%7D?of=http://h/%5Bx%5D",
    })
    @DisplayName("MF-03 have what no URL may hold escaped, and what is escaped left alone")
    void escaped(String named, URI meant) {
        assertThat(NamedUrl.resolve(URI.create("https://ehr.example/fhir/status"), named))
                .contains(meant);
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
