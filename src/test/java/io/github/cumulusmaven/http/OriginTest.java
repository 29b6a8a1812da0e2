package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest
    @CsvSource({
        "https://EHR.example/fhir, https://ehr.example:443",
        "HTTPS://ehr.example:443,  https://ehr.example:443",
        "https://ehr.example:8443, https://ehr.example:8443",
        "http://ehr.example,       http://ehr.example:80",
        "http://[::1]:8080/x,      http://[::1]:8080",
        "https://u:p@ehr.example,  https://ehr.example:443",
    })
    void isSchemeHostAndPort(URI url, String origin) {
        assertThat(Origin.of(url)).hasToString(origin);
    }

    @DisplayName("KO-01 plain http to another machine is exposed")
    @ParameterizedTest
    @CsvSource({
        "https://ehr.example,          false",
        "https://10.0.0.1,             false",
        "http://ehr.example,           true",
        "http://10.0.0.1,              true",
        "http://localhost.ehr.example, true",
        "http://127.evil.example,      true",
        "http://127.0.0.1.evil.example,true",
        "http://1270.0.0.1,            true",
        "http://localhost:8080,        false",
        "http://LOCALHOST,             false",
        "http://127.0.0.1:9443/fhir,   false",
        "http://127.8.8.8,             false",
        "http://[::1]:1,               false",
        "http://[0:0:0:0:0:0:0:1],     false",
        "http://[::2],                 true",
    })
    void exposure(URI url, boolean exposed) {
        assertThat(Origin.of(url).isExposed()).isEqualTo(exposed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://localhost/f", "file:///etc/passwd", "file://localhost/etc", "mailto:a@b", "f", ""})
    void whatCannotBeAskedIsNoWebAddress(URI url) {
        assertThat(Origin.isWeb(url)).isFalse();
    }
}
