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

class CommandLineTest {
    private static String option(String value, boolean windows) {
        return new CommandLine("x", windows)
                .with("exportDirectory", value)
                .toString()
                .substring(2);
    }

    @Test
    @DisplayName("the long form, which needs neither a pom nor a settings.xml")
    void longForm() {
        String command = new CommandLine("1.2.3", "jwks").toString();

        assertThat(command).isEqualTo("mvn io.github.cumulusmaven:cumulus-maven-plugin:1.2.3:jwks");
    }

    @Test
    @DisplayName("what has no value is left out")
    void nothing() {
        CommandLine command =
                new CommandLine("x", false).with("a", null).with("b", " ").with("c", 1);

        assertThat(command).hasToString("x -Dcumulus.c=1");
    }

    @Test
    @DisplayName("a plain value needs no quotes")
    void plain() {
        assertThat(option("/data/phi_1/export-2026.11", false))
                .isEqualTo("-Dcumulus.exportDirectory=/data/phi_1/export-2026.11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/data/my export", "it's", "$HOME;`id`", "a\\b", "'", "*?[x]{1}~&|<>()#!\""})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no sh")
    @DisplayName("a shell takes any value as it is meant")
    void shell(String value) throws Exception {
        String pasted = "printf %s " + option(value, false);
        Process shell = new ProcessBuilder("sh", "-c", pasted).start();
        String argument = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(argument).isEqualTo("-Dcumulus.exportDirectory=" + value);
    }

    @ParameterizedTest
    @CsvSource({
        "C:\\phi\\export, \"-Dcumulus.exportDirectory=C:\\phi\\export\"",
        "C:\\my phi\\export, \"-Dcumulus.exportDirectory=C:\\my phi\\export\""
    })
    @DisplayName("on Windows the whole option is quoted: PowerShell cuts at dots, cmd.exe knows no single quotes")
    void windows(String value, String option) {
        assertThat(option(value, true)).isEqualTo(option);
    }

    @Test
    @DisplayName("the machine decides which of the two")
    void machine() {
        boolean quoted = new CommandLine("1", "x").with("a", "b").toString().endsWith("\"");

        assertThat(quoted).isEqualTo(File.separatorChar == '\\');
    }
}
