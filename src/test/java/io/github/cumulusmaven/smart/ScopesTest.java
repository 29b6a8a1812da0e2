package io.github.cumulusmaven.smart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopesTest {
    @ParameterizedTest(name = "capabilities [{0}], scopes_supported [{1}]")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # says nothing
                                                |                                            | .read
                    launch-ehr                  | openid launch user/*.rs                    | .read
                    # says one thing
                    permission-v1               |                                            | .read
                    permission-v2               |                                            | .rs
                                                | system/*.read                              | .read
                                                | system/Patient.read system/Patient.write   | .read
                                                | system/*.*                                 | .read
                                                | system/*.rs                                | .rs
                                                | system/Patient.rs system/Observation.cruds | .rs
                                                | system/Patient.r system/Patient.s          | .rs
                                                | system/Observation.rs?category=laboratory  | .rs
                    # says both: version 1 is what works everywhere
                    permission-v1 permission-v2 |                                            | .read
                    permission-v1 permission-v2 | system/*.rs                                | .read
                                                | system/*.rs system/*.read                  | .read
                    # claims version 2 and lists version 1, as a large vendor does
                    permission-v2               | system/Patient.read system/Observation.read | .read
                    permission-v2               | system/Patient.read system/Patient.rs      | .read
                    permission-v1               | system/Patient.rs                          | .read
                    # agrees with itself
                    permission-v2               | system/Patient.rs                          | .rs
                    # scopes for people, and what is no scope at all, say nothing about systems
                    permission-v2               | user/Patient.read patient/*.read           | .rs
                                                | system/*.$export system/bulk system/*.sr   | .read
                    """)
    @DisplayName("SM-16 version 1 is asked for, unless version 2 is the server's only choice")
    void negotiates(String capabilities, String supported, String suffix) {
        SmartConfiguration server = server(words(capabilities), words(supported));

        assertThat(Scopes.forTypes(List.of("Patient", "Condition"), server))
                .containsExactly("system/Patient" + suffix, "system/Condition" + suffix);
        assertThat(Scopes.forTypes(List.of(), server)).containsExactly("system/*" + suffix);
    }

    @Test
    @DisplayName("SM-16 a type that is named twice is asked for once")
    void asksOnce() {
        assertThat(Scopes.forTypes(List.of("Patient", "Patient"), server(Set.of(), Set.of())))
                .containsExactly("system/Patient.read");
    }

    @ParameterizedTest(name = "asked [{0}], granted [{1}]")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    system/Patient.read                       | system/Patient.read                    |
                    system/Patient.read                       | system/Patient.rs                      |
                    system/Patient.rs                         | system/Patient.read                    |
                    system/Patient.rs                         | system/Patient.r system/Patient.s      |
                    system/Patient.read                       | system/Patient.cruds                   |
                    system/Patient.read                       | system/Patient.*                       |
                    system/Patient.read system/Condition.rs   | system/*.read                          |
                    system/Patient.read                       | system/*.rs                            |
                    system/*.read                             | system/*.*                             |
                    system/*.read                             | system/*.rs                            |
                    system/*.$export                          | system/*.$export                       |
                    system/Patient.read                       |                                        | system/Patient.read
                    system/Patient.read system/Condition.read | system/Patient.read                    | system/Condition.read
                    system/Patient.read                       | system/Patient.r                       | system/Patient.read
                    system/Patient.rs                         | system/Patient.write                   | system/Patient.rs
                    system/Patient.read                       | user/Patient.read patient/*.read       | system/Patient.read
                    system/Observation.rs                     | system/Observation.rs?category=vitals  | system/Observation.rs
                    system/*.read                             | system/Patient.read                    | system/*.read
                    system/*.$export                          | system/*.*                             | system/*.$export
                    openid                                    | system/*.*                             | openid
                    """)
    @DisplayName("SM-12 what was asked for and not granted is found, in either version's spelling")
    void findsMissing(String asked, String granted, String missing) {
        assertThat(Scopes.missing(words(asked), words(granted))).isEqualTo(words(missing));
    }

    private static Set<String> words(String text) {
        return text == null ? Set.of() : Arrays.stream(text.split(" ")).collect(Collectors.toSet());
    }

    private static SmartConfiguration server(Set<String> capabilities, Set<String> supported) {
        return new SmartConfiguration(URI.create("https://ehr.example/token"), supported, capabilities, Duration.ZERO);
    }
}
