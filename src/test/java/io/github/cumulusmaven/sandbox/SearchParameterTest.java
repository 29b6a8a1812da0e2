package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SearchParameterTest {
    @Test
    @DisplayName("search-parameters.txt has FHIR R4's own token and date parameters, and their elements")
    void sameAsR4() throws IOException {
        try (InputStream in = SearchParameter.class.getResourceAsStream("search-parameters.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines().filter(line -> !line.startsWith("#")))
                    .containsExactlyElementsOf(R4SearchParameters.lines());
        }
    }
}
