package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("ST-04 Retry-After as servers send it")
class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-23T04:03:48Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                             | PT0S",
                "1                             | PT1S",
                " 120                          | PT2M",
                "18000                         | PT5H",
                "1.5                           | PT1S",
                "999999999                     | PT999999999S",
                "Mon, 23 Nov 2026 04:05:00 GMT | PT1M12S",
                "Mon, 23 Nov 2026 04:03:48 GMT | PT0S",
                "Sun, 22 Nov 2026 04:05:00 GMT | PT0S",
                "Thu, 01 Jan 1970 00:00:00 GMT | PT0S",
                "1795406688                    | PT1M",
                "1795406688000                 | PT1M",
                "1795406628                    | PT0S",
                "1700000000000                 | PT0S",
            })
    void understood(String value, Duration wait) {
        assertThat(RetryAfter.parse(value, NOW)).contains(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "-1795406688",
                "soon",
                "1 minute",
                "0x10",
                "1e3",
                "NaN",
                "9999999999999999999999",
                "Mon, 32 Nov 2026 04:05:00 GMT",
                "2026-11-23T04:05:00Z"
            })
    void notUnderstood(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999", "253402300799999", "100000000000000000"})
    @DisplayName("ST-04 absurd numbers overflow nothing")
    void absurd(String value) {
        assertThat(RetryAfter.parse(value, NOW).orElseThrow()).isGreaterThan(Duration.ofDays(365));
    }
}
