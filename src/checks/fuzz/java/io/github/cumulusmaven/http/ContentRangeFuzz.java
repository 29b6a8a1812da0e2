package io.github.cumulusmaven.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as Content-Range. */
class ContentRangeFuzz {
    @ValueSource(strings = {"bytes 0-99/100", "bytes 5-9/*", "bytes */100", "bytes 999999999999999999-1/2"})
    @FuzzTest
    void read(String text) {
        if (text == null) {
            return;
        }
        ContentRange.complete(text);
        Optional<ContentRange> range = ContentRange.parse(text);
        if (range.isPresent() && !ContentRange.parse(range.get().toString()).equals(range)) {
            throw new AssertionError("another range is written than was read");
        }
    }
}
