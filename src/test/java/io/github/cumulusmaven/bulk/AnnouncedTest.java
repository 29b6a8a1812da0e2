package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.Manifest.Announced;
import io.github.cumulusmaven.fhir.FhirJson;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnouncedTest {
    private static final String SUM = "8B74ba377554fa73de2a2da52cab9e1d160550247053e4d6aba1968624c67b10";

    private static Announced of(String json) throws Exception {
        return Announced.of(FhirJson.mapper().readTree(json.replace("SUM", SUM)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"extension":[{"url":"https://h/checksum","valueString":"sha256:SUM"},
                 {"url":"https://h/file_length","valueDecimal":2468}]}""",
                """
                {"extension":{"https://h/checksum":"sha256:SUM","https://h/file_length":2468}}""",
                """
                {"extension":{"checksum":"SHA-256:SUM","file_length":"2468"}}""",
                """
                {"fileSize":2468,"extension":{"url":"https://h/checksum","valueString":"sha256:SUM"}}""",
            })
    @DisplayName("MF-08 FL-11 size and checksum, whatever form the extensions have")
    void forms(String json) throws Exception {
        assertThat(of(json)).isEqualTo(new Announced(OptionalLong.of(2468), Optional.of(SUM.toLowerCase(Locale.ROOT))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"extension\":null,\"fileSize\":null}",
                "{\"extension\":\"checksum\",\"fileSize\":\"large\"}",
                "{\"extension\":[{\"url\":\"https://h/checksum\",\"valueString\":\"md5:abcd\"},7,[]]}",
                "{\"extension\":[{\"url\":\"https://h/other\",\"valueString\":\"sha256:SUM\"}],\"fileSize\":-1}",
                "{\"fileSize\":1.5}",
            })
    @DisplayName("MF-08 what is not understood promises nothing")
    void nothing(String json) throws Exception {
        assertThat(of(json)).isEqualTo(Announced.NOTHING);
    }
}
