package io.github.cumulusmaven.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Addresses of this machine and its network link")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LocalAddressesTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final HandClock clock = new HandClock("2026-11-23T04:00:00Z");
    private final TestServer server = new TestServer(clock);
    private final HttpGateway gateway = new HttpGateway(new HttpGateway.Limits(LIMIT, LIMIT, LIMIT), "test/1", clock);

    @AfterEach
    void close() {
        gateway.close();
        server.close();
    }

    private int get(URI url) throws Exception {
        try (HttpReply reply = gateway.send(HttpCall.get(url, "*/*"), Authorizer.NONE)) {
            return reply.status();
        }
    }

    private void assertRefused(URI url) {
        assertThatThrownBy(() -> get(url))
                .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(HttpFailure.Kind.LOCAL_ADDRESS));
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT/",
                "https://127.9.8.7:PORT/",
                "http://localhost:PORT/",
                "https://LOCALHOST.:PORT/",
                "http://[::1]:PORT/",
                "https://[::ffff:127.0.0.1]:PORT/",
                "https://[0:0:0:0:0:ffff:7f00:1]:PORT/",
                "https://[::127.0.0.1]:PORT/",
                "https://2130706433:PORT/",
                "https://0.0.0.0:PORT/",
                "https://0.1.2.3:PORT/",
                "https://[::]:PORT/",
                "https://169.254.169.254/latest/meta-data/",
                "https://[fe80::1]/",
                "https://[::ffff:169.254.169.254]/",
                "https://224.0.0.1/",
                "https://[ff02::1]/"
            })
    @DisplayName("are not asked, however they are written")
    void refused(String url) {
        assertRefused(
                URI.create(url.replace("PORT", String.valueOf(server.url("").getPort()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/", "https://[::]/", "https://169.254.169.254/", "https://224.0.0.1/"})
    @DisplayName("are not asked either where the user's own server is somewhere else")
    void refusedFromElsewhere(String url) {
        gateway.allow(URI.create("https://192.0.2.1/fhir"));

        assertRefused(URI.create(url));
    }

    @Test
    @DisplayName("where the user's server is on this machine, others on this machine are asked, but not its link")
    void onThisMachine() throws Exception {
        gateway.allow(URI.create("http://localhost:1/fhir"));
        server.on("/x", Answer.of(204));

        assertThat(get(server.url("/x"))).isEqualTo(204);
        server.on("/y", Answer.of(302).with("Location", "https://169.254.169.254/"));
        assertThatThrownBy(() -> get(server.url("/y")))
                .isInstanceOfSatisfying(HttpFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(HttpFailure.Kind.LOCAL_ADDRESS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://0x7f000001:PORT/", "https://017700000001:PORT/", "https://0177.0.0.1:PORT/"})
    @DisplayName(
            "in octal or hexadecimal form are not asked: some JDKs read them as addresses, others know no such host")
    void ambiguous(String url) {
        gateway.allow(URI.create("https://192.0.2.1/fhir"));

        assertThatThrownBy(() -> get(URI.create(
                        url.replace("PORT", String.valueOf(server.url("").getPort())))))
                .isInstanceOf(HttpFailure.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    @DisplayName("with parts left out are no URLs of the web at all")
    void shortened() {
        assertThat(Origin.isWeb(URI.create("https://127.1/"))).isFalse();
    }
}
