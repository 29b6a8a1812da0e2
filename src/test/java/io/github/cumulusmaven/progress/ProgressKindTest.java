package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressKindTest {
    @ParameterizedTest(name = "{6}")
    @CsvSource(
            textBlock =
                    """
            AUTO,  true,  true,  xterm, true,  false, a person at a terminal,         FOOTER
            AUTO,  false, true,  xterm, true,  false, batch mode,                     LINES
            AUTO,  true,  false, xterm, true,  false, output into a file,             LINES
            AUTO,  true,  true,  dumb,  true,  false, a terminal that cannot redraw,  LINES
            AUTO,  true,  true,  '',    true,  false, an empty TERM,                  LINES
            AUTO,  true,  true,  ,      true,  false, no TERM,                        LINES
            AUTO,  true,  true,  xterm, true,  true,  -ntp,                           LINES
            PLAIN, true,  true,  xterm, true,  false, plain asked for,                LINES
            NONE,  true,  true,  xterm, true,  false, none asked for,                 NONE
            AUTO,  true,  true,  xterm, false, false, -q,                             NONE
            PLAIN, false, false, ,      false, true,  -q with plain,                  NONE
            """)
    void isChosenByWishAndPlace(
            ProgressMode mode,
            boolean interactive,
            boolean terminal,
            String term,
            boolean infoEnabled,
            boolean quietTransfers,
            String situation,
            ProgressKind expected) {
        assertThat(ProgressKind.choose(
                        mode, interactive, terminal, Optional.ofNullable(term), infoEnabled, quietTransfers))
                .as(situation)
                .isEqualTo(expected);
    }
}
