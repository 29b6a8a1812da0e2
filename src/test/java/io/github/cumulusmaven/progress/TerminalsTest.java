package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TerminalsTest {
    @Test
    @DisplayName("A JVM that is fed through pipes has no terminal, though JDK 22 and later give it a console")
    void pipesAreNoTerminal() {
        assertThat(Terminals.isTerminal()).isFalse();
    }
}
