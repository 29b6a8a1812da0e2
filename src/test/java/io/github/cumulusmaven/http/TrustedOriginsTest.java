package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedOriginsTest {
    private static final Authorizer TOKEN = new Authorizer() {
        @Override
        public Optional<String> authorization(URI target) {
            return Optional.of("Bearer t");
        }

        @Override
        public boolean renew(String refused) {
            return true;
        }
    };

    @DisplayName("ST-15 FL-03 a credential goes to trusted origins, and never beside a signature")
    @ParameterizedTest
    @CsvSource({
        "https://ehr.example/fhir/x,          true",
        "https://EHR.example:443/other,       true",
        "https://ehr.example:8443/fhir,       false",
        "http://ehr.example/fhir,             false",
        "https://files.example/x,             false",
        "https://ehr.example.evil.example/x,  false",
        "https://ehr.example/fhir/x?sig=abc,  false",
    })
    void trust(URI url, boolean trusted) throws Exception {
        TrustedOrigins authorizer = TrustedOrigins.of(TOKEN, URI.create("https://ehr.example"));

        assertThat(authorizer.authorization(url).isPresent()).isEqualTo(trusted);
        assertThat(authorizer.renew("Bearer t")).isTrue();
    }
}
