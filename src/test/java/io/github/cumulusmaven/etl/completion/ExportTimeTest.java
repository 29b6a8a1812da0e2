package io.github.cumulusmaven.etl.completion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportTimeTest {
    @ParameterizedTest
    @DisplayName("ETL-completion: times are ISO 8601 with offset, as Python prints them")
    @CsvSource({
        "2020-10-13T12:00:20-05:00, 2020-10-13T12:00:20-05:00",
        "2020-10-13T12:00:20Z, 2020-10-13T12:00:20+00:00",
        "2020-10-13T12:00:20.5Z, 2020-10-13T12:00:20.500000+00:00",
        "2020-10-13T12:00:00.123456789+0530, 2020-10-13T12:00:00.123456+05:30",
        "1602590420000, 2020-10-13T12:00:20+00:00",
    })
    void printed(String given, String printed) {
        assertThat(ExportTime.parse(given)).map(ExportTime::toString).contains(printed);
    }

    @Test
    @DisplayName("ETL-completion: a time without a zone is no time")
    void withoutZone() {
        assertThat(ExportTime.parse("2020-10-13T12:00:20")).isEmpty();
    }
}
