package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRangeTest {
    @Test
    void tellsWhichPartOfHowMuchThisIs() {
        assertThat(ContentRange.parse("bytes 5-9/20")).contains(new ContentRange(5, 9, OptionalLong.of(20)));
        assertThat(ContentRange.parse(" Bytes  0-0/* ")).contains(new ContentRange(0, 0, OptionalLong.empty()));
        assertThat(ContentRange.parse("bytes 5-9/20")).get().hasToString("bytes 5-9/20");
        assertThat(ContentRange.parse("bytes 5-9/*")).get().hasToString("bytes 5-9/*");
    }

    @Test
    void tellsTheLengthOfTheWhole() {
        assertThat(ContentRange.complete("bytes 5-9/20")).hasValue(20);
        assertThat(ContentRange.complete(" Bytes */20")).hasValue(20);
        assertThat(ContentRange.complete("bytes 5-9/*")).isEmpty();
        assertThat(ContentRange.complete("bytes */*")).isEmpty();
        assertThat(ContentRange.complete("20")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes */20",
                "bytes 9-5/20",
                "bytes 5-20/20",
                "bytes 5-/20",
                "bytes -5/20",
                "bytes=5-9/20",
                "lines 5-9/20",
                "bytes 5-9",
                "bytes 5-99999999999999999999/*"
            })
    void nothingElseIsOne(String value) {
        assertThat(ContentRange.parse(value)).isEmpty();
    }
}
