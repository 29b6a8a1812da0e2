package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.hydrate.HydrationKind;
import io.github.cumulusmaven.progress.LineProgress;
import io.github.cumulusmaven.progress.Progress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HydrationConsoleTest {
    private final RecordingLog log = new RecordingLog();
    private Instant now = Instant.parse("2026-03-04T05:06:07Z");
    private Runnable tick = () -> {};
    private final Progress progress = new LineProgress(log::info, Duration.ofSeconds(30), (interval, task) -> {
        tick = task;
        return () -> {};
    });
    private final HydrationConsole console = new HydrationConsole(log, progress, () -> now);

    private void fetch(int count) {
        for (int number = 0; number < count; number++) {
            console.fetched(HydrationKind.NOTES, 100);
        }
    }

    @Test
    @DisplayName("how far it is: by the bytes of the files that are searched")
    void share() {
        console.began(HydrationKind.NOTES);
        console.planned(1_000_000);
        console.read(250_000);
        fetch(1200);
        now = now.plusSeconds(100);
        tick.run();

        assertThat(log.lines())
                .containsExactly("INFO Notes 25 %, 5 min 00 s left, 1,200 fetched, after 1 min 40 s, 12/s");
    }

    @Test
    @DisplayName("an outage is one warning, however many requests it meets")
    void outage() {
        console.began(HydrationKind.NOTES);
        for (int number = 0; number < 25; number++) {
            console.retrying("A note", 1 + number / 5, 5, new IOException("no connection"), Duration.ofSeconds(4));
        }
        now = now.plusSeconds(30);
        fetch(2);
        console.retrying("A note", 1, 5, new IOException("HTTP 503"), Duration.ofSeconds(4));

        assertThat(log.lines())
                .containsExactly(
                        "WARN A note, attempt 1 of 5: no connection; again in 4 s",
                        "INFO It goes on, after 30 s and 25 failed attempts",
                        "WARN A note, attempt 1 of 5: HTTP 503; again in 4 s");
    }
}
