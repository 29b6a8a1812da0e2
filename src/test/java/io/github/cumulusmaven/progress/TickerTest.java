package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TickerTest {
    @Test
    @Timeout(20)
    void ticksAgainAndAgainInADaemonThreadThatEndsWithIt() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);
        AtomicReference<Thread> thread = new AtomicReference<>();
        Ticker.Ticking ticking = Ticker.REAL.start(Duration.ofMillis(1), () -> {
            thread.set(Thread.currentThread());
            thrice.countDown();
        });

        assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.get().isDaemon()).isTrue();
        ticking.close();

        thread.get().join(10_000);
        assertThat(thread.get().isAlive()).isFalse();
    }
}
