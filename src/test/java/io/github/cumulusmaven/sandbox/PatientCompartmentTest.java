package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cumulusmaven.fhir.FhirJson;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatientCompartmentTest {
    private static final PatientSelection P1 = PatientSelection.of(Set.of("p1"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'resourceType':'Patient','id':'p1'}",
                "{'resourceType':'Condition','subject':{'reference':'Patient/p1'}}",
                "{'resourceType':'Condition','subject':{'reference':'https://ehr.example.org/fhir/Patient/p1'}}",
                "{'resourceType':'Condition','subject':{'reference':'Patient/p1/_history/2'}}",
                "{'resourceType':'AllergyIntolerance','patient':{'reference':'Patient/p1'}}",
                "{'resourceType':'Coverage','subscriber':{'reference':'Patient/p2'},'beneficiary':{'reference':'Patient/p1'}}",
                "{'resourceType':'ResearchSubject','individual':{'reference':'Patient/p1'}}",
                "{'resourceType':'Appointment','participant':[{'actor':{'reference':'Practitioner/p1'}},{'actor':{'reference':'Patient/p1'}}]}",
                "{'resourceType':'CarePlan','activity':[{'detail':{'performer':[{'reference':'Patient/p1'}]}}]}",
                "{'resourceType':'Device','patient':{'reference':'Patient/p1'}}",
            })
    @DisplayName("R4's patient compartment: the patient, and what refers to them in certain elements")
    void inside(String resource) {
        assertThat(PatientCompartment.contains(json(resource), P1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'resourceType':'Patient','id':'p2','link':[{'other':{'reference':'Patient/p1'}}]}",
                "{'resourceType':'Condition','subject':{'reference':'Patient/p2'}}",
                "{'resourceType':'Condition','subject':{'reference':'Patient/p11'}}",
                "{'resourceType':'Condition','subject':{'reference':'Patient?identifier=p1'}}",
                "{'resourceType':'Condition','subject':{'reference':'NotPatient/p1'}}",
                "{'resourceType':'Condition','subject':{'display':'p1'}}",
                "{'resourceType':'Condition','encounter':{'reference':'Patient/p1'}}",
                "{'resourceType':'Condition','subject':'Patient/p1'}",
                "{'resourceType':'Practitioner','id':'p1'}",
                "{'resourceType':'Group','member':[{'entity':{'reference':'Patient/p1'}}]}",
                "{'id':'p1'}",
            })
    @DisplayName("All else is outside")
    void outside(String resource) {
        assertThat(PatientCompartment.contains(json(resource), P1)).isFalse();
    }

    @Test
    @DisplayName("Among all patients, what refers to any patient is inside, and what refers to none is not")
    void allPatients() {
        assertThat(PatientCompartment.contains(json(SmallData.observation("o", "x")), PatientSelection.ALL))
                .isTrue();
        assertThat(PatientCompartment.contains(json("{'resourceType':'Observation'}"), PatientSelection.ALL))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Practitioner", "PractitionerRole", "Organization", "Location", "Medication", "Group", "Binary"})
    @DisplayName("Types that patients share are not covered")
    void shared(String type) {
        assertThat(PatientCompartment.covers(type)).isFalse();
    }

    private static JsonNode json(String text) {
        return FhirJson.parseObject(text.replace('\'', '"')).orElseThrow();
    }
}
