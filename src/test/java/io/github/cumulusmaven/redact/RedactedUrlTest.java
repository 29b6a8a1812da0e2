package io.github.cumulusmaven.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedUrlTest {
    @DisplayName("LG-04 shows the values of harmless parameters, where they have their harmless form")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://h/$export?_type=Patient,Goal&_since=2020-01-01T00:00:00Z | https://h/$export?_type=Patient,Goal&_since=2020-01-01T00:00:00Z",
                "https://h/f?_type=Patient,JohnDoe            | https://h/f?_type=REDACTED",
                "https://h/f?_type=PatientJohnDoe             | https://h/f?_type=REDACTED",
                "https://h/f?organizeOutputBy=JohnDoe         | https://h/f?organizeOutputBy=REDACTED",
                "https://h/f?organizeOutputBy=Patient         | https://h/f?organizeOutputBy=Patient",
                "https://h/f?_elements=JohnDoe                | https://h/f?_elements=REDACTED",
                "https://h/f?_elements=Doe.name               | https://h/f?_elements=REDACTED",
                "https://h/f?_elements=Patient.name,id        | https://h/f?_elements=Patient.name,id",
                "https://h/f?_format=JohnDoe                  | https://h/f?_format=REDACTED",
                "https://h/f?_outputFormat=John/Doe           | https://h/f?_outputFormat=REDACTED",
                "https://h/f?_format=json&_outputFormat=application/fhir%2Bndjson | https://h/f?_format=json&_outputFormat=application/fhir%2Bndjson",
                "https://h/f?_outputFormat=application/fhir+ndjson | https://h/f?_outputFormat=application/fhir+ndjson",
                "https://h/f?includeAssociatedData=MRN4711    | https://h/f?includeAssociatedData=REDACTED",
                "https://h/f?includeAssociatedData=_MRN4711   | https://h/f?includeAssociatedData=REDACTED",
                "https://h/f?includeAssociatedData=LatestProvenanceResources,RelevantProvenanceResources | https://h/f?includeAssociatedData=LatestProvenanceResources,RelevantProvenanceResources",
                "https://h/f?_since=2020-01-4711471147114711  | https://h/f?_since=REDACTED",
                "https://h/f?_since=2020-01-01T00:00:00.123-05:00 | https://h/f?_since=2020-01-01T00:00:00.123-05:00",
                "https://h/s?_jobId=0b4-17&page=2&_count=50   | https://h/s?_jobId=0b4-17&page=2&_count=50",
                "https://h/$export?%5Ftype=Patient            | https://h/$export?%5Ftype=Patient",
                "https://h/f?id=7&mail=a@b                    | https://h/f?id=REDACTED&mail=REDACTED",
                "https://h/f?page=MRN4711                     | https://h/f?page=REDACTED",
                "https://h/f?_type=eyJhbGci.eyJzdWI.c2ln9     | https://h/f?_type=REDACTED",
                "https://h/f?auth_token=s3cret&jwt=s3cret     | https://h/f?auth_token=REDACTED&jwt=REDACTED",
                "https://h/f?key=s3cret&sas=s3cret            | https://h/f?key=REDACTED&sas=REDACTED",
                "https://h/f?%73ig=s3cret                     | https://h/f?%73ig=REDACTED",
                "https://h/f?a=s3cret;sig=s3cret              | https://h/f?a=REDACTED;sig=REDACTED",
                "https://h/f;sig=s3cret/g                     | https://h/f;sig=REDACTED/g",
                "https://h/f?s3cret                           | https://h/f?REDACTED",
                "https://h/f?s3=cr=et                         | https://h/f?s3=REDACTED",
                "https://h/f?1s3cret=1                        | https://h/f?REDACTED=REDACTED",
                "https://h/f#s3cret                           | https://h/f",
                "https://u:s3cret@h/f                         | https://h/f",
                "https://u:s3cr@et@h/f?page=1                 | https://h/f?page=1",
                "https://u:s3#cret@h/f                        | https://REDACTED",
                "https://u:s3/cret@h/f                        | https://REDACTED",
                "https://h/eyJhbGci.eyJzdWI.c2ln/f            | https://h/REDACTED/f",
                "/relative/f?sig=s3cret                       | /relative/f?sig=REDACTED",
                "$export?_typeFilter=Patient%3Fidentifier%3Dx | $export?_typeFilter=REDACTED",
                "words                                        | words",
            })
    void urls(String url, String shown) {
        assertThat(RedactedUrl.of(url)).isEqualTo(shown);
    }

    @DisplayName(
            "ST-01 a status URL can be used as it is shown: the ids of jobs are, and nothing else of what is hidden elsewhere")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://h/$bulkdata-status?job=b6p8t3yW3vGnVsmbDJ8X3w | https://h/$bulkdata-status?job=b6p8t3yW3vGnVsmbDJ8X3w",
                "https://h/s?job=3e%2Bw%3D%3D            | https://h/s?job=3e%2Bw%3D%3D",
                "https://h/s?_jobId=17&jobId=a.1&job_id=b | https://h/s?_jobId=17&jobId=a.1&job_id=b",
                "https://h/s?id=7_x&exportId=0b4a6f1e     | https://h/s?id=7_x&exportId=0b4a6f1e",
                "https://h/s?job=1&sig=s3cret&mail=a@b    | https://h/s?job=1&sig=REDACTED&mail=REDACTED",
                "https://h/s?job=eyJhbGci.eyJzdWI.c2ln    | https://h/s?job=REDACTED",
                "https://h/s?job=Jane%20Doe               | https://h/s?job=REDACTED",
                "https://u:s3cret@h/s?job=1#s3cret        | https://h/s?job=1",
            })
    void statusUrls(URI url, String shown) {
        assertThat(RedactedUrl.ofStatus(url)).isEqualTo(shown);
    }

    @Test
    @DisplayName("ST-01 what is longer than an id is none")
    void statusUrlWithoutId() {
        assertThat(RedactedUrl.ofStatus(URI.create("https://h/s?job=" + "a".repeat(65))))
                .isEqualTo("https://h/s?job=REDACTED");
    }

    @DisplayName("LG-04 hides the values of filters, but for dates that bound the data")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Patient?identifier=urn:mrn%7C4711           | Patient?identifier=REDACTED",
                "Observation?date=ge2020,Patient?name=Doe,Jane | Observation?date=ge2020,Patient?name=REDACTED,REDACTED",
                "Patient?birthdate=1980-01-01                | Patient?birthdate=REDACTED",
                "Patient?death-date=1980-01-01               | Patient?death-date=REDACTED",
                "Condition?code=1970-01;subject.birthdate=1970 | Condition?code=REDACTED&subject.birthdate=REDACTED",
                "Patient?MRN4711                             | Patient?REDACTED",
                "Observation?date=ge2020-01-01T4711471147114711 | Observation?date=REDACTED",
            })
    void filters(String filters, String shown) {
        assertThat(RedactedUrl.filters(filters)).isEqualTo(shown);
    }

    @Test
    @DisplayName("LG-04 knows the values that it hides, and their parts")
    void hiddenValues() {
        assertThat(RedactedUrl.hiddenValues(
                        "_typeFilter", "Observation?date=ge2020-01,Patient?identifier=urn:mrn%7C4711"))
                .containsExactly("urn:mrn|4711", "urn:mrn", "4711");
        assertThat(RedactedUrl.hiddenValues("_type", "Patient")).isEmpty();
        assertThat(RedactedUrl.hiddenValues("patient", "Patient/7")).containsExactly("Patient/7");
    }

    @DisplayName("ETL-report: the URL of an extension carries no id")
    @ParameterizedTest
    @CsvSource({
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race, http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "https://ehr.example/r4/StructureDefinition/colour?mrn=4711#x, https://ehr.example/r4/StructureDefinition/colour",
        "https://ehr.example/Patient/jane, https://ehr.example/Patient/REDACTED",
        "https://ehr.example/ext/4711, https://ehr.example/ext/REDACTED",
        "https://ehr.example/ext/mrn-4711, https://ehr.example/ext/REDACTED",
        "https://ehr.example/ext/deadbeef, https://ehr.example/ext/REDACTED",
        "https://ehr.example/ext/0b4a6f1e-9c1d-4e2a-8f00-2f6f3d9f6c11/x, https://ehr.example/ext/REDACTED/x",
        "https://ehr.example/ext/a%20b, https://ehr.example/ext/REDACTED",
        "https://mrn4711.example/ext, https://REDACTED",
        "https://jane@ehr.example/ext, https://REDACTED",
        "urn:oid:1.2.4711, urn:REDACTED",
        "mailto:jane@ehr.example, REDACTED"
    })
    void extensions(String url, String shown) {
        assertThat(RedactedUrl.ofExtension(url)).isEqualTo(shown);
        assertThat(RedactedUrl.ofExtension(shown)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sig",
                "%73ig",
                "SIG",
                "access_token",
                "X-Amz-Signature",
                "jwt",
                "Subscription-Key",
                "clientSecret"
            })
    void secretNames(String name) {
        assertThat(RedactedUrl.isSecret(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_type", "design", "page", "monkey"})
    void otherNames(String name) {
        assertThat(RedactedUrl.isSecret(name)).isFalse();
    }
}
