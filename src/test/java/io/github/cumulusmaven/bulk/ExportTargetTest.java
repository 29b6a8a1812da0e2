package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.fhir.InvalidSetting;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTargetTest {
    @DisplayName("KO-03 takes every form of a FHIR URL")
    @ParameterizedTest
    @CsvSource({
        "https://ehr.example/fhir,                         https://ehr.example/fhir,        /$export",
        "https://ehr.example/fhir/,                        https://ehr.example/fhir,        /$export",
        "https://ehr.example/fhir//,                       https://ehr.example/fhir,        /$export",
        "https://ehr.example,                              https://ehr.example,             /$export",
        "https://ehr.example/$export,                      https://ehr.example,             /$export",
        "https://ehr.example/fhir/$export,                 https://ehr.example/fhir,        /$export",
        "https://ehr.example/fhir/$export/,                https://ehr.example/fhir,        /$export",
        "https://ehr.example/fhir/%24export,               https://ehr.example/fhir,        /$export",
        "https://ehr.example/fhir/Patient,                 https://ehr.example/fhir,        /Patient/$export",
        "https://ehr.example/fhir/Patient/,                https://ehr.example/fhir,        /Patient/$export",
        "https://ehr.example/fhir/Patient/$export,         https://ehr.example/fhir,        /Patient/$export",
        "https://ehr.example/Patient/%24export,            https://ehr.example,             /Patient/$export",
        "https://ehr.example/fhir/Group/g1,                https://ehr.example/fhir,        /Group/g1/$export",
        "https://ehr.example/fhir/Group/g1/$export?_type=A,https://ehr.example/fhir,        /Group/g1/$export",
        "https://ehr.example/fhir/Group/a%20b%2Fc,         https://ehr.example/fhir,        /Group/a%20b%2Fc/$export",
        "https://ehr.example/x/Group/y/Group/g1,           https://ehr.example/x/Group/y,   /Group/g1/$export",
        "https://ehr.example:8443/fhir,                    https://ehr.example:8443/fhir,   /$export",
        "http://localhost:9443/eyJ/fhir,                   http://localhost:9443/eyJ/fhir,  /$export",
        "http://[::1]:9443/fhir/Patient,                   http://[::1]:9443/fhir,          /Patient/$export",
        "' https://ehr.example/fhir ',                     https://ehr.example/fhir,        /$export",
    })
    void forms(String given, URI base, String operation) throws InvalidSetting {
        ExportTarget target = ExportTarget.parse(given);

        assertThat(target.base()).isEqualTo(base);
        assertThat(target.exportUrl()).isEqualTo(URI.create(base + operation));
    }

    @Test
    void levels() throws InvalidSetting {
        assertThat(ExportTarget.parse("https://h/fhir").level()).isEqualTo(new ExportLevel.WholeSystem());
        assertThat(ExportTarget.parse("https://h/fhir/Patient").level()).isEqualTo(new ExportLevel.Patients());
        assertThat(ExportTarget.parse("https://h/fhir/Group/a%20b").level()).isEqualTo(new ExportLevel.Group("a%20b"));
    }

    @Test
    @DisplayName("KO-10 the URL's own parameters are decoded; a plus stays a plus")
    void query() throws InvalidSetting {
        ExportTarget target = ExportTarget.parse("https://h/fhir/$export?_type=Patient%2CCondition&_type=Device"
                + "&_since=2024-01-01T00:00:00+02:00&_typeFilter=Observation%3Fcode%3Da%252Cb&flag&=x&empty=");

        assertThat(target.query())
                .containsEntry("_type", List.of("Patient,Condition", "Device"))
                .containsEntry("_since", List.of("2024-01-01T00:00:00+02:00"))
                .containsEntry("_typeFilter", List.of("Observation?code=a%2Cb"))
                .containsEntry("empty", List.of(""))
                .hasSize(4);
    }

    @DisplayName("SM-17 a password in the URL is never repeated, whatever else is wrong with it")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:s3cret@ehr.example/fhir",
                "http://user:s3cret@ehr.example/fhir",
                "ftp://user:s3cret@ehr.example/fhir",
                "https://user:s3cret@ehr.example/fhir/Group",
                "https://user:s3cret@ehr example/fhir",
                "http://ehr.example/fhir?access_token=s3cret"
            })
    void secrets(String given) {
        assertThatThrownBy(() -> ExportTarget.parse(given))
                .isInstanceOfSatisfying(InvalidSetting.class, setting -> assertThat(setting.value())
                        .doesNotContain("s3cret"))
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://my_ehr.example/fhir", "https://me@my_ehr.example:8443/fhir/Patient", "https://_/fhir"})
    @DisplayName("a host with an underscore: says that this is why")
    void underscore(String given) {
        assertThatThrownBy(() -> ExportTarget.parse(given))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("UNDERSCORE_IN_HOST");
    }

    @Test
    @DisplayName("underscores elsewhere are no matter")
    void underscoreInPath() throws InvalidSetting {
        assertThat(ExportTarget.parse("https://ehr.example/my_fhir/Group/a_b").base())
                .isEqualTo(URI.create("https://ehr.example/my_fhir"));
    }
}
