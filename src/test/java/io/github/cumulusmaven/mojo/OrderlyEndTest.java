package io.github.cumulusmaven.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 15, unit = TimeUnit.SECONDS)
class OrderlyEndTest {
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("Ctrl-C: says how it goes on, interrupts the work, and lets the JVM end when that has ended")
    void ends() throws Exception {
        CompletableFuture<OrderlyEnd> begun = new CompletableFuture<>();
        CountDownLatch never = new CountDownLatch(1);
        Thread worker = new Thread(() -> {
            OrderlyEnd end = OrderlyEnd.begin(() -> events.add("told"));
            begun.complete(end);
            try {
                never.await();
            } catch (InterruptedException stopped) {
                events.add("interrupted");
            }
            events.add("tidied up");
            end.close();
        });
        worker.start();
        Thread atShutdown = begun.get().atShutdown();

        // Here, not as the hook that it is.
        atShutdown.run();

        assertThat(events).containsExactly("told", "interrupted", "tidied up");
        worker.join();
        assertThat(Runtime.getRuntime().removeShutdownHook(atShutdown))
                .as("it is still there")
                .isFalse();
    }

    @Test
    @DisplayName("work that is done leaves nothing behind")
    void done() {
        OrderlyEnd end = OrderlyEnd.begin(() -> events.add("told"));
        end.close();

        assertThat(Runtime.getRuntime().removeShutdownHook(end.atShutdown())).isFalse();
        assertThat(events).isEmpty();
    }
}
