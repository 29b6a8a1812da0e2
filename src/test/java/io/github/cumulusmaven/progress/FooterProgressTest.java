package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FooterProgressTest {
    private final Screen screen = new Screen();
    private final HandTicker ticker = new HandTicker();
    private final AtomicInteger width = new AtomicInteger();

    private FooterProgress footer(int columns) {
        width.set(columns);
        return new FooterProgress(screen.out(), width::get, ticker);
    }

    private FooterProgress footer() {
        return footer(80);
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
        footer(20).show(() -> "0123456789012345678901234567890");
        ticker.tick();
        assertThat(screen.lines()).containsExactly("0123456789012345678");
    }

    @Test
    @DisplayName("a line that does not fit ends behind a comma: no number is cut to another one")
    void endsBehindAComma() {
        footer(40).show(() -> "Downloaded 43 %, 2 min 12 s left, 1,234,567 of 5,000,000 resources");
        ticker.tick();
        assertThat(screen.lines()).containsExactly("Downloaded 43 %, 2 min 12 s left");
    }

    @Test
    @DisplayName("the terminal is asked once a second how wide it is, and may have become wider or narrower")
    void resized() {
        footer(80).show(() -> "x".repeat(200));
        ticker.tick();
        width.set(200);
        ticker.tick();
        ticker.tick();
        ticker.tick();
        assertThat(screen.lines()).containsExactly("x".repeat(79));
        ticker.tick();
        assertThat(screen.lines()).containsExactly("x".repeat(199));
        width.set(40);
        IntStream.range(0, 4).forEach(number -> ticker.tick());
        assertThat(screen.lines()).containsExactly("x".repeat(39));
    }

    @Test
    @DisplayName("until it is asked, a narrower terminal cuts the line off and does not fold it")
    void narrower() {
        footer(80).show(() -> "x".repeat(200));
        screen.columns(20);
        ticker.tick();
        ticker.tick();
        assertThat(screen.lines()).containsExactly("x".repeat(20));
    }

    @Test
    @DisplayName("a terminal that folds what it shows when it becomes narrower has nothing of it left")
    void folded() {
        FooterProgress footer = footer(80);
        footer.show(() -> "y".repeat(79));
        ticker.tick();
        screen.fold(20);
        assertThat(screen.lines()).hasSize(4);

        footer.message(() -> screen.out().print("retry 2 of 5\n"));
        footer.close();

        assertThat(screen.lines()).containsExactly("retry 2 of 5", "");
    }

    @Test
    @DisplayName("what others print comes out folded as ever: the terminal wraps again after each drawing")
    void wrapsAgain() {
        screen.columns(20);
        FooterProgress footer = footer(20);
        footer.show(() -> "waiting");
        ticker.tick();
        footer.message(() -> screen.out().print("z".repeat(30) + "\n"));
        assertThat(screen.lines()).containsExactly("z".repeat(20), "z".repeat(10), "waiting");
    }

    @Test
    void countsWideCharactersTwiceAndCutsNoneInHalf() {
        footer(10).show(() -> "ab\uD83D\uDE00\u6f22\u5b57\u6f22");
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
