package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final List<String> heard = new ArrayList<>();
    private int calls;
    private double random;

    private Retries retries(int attempts, Duration longest) {
        return new Retries(
                new RetryPolicy(attempts, SECOND, longest),
                clock,
                (what, attempt, of, reason, wait) ->
                        heard.add(what + " " + attempt + "/" + of + " " + reason.getMessage() + " " + wait),
                () -> random);
    }

    private static final class Failure extends IOException implements Retries.Passing {
        private static final long serialVersionUID = 1L;
        private final boolean passing;
        private final transient Optional<Duration> wish;

        Failure(boolean passing, Optional<Duration> wish) {
            super("no luck");
            this.passing = passing;
            this.wish = wish;
        }

        @Override
        public boolean isPassing() {
            return passing;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return wish;
        }
    }

    private String succeedAtCall(int number, IOException before) throws IOException {
        calls++;
        if (calls < number) {
            throw before;
        }
        return "done";
    }

    @Test
    void waitsUpToThreeTimesAsLongEachTimeUpToTheLongest() throws Exception {
        random = 1;
        String result = retries(7, Duration.ofSeconds(10))
                .run("it", () -> succeedAtCall(7, new Failure(true, Optional.empty())));

        assertThat(result).isEqualTo("done");
        assertThat(clock.sleeps()).extracting(Duration::toSeconds).containsExactly(3L, 9L, 10L, 10L, 10L, 10L);
        assertThat(heard).hasSize(6).first().isEqualTo("it 1/7 no luck PT3S");
    }

    @Test
    void theServersWishCountsWhereItIsLongerAndNotAbsurd() throws Exception {
        retries(3, Duration.ofMinutes(1))
                .run("it", () -> succeedAtCall(2, new Failure(true, Optional.of(Duration.ofSeconds(30)))));
        calls = 0;
        retries(3, Duration.ofMinutes(1))
                .run("it", () -> succeedAtCall(2, new Failure(true, Optional.of(Duration.ofDays(20_000)))));
        calls = 0;
        retries(3, Duration.ofMinutes(1))
                .run("it", () -> succeedAtCall(2, new Failure(true, Optional.of(Duration.ZERO))));

        assertThat(clock.sleeps()).extracting(Duration::toSeconds).containsExactly(30L, 60L, 1L);
    }

    @Test
    void theLastFailureIsThrownWhenTheAttemptsAreUsedUp() {
        Failure failure = new Failure(true, Optional.empty());

        assertThatThrownBy(() -> retries(3, SECOND).run("it", () -> succeedAtCall(9, failure)))
                .isSameAs(failure);
        assertThat(calls).isEqualTo(3);
        assertThat(clock.sleeps()).hasSize(2);
    }

    @Test
    void whatDoesNotPassIsNotRepeated() {
        for (IOException failure : List.of(new Failure(false, Optional.empty()), new IOException("disk full"))) {
            calls = 0;
            assertThatThrownBy(() -> retries(3, SECOND).run("it", () -> succeedAtCall(9, failure)))
                    .isSameAs(failure);
            assertThat(calls).isEqualTo(1);
        }
        assertThat(clock.sleeps()).isEmpty();
    }

    @Test
    void anInterruptedWaitEndsIt() {
        Retries retries = new Retries(
                new RetryPolicy(3, SECOND, SECOND),
                duration -> {
                    throw new InterruptedException();
                },
                (what, attempt, of, reason, wait) -> {});

        assertThatThrownBy(() -> retries.run("it", () -> succeedAtCall(9, new Failure(true, Optional.empty()))))
                .isInstanceOf(InterruptedException.class);
        assertThat(calls).isEqualTo(1);
    }

    @Test
    void manyFailuresOverflowNothing() throws Exception {
        random = 1;
        retries(200, Duration.ofDays(400)).run("it", () -> succeedAtCall(200, new Failure(true, Optional.empty())));

        assertThat(clock.sleeps()).hasSize(199).allMatch(wait -> !wait.isNegative() && !wait.isZero());
    }

    @Test
    void waitsAreSpreadSoThatThoseWhoFailTogetherDoNotComeBackTogether() throws Exception {
        random = 0.25;

        retries(4, Duration.ofMinutes(1)).run("it", () -> succeedAtCall(4, new Failure(true, Optional.empty())));

        assertThat(clock.sleeps()).extracting(Duration::toMillis).containsExactly(1500L, 1875L, 2156L);
    }

    @Test
    @DisplayName("FL-12 only attempts that bring the work no farther count")
    void progress() throws Exception {
        Retries.Series series = retries(3, SECOND).series("it");
        Failure failure = new Failure(true, Optional.empty());
        for (int position = 1; position <= 100; position++) {
            series.reached(position);
            series.failed(failure);
        }
        series.reached(100);
        series.failed(failure);

        assertThatThrownBy(() -> series.failed(failure)).isSameAs(failure);
        assertThatThrownBy(() -> series.failed(failure)).as("over is over").isSameAs(failure);
        assertThat(heard).hasSize(101).last().asString().startsWith("it 2/3");
    }

    @Test
    void thereIsAtLeastOneAttempt() {
        assertThatThrownBy(() -> new RetryPolicy(0, SECOND, SECOND)).isInstanceOf(IllegalArgumentException.class);
        assertThat(RetryPolicy.NEVER.attempts()).isEqualTo(1);
    }
}
