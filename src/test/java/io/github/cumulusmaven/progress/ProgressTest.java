package io.github.cumulusmaven.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void printsMessagesAndNeverAsksForTheLineWhereNothingIsShown() {
        List<String> seen = new ArrayList<>();
        try (Progress none = Progress.NONE) {
            none.show(() -> {
                seen.add("asked");
                return "line";
            });
            none.message(() -> seen.add("message"));
        }
        assertThat(seen).containsExactly("message");
    }
}
