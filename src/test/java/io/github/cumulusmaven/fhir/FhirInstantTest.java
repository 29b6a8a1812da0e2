package io.github.cumulusmaven.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FhirInstantTest {
    @DisplayName("MF-01 reads the times that servers send")
    @ParameterizedTest
    @CsvSource({
        "2026-11-23T04:03:48Z,              2026-11-23T04:03:48Z",
        "2026-11-23T04:03:48+00:00,         2026-11-23T04:03:48Z",
        "2026-11-23T04:03:48-00:00,         2026-11-23T04:03:48Z",
        "2026-11-23T04:03:48+0000,          2026-11-23T04:03:48Z",
        "2026-11-23T04:03:48+00,            2026-11-23T04:03:48Z",
        "2026-11-23T06:03:48+02:00,         2026-11-23T04:03:48Z",
        "2026-11-22T23:33:48-0430,          2026-11-23T04:03:48Z",
        "2026-11-23T04:03Z,                 2026-11-23T04:03:00Z",
        "1795407174966,                     2026-11-23T04:12:54.966Z",
        "'Mon, 23 Nov 2026 04:03:48 GMT',   2026-11-23T04:03:48Z",
        "'Mon, 23 Nov 2026 06:03:48 +0200', 2026-11-23T04:03:48Z",
        "2026-11-23,                        2026-11-23T00:00:00Z",
        "' 2026-11-23T04:03:48Z ',          2026-11-23T04:03:48Z",
    })
    void readsWhatServersSend(String sent, Instant meant) {
        assertThat(FhirInstant.parse(sent)).contains(meant);
    }

    @DisplayName("MF-01 reads fractions of any length, to the nanosecond")
    @ParameterizedTest
    @ValueSource(strings = {"", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789"})
    void readsFractions(String digits) {
        Instant exact = Instant.parse("2026-11-23T04:03:48" + (digits.isEmpty() ? "" : "." + digits) + "Z");
        String longer = digits.length() == 9 ? digits + "987" : digits;

        assertThat(FhirInstant.parse("2026-11-23T04:03:48" + (digits.isEmpty() ? "" : "." + longer) + "+00:00"))
                .contains(exact);
    }

    @DisplayName("MF-01 never invents a time")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026",
                "2026-02-30",
                "Mon, 31 Nov 2026 04:03:48 GMT",
                "2026-11-23T04:03:48",
                "2026-02-30T04:03:48Z",
                "2026-11-23T24:00:00Z",
                "2026-11-23T25:03:48Z",
                "23/11/2026 04:03:48",
                "12345",
                "999999999999999999999"
            })
    void inventsNothing(String sent) {
        assertThat(FhirInstant.parse(sent)).isEmpty();
    }

    @DisplayName("KO-10 takes instants and dates from users")
    @ParameterizedTest
    @CsvSource({
        "2024-01-31,                          2024-01-31T00:00:00Z",
        "' 2024-01-31 ',                      2024-01-31T00:00:00Z",
        "2024-01-31T10:20:30Z,                2024-01-31T10:20:30Z",
        "2024-01-31T10:20:30.123+02:00,       2024-01-31T10:20:30.123+02:00",
        "2024-02-29,                          2024-02-29T00:00:00Z",
    })
    void takesFromUsers(String given, String sent) {
        assertThat(FhirInstant.ofUser(given)).contains(sent);
    }

    @DisplayName("KO-10 refuses what is no FHIR instant: servers would each read it in their own way")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2024",
                "2024-01",
                "2023-02-29",
                "2024-01-31T10:20:30",
                "2024-01-31T10:20Z",
                "2024-01-31T10:20:30+0200",
                "2024-01-31T10:20:30+02",
                "2024-02-30T10:20:30Z",
                "2024-01-31t10:20:30z",
                "2024-01-31 10:20:30Z",
                "1795407174966"
            })
    void refuses(String given) {
        assertThat(FhirInstant.ofUser(given)).isEmpty();
    }
}
