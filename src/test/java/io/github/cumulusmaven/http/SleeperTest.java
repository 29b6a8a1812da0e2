package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SleeperTest {
    @Test
    void whoWakesUpTooSoonDoesTooMuchBeforeTheTimeIsUp() throws InterruptedException {
        Duration wait = Duration.ofNanos(1_999_999);
        long began = System.nanoTime();

        Sleeper.REAL.sleep(wait);

        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(wait.toNanos());
    }
}
