package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsolesTest {
    @Test
    @DisplayName("a plain value needs no quotes")
    void plain() {
        assertThat(Consoles.option("exportDirectory", "/data/phi_1/export-2026.11", false))
                .isEqualTo("-Dcumulus.exportDirectory=/data/phi_1/export-2026.11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/data/my export", "it's", "$HOME;`id`", "a\\b", "'", "*?[x]{1}~&|<>()#!\"", ""})
    @DisabledOnOs(OS.WINDOWS)
    @DisplayName("a shell takes any value as it is meant")
    void shell(String value) throws Exception {
        String pasted = "printf %s " + Consoles.option("x", value, false);
        Process shell = new ProcessBuilder("sh", "-c", pasted).start();
        String argument = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(argument).isEqualTo("-Dcumulus.x=" + value);
    }

    @ParameterizedTest
    @CsvSource({
        "C:\\phi\\export, \"-Dcumulus.exportDirectory=C:\\phi\\export\"",
        "C:\\my phi\\export, \"-Dcumulus.exportDirectory=C:\\my phi\\export\""
    })
    @DisplayName("on Windows the whole option is quoted: PowerShell cuts at dots, cmd.exe knows no single quotes")
    void windows(String value, String option) {
        assertThat(Consoles.option("exportDirectory", value, true)).isEqualTo(option);
    }

    @Test
    @DisplayName("the machine decides which of the two")
    void machine() {
        assertThat(Consoles.option("x", "y").startsWith("\"")).isEqualTo(File.separatorChar == '\\');
    }
}
