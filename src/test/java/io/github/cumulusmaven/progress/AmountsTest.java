package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "12345678, 12.3 MB",
        "999949, 999.9 kB",
        "999950, 1.0 MB",
        "1245000000, 1.2 GB",
        "9223372036854775807, 9.2 EB"
    })
    void bytesAreInDecimalUnits(long bytes, String text) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"69000000, PT2S, 34.5 MB/s", "500, PT0.5S, 1.0 kB/s", "0, PT10S, 0 B/s", "500, PT0S, 0 B/s"})
    void ratesArePerSecond(long bytes, Duration elapsed, String text) {
        assertThat(Amounts.rate(bytes, elapsed)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT-5S, 0 s",
        "PT43.9S, 43 s",
        "PT1M, 1 min 00 s",
        "PT59M59S, 59 min 59 s",
        "PT2H5M59S, 2 h 05 min",
        "PT23H59M59S, 23 h 59 min",
        "P3DT4H59M, 3 d 4 h",
        "P14D, 14 d 0 h"
    })
    void durationsHaveTheTwoUnitsThatMatter(Duration duration, String text) {
        assertThat(Amounts.duration(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0 | 0", "999 | 999", "9049 | 9,049", "1234567 | 1,234,567"})
    void countsHaveTheirThousandsApart(long count, String text) {
        assertThat(Amounts.count(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 0 %", "999, 1000, 99 %", "10, 10, 100 %", "11, 10, 100 %", "-1, 10, 0 %", "43, 100, 43 %"})
    void aPartIsRoundedDown(long done, long total, String text) {
        assertThat(Amounts.percent(done, total)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT100S, 0.25, 5 min 00 s left",
        "PT100S, 1, 0 s left",
        "PT100S, 1.1, 0 s left",
        "PT2S, 0.25, ",
        "PT100S, 0, ",
        "PT100S, 0.001, "
    })
    void theTimeThatIsLeftIsToldOnceSomethingIsDone(Duration elapsed, double share, String text) {
        assertThat(Amounts.timeLeft(elapsed, share)).isEqualTo(Optional.ofNullable(text));
    }

    @Test
    void theUsersLocaleChangesNothing() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(Amounts.bytes(1_500) + " " + Amounts.count(1_000)).isEqualTo("1.5 kB 1,000");
        } finally {
            Locale.setDefault(before);
        }
    }
}
