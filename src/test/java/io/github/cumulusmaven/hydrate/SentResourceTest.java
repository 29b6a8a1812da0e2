package io.github.cumulusmaven.hydrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources as a server sends them, one at a time. */
class SentResourceTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("only what the resource itself says counts, not what is in it")
    void resource() {
        assertThat(
                        SentResource.of(
                                bytes(
                                        "{\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}],\"id\":\"b\",\"resourceType\":\"Binary\",\"data\":\"YQ==\",\"contentType\":{}}")))
                .hasValue(new SentResource("Binary", "b", "", "YQ=="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{\"id\":\"b\"", "{} {}", "{},", "{\"a\":[}"})
    @DisplayName("what is no JSON object, or more than one, is none")
    void none(String text) {
        assertThat(SentResource.of(bytes(text))).isEmpty();
    }

    @Test
    @DisplayName("memory: a resource of very many small parts needs no more than its bytes")
    void memory() {
        byte[] body = bytes("{\"id\":\"b\",\"extension\":[" + "{},".repeat(1_000_000) + "{}]}");
        SentResource.of(bytes("{}"));
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();

        assertThat(SentResource.of(body)).isPresent();

        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(body.length);
    }
}
