package io.github.cumulusmaven.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads any text as Retry-After. */
class RetryAfterFuzz {
    @ValueSource(
            strings = {
                "120",
                "0.5",
                "1700000000000",
                "1700000000",
                "-1",
                "Mon, 23 Nov 2026 04:00:00 GMT",
                "999999999999999999"
            })
    @FuzzTest
    void read(String text) {
        if (text == null) {
            return;
        }
        Optional<Duration> wait = RetryAfter.parse(text, Instant.parse("2026-11-23T04:00:00Z"));
        if (wait.isPresent() && wait.get().isNegative()) {
            throw new AssertionError("a wait into the past");
        }
    }
}
