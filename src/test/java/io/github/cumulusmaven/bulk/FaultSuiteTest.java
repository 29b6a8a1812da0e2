package io.github.cumulusmaven.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.bulk.FaultCase.Found;
import io.github.cumulusmaven.bulk.FaultTable.Cell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each fault in each phase of an export, once and for ever. The results are the tables of {@code reliability.md}: after a
 * change that is meant, {@code mvn test -Dtest=FaultSuiteTest -Dreliability.update=true} writes them there.
 */
class FaultSuiteTest {
    private static final Path PAGE = Path.of("src/site/markdown/reliability.md");
    private static final Path WRITTEN = Path.of("target/reliability.md");
    private static final String UPDATE = "reliability.update";

    /** Most of them wait: for the disk, or for silence to have lasted long enough. */
    private static final int AT_A_TIME = 6;

    @TempDir
    private static Path temporary;

    private static final Map<Cell, Found> FOUND = new LinkedHashMap<>();

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    static void play() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            Map<Cell, Future<Found>> playing = new LinkedHashMap<>();
            for (Cell cell : FaultTable.CELLS) {
                // Those whose server leaves its port for a while must not meet others who look for one.
                if (cell.fault() != Fault.NO_CONNECTION) {
                    playing.put(cell, threads.submit(() -> play(cell)));
                }
            }
            for (Map.Entry<Cell, Future<Found>> one : playing.entrySet()) {
                FOUND.put(one.getKey(), one.getValue().get());
            }
        } finally {
            threads.shutdownNow();
        }
        for (Cell cell : FaultTable.CELLS) {
            if (cell.fault() == Fault.NO_CONNECTION) {
                FOUND.put(cell, play(cell));
            }
        }
    }

    private static Found play(Cell cell) throws Exception {
        Path folder = temporary.resolve(cell.toString());
        return FaultCase.play(cell.fault(), cell.phase(), cell.forEver() ? FaultCase.FOR_EVER : 1, folder);
    }

    @TestFactory
    @DisplayName("survived, or gone on with, byte by byte")
    Stream<DynamicTest> cells() {
        return FaultTable.CELLS.stream()
                .map(cell -> DynamicTest.dynamicTest(cell.toString(), () -> {
                    Found found = FOUND.get(cell);
                    assertThat(found.problems()).isEmpty();
                    assertThat(found.outcome().code()).isEqualTo(FaultTable.expected(cell));
                }));
    }

    @Test
    @DisplayName("the page says what the suite has found")
    void page() throws Exception {
        String now = Files.readString(PAGE);
        String made = FaultTable.page(now, cell -> FOUND.get(cell).outcome());
        Files.writeString(WRITTEN, made, StandardCharsets.UTF_8);
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(PAGE, made, StandardCharsets.UTF_8);
            return;
        }
        assertThat(now)
                .as("%s; to write it anew: mvn test -Dtest=FaultSuiteTest -D%s=true", PAGE, UPDATE)
                .isEqualTo(made);
    }
}
