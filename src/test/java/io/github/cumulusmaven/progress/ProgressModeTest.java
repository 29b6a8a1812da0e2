package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressModeTest {
    @ParameterizedTest
    @CsvSource({"auto, AUTO", "plain, PLAIN", "none, NONE", "' Plain ', PLAIN"})
    void readsItsNames(String name, ProgressMode mode) {
        assertThat(ProgressMode.parse(name)).contains(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fancy", "", "autoplain"})
    void aWrongNameIsNeverReplacedByADefault(String name) {
        assertThat(ProgressMode.parse(name)).isEmpty();
    }

    @Test
    void namesWhatIsAllowed() {
        assertThat(ProgressMode.words()).containsExactly("auto", "plain", "none");
    }

    @ParameterizedTest(name = "{6}")
    @CsvSource(
            textBlock =
                    """
            AUTO,  true,  true,  xterm, true,  false, a person at a terminal,         AUTO
            AUTO,  false, true,  xterm, true,  false, batch mode,                     PLAIN
            AUTO,  true,  false, xterm, true,  false, output into a file,             PLAIN
            AUTO,  true,  true,  dumb,  true,  false, a terminal that cannot redraw,  PLAIN
            AUTO,  true,  true,  '',    true,  false, an empty TERM,                  PLAIN
            AUTO,  true,  true,  ,      true,  false, no TERM,                        PLAIN
            AUTO,  true,  true,  xterm, true,  true,  -ntp,                           PLAIN
            PLAIN, true,  true,  xterm, true,  false, plain asked for,                PLAIN
            NONE,  true,  true,  xterm, true,  false, none asked for,                 NONE
            AUTO,  true,  true,  xterm, false, false, -q,                             NONE
            PLAIN, false, false, ,      false, true,  -q with plain,                  NONE
            """)
    void considersWhereTheOutputGoes(
            ProgressMode mode,
            boolean interactive,
            boolean terminal,
            String term,
            boolean infoEnabled,
            boolean quietTransfers,
            String situation,
            ProgressMode expected) {
        assertThat(mode.in(interactive, terminal, Optional.ofNullable(term), infoEnabled, quietTransfers))
                .as(situation)
                .isEqualTo(expected);
    }
}
