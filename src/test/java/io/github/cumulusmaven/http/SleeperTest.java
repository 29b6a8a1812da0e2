package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SleeperTest {
    @Test
    void nobodyWakesBeforeTheTime() throws Exception {
        Duration wait = Duration.ofNanos(1_999_999);
        long begin = System.nanoTime();

        Sleeper.REAL.sleep(wait);

        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(wait.toNanos());
    }
}
