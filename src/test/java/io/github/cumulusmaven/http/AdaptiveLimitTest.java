package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.http.AdaptiveLimit.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AdaptiveLimitTest {
    private static List<Turn> take(AdaptiveLimit limit, int turns) throws InterruptedException {
        List<Turn> taken = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            taken.add(limit.take());
        }
        return taken;
    }

    @Test
    void halvesOnceForRequestsThatAreRefusedTogether() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(5);
        List<Turn> turns = take(limit, 5);

        turns.forEach(Turn::refused);

        assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void halvesAgainForALaterRequestButNeverBelowOne() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(5);
        List<Integer> limits = new ArrayList<>();
        for (int request = 0; request < 4; request++) {
            try (Turn turn = limit.take()) {
                turn.refused();
                limits.add(limit.limit());
            }
        }

        assertThat(limits).containsExactly(2, 1, 1, 1);
    }

    @Test
    void aRequestAfterAWaitIsALaterOne() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(8);
        try (Turn turn = limit.take()) {
            turn.refused();
            turn.sleep(Duration.ofDays(1), duration -> {});
            turn.refused();
        }

        assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void growsByOneForAsManySuccessesAsThereMayBeRequestsAndNotBeyondWhereItBegan() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(4);
        List<Integer> limits = new ArrayList<>();
        try (Turn turn = limit.take()) {
            turn.refused();
            for (int success = 0; success < 7; success++) {
                turn.succeeded();
                limits.add(limit.limit());
            }
        }

        assertThat(limits).containsExactly(2, 3, 3, 3, 4, 4, 4);
    }

    @Test
    void aRefusalForgetsTheSuccessesBefore() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(4);
        try (Turn turn = limit.take()) {
            turn.refused();
            turn.succeeded();
            turn.refused();
            turn.succeeded();
        }

        assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void neverMoreAtATimeThanTheLimit() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(6);
        try (Turn turn = limit.take()) {
            turn.refused();
        }
        AtomicInteger busy = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(12);
        List<Future<?>> done = new ArrayList<>();
        for (int work = 0; work < 2000; work++) {
            done.add(workers.submit(() -> {
                try (Turn turn = limit.take()) {
                    most.accumulateAndGet(busy.incrementAndGet(), Math::max);
                    Thread.yield();
                    busy.decrementAndGet();
                }
                return null;
            }));
        }
        for (Future<?> work : done) {
            work.get();
        }
        workers.shutdownNow();

        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void whoWaitsGivesTheTurnToAnother() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(1);
        CountDownLatch other = new CountDownLatch(1);
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try (Turn turn = limit.take()) {
            Future<?> later = worker.submit(() -> {
                try (Turn theirs = limit.take()) {
                    other.countDown();
                }
                return null;
            });

            turn.sleep(Duration.ofMinutes(1), duration -> other.await());

            later.get();
        }
        worker.shutdownNow();
        assertThat(other.getCount()).isZero();
    }

    @Test
    void anInterruptedWaitLeavesNoTurnTaken() throws Exception {
        AdaptiveLimit limit = new AdaptiveLimit(1);
        assertThatThrownBy(() -> {
                    try (Turn turn = limit.take()) {
                        turn.sleep(Duration.ofMinutes(1), duration -> {
                            throw new InterruptedException();
                        });
                    }
                })
                .isInstanceOf(InterruptedException.class);

        take(limit, 1).forEach(Turn::close);
        assertThatThrownBy(() -> new AdaptiveLimit(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
