package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FooterProgressTest {
    private final Screen screen = new Screen();
    private final HandTicker ticker = new HandTicker();

    private FooterProgress footer(String columns) {
        return new FooterProgress(screen.out(), Optional.of(columns), ticker);
    }

    private FooterProgress footer() {
        return new FooterProgress(screen.out(), Optional.empty(), ticker);
    }

    @Test
    void redrawsOneLineFourTimesASecond() {
        AtomicInteger files = new AtomicInteger(99);
        FooterProgress footer = footer();
        footer.show(() -> files + " files");

        ticker.tick();
        assertThat(screen.lines()).containsExactly("99 files");
        files.set(7);
        ticker.tick();

        assertThat(screen.lines()).containsExactly("7 files");
        assertThat(ticker.intervals()).containsExactly(Duration.ofMillis(250));
    }

    @Test
    void drawsNothingBeforeThereIsSomethingToShow() {
        footer();
        ticker.tick();
        assertThat(screen.lines()).containsExactly("");
    }

    @Test
    void printsAMessageAboveTheFooter() {
        FooterProgress footer = footer();
        footer.show(() -> "a footer that is longer than the message");
        ticker.tick();

        footer.message(() -> screen.out().print("retry 2 of 5\n"));

        assertThat(screen.lines()).containsExactly("retry 2 of 5", "a footer that is longer than the message");
    }

    @Test
    void drawsTheFooterAgainWhenPrintingFails() {
        FooterProgress footer = footer();
        footer.show(() -> "waiting");
        ticker.tick();

        assertThatThrownBy(() -> footer.message(() -> {
                    throw new IllegalStateException("no log");
                }))
                .hasMessage("no log");

        assertThat(screen.lines()).containsExactly("waiting");
    }

    @Test
    void leavesACleanLineAtTheEnd() {
        FooterProgress footer = footer();
        footer.show(() -> "waiting");
        ticker.tick();

        footer.close();
        assertThat(screen.lines()).containsExactly("");
        assertThat(ticker.isStopped()).isTrue();

        ticker.tick();
        footer.message(() -> screen.out().print("done\n"));
        footer.close();
        screen.out().flush();
        assertThat(screen.lines()).containsExactly("done", "");
    }

    @Test
    void leavesTheLastColumnFree() {
        footer("20").show(() -> "0123456789012345678901234567890");
        ticker.tick();
        assertThat(screen.lines()).containsExactly("0123456789012345678");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "wide", "9999999999"})
    void takesEightyColumnsWhenTheWidthIsNotKnown(String columns) {
        footer(columns).show(() -> "x".repeat(200));
        ticker.tick();
        assertThat(screen.lines()).containsExactly("x".repeat(79));
    }

    @Test
    void countsWideCharactersTwiceAndCutsNoneInHalf() {
        footer("10").show(() -> "ab\uD83D\uDE00\u6f22\u5b57\u6f22");
        ticker.tick();
        assertThat(screen.lines()).containsExactly("ab\uD83D\uDE00\u6f22\u5b57");
    }

    @Test
    void lettersOfAServerCannotSteerTheTerminal() {
        footer().show(() -> "Build\r\nin\tprogress \u001b[2J\u001b]0;title\u0007 at\u202e 50%\n");
        ticker.tick();
        assertThat(screen.lines()).containsExactly("Build in progress  [2J ]0;title  at  50%");
    }

    @Test
    void keepsTheLastTextWhenTheSupplierFails() {
        FooterProgress footer = footer();
        footer.show(() -> "12 files");
        ticker.tick();

        footer.show(() -> {
            throw new IllegalStateException("a bug in a counter");
        });
        ticker.tick();

        assertThat(screen.lines()).containsExactly("12 files");
    }

    @Test
    @Timeout(20)
    void aSlowSupplierHoldsUpNoMessage() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch printed = new CountDownLatch(1);
        FooterProgress footer = footer();
        footer.show(() -> {
            asked.countDown();
            await(printed);
            return "late";
        });
        CompletableFuture<Void> tick = CompletableFuture.runAsync(ticker::tick);
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

        footer.message(() -> screen.out().print("in time\n"));
        printed.countDown();
        tick.get(10, TimeUnit.SECONDS);

        assertThat(screen.lines()).containsExactly("in time", "late");
    }

    @Test
    @Timeout(20)
    void manyThreadsTearNoLine() throws Exception {
        FooterProgress footer = footer();
        AtomicInteger count = new AtomicInteger();
        footer.show(() -> "footer " + "*".repeat(count.incrementAndGet() % 50));
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int from = thread * 100;
            threads.add(CompletableFuture.runAsync(() -> IntStream.range(from, from + 100)
                    .forEach(number ->
                            footer.message(() -> screen.out().append("message ").append(number + "\n")))));
            threads.add(CompletableFuture.runAsync(() -> IntStream.range(0, 100).forEach(number -> ticker.tick())));
        }

        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
        footer.close();

        List<String> expected = new ArrayList<>(
                IntStream.range(0, 400).mapToObj(number -> "message " + number).toList());
        expected.add("");
        assertThat(screen.lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
