package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.fhir.ResourceReference.Form;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceReaderTest {
    private static final ReferenceReader READER = new ReferenceReader(List.of("https://ehr.example/fhir/R4"));

    @ParameterizedTest
    @DisplayName("what names one resource of the server leads to it, however it is written")
    @ValueSource(
            strings = {
                "Patient/p1",
                " Patient/p1 ",
                "Patient/p1/",
                "/Patient/p1",
                "./Patient/p1",
                "../Patient/p1",
                "../../Patient/p1",
                "Patient//p1",
                "Patient/p1#name",
                "Patient/p1/#name",
                "Patient/p1?_format=json",
                "Patient/p1/_history/2",
                "Patient/p1/_history",
                "Patient/p1/_history/2/",
                "Patient/p1/_history/2#name",
                "Patient/p1/_history/2?_format=json",
                "Patient/p%31",
                "https://ehr.example/fhir/R4/Patient/p1",
                "https://ehr.example/fhir/R4/Patient/p1/_history/3",
                "https://ehr.example/fhir/R4/Patient/p1?_format=json",
                "https://ehr.example/fhir/R4/Patient/p1#x",
                "https://ehr.example/fhir/R4//Patient/p1/",
                "https://ehr.example//fhir/R4/Patient/p1",
                "https://EHR.example/fhir/R4/Patient/p1",
                "HTTPS://ehr.Example:443/fhir/R4/Patient/p1",
                "http://ehr.example/fhir/R4/Patient/p1",
                "http://ehr.example:80/fhir/R4/Patient/p1",
            })
    void oneResource(String reference) {
        assertThat(READER.read(reference, "", "")).isEqualTo(new ResourceReference(Form.RESOURCE, "Patient", "p1"));
    }

    @ParameterizedTest
    @DisplayName("where the type is known, a bare id or a UUID is enough")
    @CsvSource({
        "p1,Patient,''",
        "p1,http://hl7.org/fhir/StructureDefinition/Patient,''",
        "urn:uuid:p1,Patient,''",
        "urn:uuid:p1,'',Patient",
        "URN:UUID:p1,Patient,Group",
    })
    void knownType(String reference, String type, String target) {
        assertThat(READER.read(reference, type, target))
                .isEqualTo(new ResourceReference(Form.RESOURCE, "Patient", "p1"));
    }

    @ParameterizedTest
    @DisplayName("what leads to no single resource of the server is told by its form")
    @CsvSource(
            delimiter = '|',
            value = {
                "#|CONTAINED||''",
                "#c|CONTAINED||c",
                "Patient?identifier=x|SEARCH|Patient|identifier=x",
                "https://ehr.example/fhir/R4/Patient?identifier=x|SEARCH|Patient|identifier=x",
                "https://other.example/fhir/R4/Patient/p1|OTHER_URL||https://other.example/fhir/R4/Patient/p1",
                "https://ehr.example/fhir/R5/Patient/p1|OTHER_URL||https://ehr.example/fhir/R5/Patient/p1",
                "https://ehr.example.net/fhir/R4/Patient/p1|OTHER_URL||https://ehr.example.net/fhir/R4/Patient/p1",
                "https://ehr.example:8443/fhir/R4/Patient/p1|OTHER_URL||https://ehr.example:8443/fhir/R4/Patient/p1",
                "https://ehr.example/fhir/R4/Patience/p1|OTHER_URL||https://ehr.example/fhir/R4/Patience/p1",
                "urn:uuid:p1|URN||urn:uuid:p1",
                "urn:oid:1.2.3|URN||urn:oid:1.2.3",
                "p1|UNTYPED||p1",
                "Doe, John|UNTYPED||Doe, John",
                "patient/p1|MALFORMED||patient/p1",
                "Doe/John|MALFORMED||Doe/John",
                "Patient/|MALFORMED||''",
                "Patient?|MALFORMED||''",
                "Patient#x|MALFORMED||x",
                "Patient/_history/2|MALFORMED|Patient|_history/2",
                "Patient/../Device/d|MALFORMED|Patient|../Device/d",
                "Patient/..|MALFORMED|Patient|..",
                "Patient/a/b|MALFORMED|Patient|a/b",
                "Patient/a%2fb|RESOURCE|Patient|a%2fb",
                "Patient/100%|RESOURCE|Patient|100%",
                "Patient/a b|RESOURCE|Patient|a b",
                "''|MALFORMED||''",
            })
    void others(String reference, Form form, String type, String id) {
        assertThat(READER.read(reference, "", "")).isEqualTo(new ResourceReference(form, type == null ? "" : type, id));
    }

    @Test
    @DisplayName("a type beside it that FHIR does not have is none, and never wins over the one that is written")
    void besides() {
        assertThat(READER.read("p1", "Person of interest", "").form()).isEqualTo(Form.UNTYPED);
        assertThat(READER.read("Patient/p1", "Group", "Group").type()).isEqualTo("Patient");
        assertThat(READER.read("p1", "", "Patient").form())
                .as("a text in a place for Patients need not be an id")
                .isEqualTo(Form.UNTYPED);
    }

    @Test
    @DisplayName("without a known server, each absolute URL is another's")
    void noServer() {
        ReferenceReader nobody = new ReferenceReader(List.of());

        assertThat(nobody.knowsServer()).isFalse();
        assertThat(nobody.read("https://ehr.example/fhir/Patient/p1", "", "").form())
                .isEqualTo(Form.OTHER_URL);
        assertThat(nobody.read("Patient/p1", "", "").form()).isEqualTo(Form.RESOURCE);
    }
}
