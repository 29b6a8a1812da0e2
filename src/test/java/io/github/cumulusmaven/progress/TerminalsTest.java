package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalsTest {
    @Test
    @DisplayName("A JVM that is fed through pipes has no terminal, though JDK 22 and later give it a console")
    void pipesAreNoTerminal() {
        assertThat(Terminals.isTerminal()).isFalse();
    }

    private static ProcessBuilder answer(String text) {
        return new ProcessBuilder("sh", "-c", "echo '" + text + "'");
    }

    @Test
    @DisplayName("a terminal says how many rows and columns it has")
    void size() {
        assertThat(Terminals.columns(answer("24 123"))).hasValue(123);
    }

    @ParameterizedTest
    @ValueSource(strings = {"24 0", "0 0", "", "stty: standard input: Inappropriate ioctl for device", "24 99999999"})
    @DisplayName("or does not know")
    void noSize(String text) {
        assertThat(Terminals.columns(answer(text))).isEmpty();
    }

    @Test
    @DisplayName("a machine without the command that asks is one whose terminal does not know")
    void noCommand() {
        assertThat(Terminals.columns(new ProcessBuilder("no-such-command"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"132, 132", "'', 80", "0, 80", "-5, 80", "wide, 80", "9999999999, 80", ", 80"})
    @DisplayName("then COLUMNS counts, and else it is 80")
    void variable(String columns, int expected) {
        assertThat(Terminals.columns(Optional.ofNullable(columns))).isEqualTo(expected);
    }
}
