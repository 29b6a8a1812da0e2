package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTypeTest {
    @ParameterizedTest
    @ValueSource(strings = {"Patient", "Observation", "MedicationRequest", "List", "DeviceUseStatement", "DeviceUsage"})
    void knowsTypesOfAllVersions(String name) {
        assertThat(ResourceType.isKnown(name)).isTrue();
        assertThat(ResourceType.isSafeName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "patient", "Patients", "Patient ", "Foo", "Resource", "DomainResource"})
    void doesNotKnowOthers(String name) {
        assertThat(ResourceType.isKnown(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "patient, Patient",
        "Patients, Patient",
        "Obsevation, Observation",
        "MedicationRequests, MedicationRequest",
        "Conditon, Condition",
        "ENCOUNTER, Encounter",
    })
    void findsWhatWasMeant(String typo, String meant) {
        assertThat(ResourceType.closest(typo)).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Foo", "SomethingElseAltogether"})
    void doesNotGuessWildly(String name) {
        assertThat(ResourceType.closest(name)).isEmpty();
    }

    @DisplayName("MF-10 a name of the server becomes part of a path only when it is nothing but letters")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../../x",
                "/etc/passwd",
                "Patient/1",
                "Patient.000",
                "Patient ",
                "C:\\x",
                "patient",
                "Pätient",
                "Patient\n",
                "Patient\0",
                "con"
            })
    void unsafeNames(String name) {
        assertThat(ResourceType.isSafeName(name)).isFalse();
    }

    @DisplayName("MF-10 a name is not endless")
    @ParameterizedTest
    @CsvSource({"64, true", "65, false"})
    void length(int length, boolean safe) {
        assertThat(ResourceType.isSafeName("X".repeat(length))).isEqualTo(safe);
    }
}
