package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoProgressTest {
    @Test
    void printsMessagesAndNeverAsksForTheLine() {
        List<String> seen = new ArrayList<>();
        try (Progress none = new NoProgress()) {
            none.show(() -> {
                seen.add("asked");
                return "line";
            });
            none.message(() -> seen.add("message"));
        }
        assertThat(seen).containsExactly("message");
    }
}
