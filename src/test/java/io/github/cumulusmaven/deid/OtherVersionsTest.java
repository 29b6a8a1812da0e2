package io.github.cumulusmaven.deid;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherVersionsTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("FHIR R4 has none of the elements that tell other versions")
    void notOfR4() {
        R4 r4 = R4.load();
        for (String type : r4.types()) {
            for (String name : OtherVersions.names(type)) {
                String path = type + "." + name;
                assertThat(r4.element(path)).as(path).isEmpty();
                assertThat(OtherVersions.of(path))
                        .as(path)
                        .isSubsetOf("R5", "STU3")
                        .isNotEmpty();
            }
        }
        assertThat(OtherVersions.names("Encounter")).contains("actualPeriod", "incomingReferral");
        assertThat(OtherVersions.of("Encounter.period")).isEmpty();
        assertThat(OtherVersions.of("Secret name")).isEmpty();
    }

    @Test
    @DisplayName("what R4 does not know is dropped, and named where another version has it")
    void counted() throws Exception {
        Scrubbing scrubbing = Scrubbing.in(folder);
        assertThat(
                        scrubbing.inside(
                                "Encounter",
                                "\"actualPeriod\":{\"start\":\"2024-01-01\"},\"admission\":{},\"Jane Doe\":1,\"status\":\"finished\""))
                .isEqualTo("\"status\":\"finished\"");
        scrubbing.inside("MedicationRequest", "\"medication\":{\"reference\":{\"reference\":\"Medication/1\"}}");

        ScrubReport report = scrubbing.report();
        assertThat(report.ofOtherVersions())
                .isEqualTo(Map.of(
                        "Encounter.actualPeriod", 1L, "Encounter.admission", 1L, "MedicationRequest.medication", 1L));
        assertThat(report.otherVersions()).containsExactly("R5");
        assertThat(report.elements().keySet()).noneMatch(path -> path.contains("Jane"));
    }

    @Test
    @DisplayName("data of STU3 are told as such, and R4's are told as nothing")
    void versions() throws Exception {
        Scrubbing old = Scrubbing.in(folder);
        old.inside("Condition", "\"assertedDate\":\"2024-01-01\",\"context\":{\"reference\":\"Encounter/1\"}");
        assertThat(old.report().otherVersions()).containsExactly("STU3");

        Scrubbing current = Scrubbing.in(folder);
        current.inside("Condition", "\"recordedDate\":\"2024-01-01\"");
        assertThat(current.report().otherVersions()).isEqualTo(java.util.Set.of());
        assertThat(List.copyOf(current.report().ofOtherVersions().keySet())).isEmpty();
    }
}
