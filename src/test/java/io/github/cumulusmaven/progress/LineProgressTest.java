package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LineProgressTest {
    private final HandTicker ticker = new HandTicker();
    private final List<String> log = new ArrayList<>();
    private final AtomicReference<String> text = new AtomicReference<>("1 of 9 files");
    private final LineProgress lines = new LineProgress(log::add, Duration.ofSeconds(30), ticker);

    @Test
    void writesTheFirstLineAfterOneInterval() {
        lines.show(text::get);
        assertThat(log).isEmpty();

        ticker.tick();

        assertThat(log).containsExactly("1 of 9 files");
        assertThat(ticker.intervals()).containsExactly(Duration.ofSeconds(30));
    }

    @Test
    void writesNothingThatTheLogSaysAlready() {
        lines.show(text::get);
        ticker.tick();
        ticker.tick();
        text.set("2 of 9 files");
        ticker.tick();
        ticker.tick();
        assertThat(log).containsExactly("1 of 9 files", "2 of 9 files");
    }

    @Test
    @DisplayName("what takes long is told of less often: each 30 s, after 10 min each minute, at last each 5 min")
    void lessAndLessOften() {
        AtomicInteger seconds = new AtomicInteger();
        lines.show(() -> "after " + seconds.get() + " s");
        for (int interval = 1; interval <= 2 * 60 * 24; interval++) {
            seconds.addAndGet(30);
            ticker.tick();
        }
        assertThat(log).startsWith("after 30 s", "after 60 s", "after 90 s");
        assertThat(log.subList(0, 21)).endsWith("after 600 s", "after 660 s");
        assertThat(log).endsWith("after 85890 s", "after 86190 s").hasSizeLessThan(340);
    }

    @Test
    void writesNothingWhereThereIsNothingToShow() {
        ticker.tick();
        lines.show(() -> " ");
        ticker.tick();
        assertThat(log).isEmpty();
    }

    @Test
    void aServersTextStaysOneLine() {
        lines.show(() -> "50%\n[ERROR] forged");
        ticker.tick();
        assertThat(log).containsExactly("50% [ERROR] forged");
    }

    @Test
    void goesOnWhenTheSupplierFails() {
        lines.show(() -> {
            throw new IllegalStateException("a bug in a counter");
        });
        ticker.tick();
        lines.show(text::get);
        ticker.tick();
        assertThat(log).containsExactly("1 of 9 files");
    }

    @Test
    void passesMessagesOnAtOnceAndAfterTheEnd() {
        lines.show(text::get);
        lines.message(() -> log.add("retry"));
        lines.close();
        ticker.tick();
        lines.message(() -> log.add("done"));
        assertThat(log).containsExactly("retry", "done");
        assertThat(ticker.isStopped()).isTrue();
    }
}
