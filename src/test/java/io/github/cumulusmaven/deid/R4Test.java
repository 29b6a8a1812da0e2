package io.github.cumulusmaven.deid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class R4Test {
    @Test
    @DisplayName("r4.txt says what the definitions of FHIR R4 say, no less and no more")
    void isFhirR4() throws IOException {
        try (InputStream in = R4.class.getResourceAsStream("r4.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines().filter(line -> !line.startsWith("#") && !line.startsWith("=")))
                    .containsExactlyElementsOf(R4Definitions.lines().values());
            assertThat(text.lines().filter(line -> line.startsWith("=")))
                    .containsExactlyElementsOf(R4Definitions.valueSets().values());
        }
    }

    @Test
    void knowsInheritedElements() {
        R4 r4 = R4.load();

        assertThat(r4.element("Patient.birthDate").orElseThrow().isDate()).isTrue();
        assertThat(r4.element("Patient.language").orElseThrow().isPrimitive()).isTrue();
        assertThat(r4.element("Patient.contact").orElseThrow().isGroup()).isTrue();
        assertThat(r4.element("Patient.contact.modifierExtension").orElseThrow().name())
                .isEqualTo("Extension");
        assertThat(r4.element("Patient.lastName")).isEmpty();
        assertThat(r4.element("Person.contact.gender")).isEmpty();
        assertThat(r4.element("Patient")).isEmpty();
        assertThat(r4.lineage("Age")).containsExactly("Age", "Quantity", "Element");
    }
}
