package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressModeTest {
    @ParameterizedTest
    @CsvSource({"auto, AUTO", "plain, PLAIN", "none, NONE", "' Plain ', PLAIN"})
    void readsItsNames(String name, ProgressMode mode) throws UnknownProgressMode {
        assertThat(ProgressMode.parse(name)).isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fancy", "", "autoplain"})
    void aWrongNameIsNeverReplacedByADefault(String name) {
        assertThatExceptionOfType(UnknownProgressMode.class)
                .isThrownBy(() -> ProgressMode.parse(name))
                .satisfies(unknown -> {
                    assertThat(unknown.value()).isEqualTo(name);
                    assertThat(unknown.allowed()).containsExactly("auto", "plain", "none");
                });
    }

    @Test
    void theMessageSaysWhatIsAllowed() {
        assertThatExceptionOfType(UnknownProgressMode.class)
                .isThrownBy(() -> ProgressMode.parse("fancy"))
                .withMessage("'fancy' is none of auto, plain, none");
    }
}
