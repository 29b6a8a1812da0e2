package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.bulk.ExportFailure.Kind;
import io.github.cumulusmaven.bulk.TimeLimits.TimeIsUp;
import io.github.cumulusmaven.http.Answer;
import io.github.cumulusmaven.http.HandClock;
import io.github.cumulusmaven.http.HttpGateway;
import io.github.cumulusmaven.http.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ManifestPagesTest {
    private static final String STATUS = "/status/1";

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = Exports.gateway(clock);

    /** A page with a link to the next one, and so on. */
    @BeforeEach
    void withoutEnd() {
        server.on(
                STATUS,
                IntStream.rangeClosed(2, 100)
                        .mapToObj(number -> Exports.manifest(
                                true,
                                "",
                                ",\"link\":[{\"relation\":\"next\",\"url\":\"" + STATUS + "?page=" + number + "\"}]"))
                        .toArray(Answer[]::new));
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private ManifestPages pages(TimeLimits limits, int most) {
        StatusPoll poll = new StatusPoll(
                new StatusRequest(gateway, Exports.TOKEN),
                Duration.ofMinutes(5),
                clock,
                limits,
                new ExportListeners(List.of()));
        return new ManifestPages(poll, limits, most);
    }

    @Test
    @DisplayName("MF-07 links to ever new pages are not followed for ever")
    void most() {
        assertThatThrownBy(() -> pages(Exports.limits(clock), 7).read(server.url(STATUS), progress -> {}))
                .isInstanceOfSatisfying(ExportFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.NOT_A_MANIFEST);
                    assertThat(failure).hasMessage("TOO_MANY_PAGES");
                    assertThat(failure.where())
                            .isEqualTo(server.url(STATUS + "?page=8").toString());
                });

        assertThat(server.requests(STATUS)).hasSize(7);
    }

    @Test
    @DisplayName("CI: the time of a run ends between two pages, too")
    void timeIsUp() {
        Instant stop = clock.instant().plusSeconds(10);
        TimeLimits limits = new TimeLimits(stop, stop.plusSeconds(1000), clock, clock);
        ManifestPages.Reader slow = new ManifestPages.Reader() {
            @Override
            public void progress(String text) {
                throw new AssertionError(text);
            }

            @Override
            public void page(Manifest page, boolean first) {
                clock.sleep(Duration.ofSeconds(4));
            }
        };

        assertThatThrownBy(() -> pages(limits, 50).read(server.url(STATUS), slow))
                .isInstanceOf(TimeIsUp.class);

        assertThat(server.requests(STATUS)).hasSize(3);
    }
}
