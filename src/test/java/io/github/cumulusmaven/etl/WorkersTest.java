package io.github.cumulusmaven.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cumulusmaven.deid.ScrubRules;
import io.github.cumulusmaven.etl.canary.AcknowledgedFindings;
import io.github.cumulusmaven.etl.canary.Canary;
import io.github.cumulusmaven.etl.canary.CanaryConfig;
import io.github.cumulusmaven.etl.canary.CanaryListener;
import io.github.cumulusmaven.etl.canary.CanaryMode;
import io.github.cumulusmaven.fhir.ndjson.InputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkersTest {
    private static final int THREADS = 2;
    private static final String PATIENT = "{\"resourceType\":\"Patient\",\"id\":\"p%d\"}\n";

    @TempDir
    Path temp;

    private Path input;
    private Deidentification deidentification;
    private Workers workers;

    @BeforeEach
    void begin() throws Exception {
        input = Files.createDirectory(temp.resolve("input"));
        EtlFolders folders = new EtlFolders(input, temp.resolve("output"), temp.resolve("phi"), Optional.empty());
        deidentification = Deidentification.open(folders, ScrubRules.builtIn(), List.of());
        CanaryConfig off = new CanaryConfig(CanaryMode.OFF, AcknowledgedFindings.NONE, Optional.empty());
        Canary canary = new Canary(off, ScrubRules.builtIn(), List.of(), new CanaryListener() {});
        workers = new Workers(THREADS, deidentification, canary);
    }

    @AfterEach
    void end() {
        workers.close();
        deidentification.close();
    }

    private void files(int count, String content) throws IOException {
        for (int file = 0; file < count; file++) {
            Files.writeString(input.resolve("Patient.%03d.ndjson".formatted(file)), content.formatted(file));
        }
    }

    private PieceReader reader() throws IOException {
        PieceReader reader = new PieceReader("Patient", file -> false, begin -> false, bytes -> {});
        reader.read(InputFolder.scan(input).files("Patient"));
        return reader;
    }

    /** Counts how often the next piece is asked for. */
    private Workers.Source counted(AtomicInteger given) throws IOException {
        PieceReader reader = reader();
        return () -> {
            given.incrementAndGet();
            return reader.next();
        };
    }

    @Test
    @DisplayName(
            "ETL-pipeline: many small files are worked on side by side, and taken in their order, each with its end")
    void order() throws Exception {
        files(100, PATIENT);
        List<String> taken = new ArrayList<>();
        workers.run(
                reader()::next,
                piece -> taken.add(piece.file().name() + (piece.end().isPresent() ? " end" : " " + piece.resources())));
        List<String> expected = new ArrayList<>();
        for (int file = 0; file < 100; file++) {
            expected.add("Patient.%03d.ndjson 1".formatted(file));
            expected.add("Patient.%03d.ndjson end".formatted(file));
        }
        assertThat(taken).isEqualTo(expected);
    }

    @Test
    @DisplayName("ETL-pipeline: where a piece cannot be taken, reading ends, and the failure is told")
    void failingSink() throws Exception {
        files(100, PATIENT);
        AtomicInteger given = new AtomicInteger();
        assertThatThrownBy(() -> workers.run(counted(given), piece -> {
                    throw new IOException("the disk is full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is full");
        assertThat(given.get()).isLessThan(100);
        assertThat(readers()).isEmpty();
    }

    @Test
    @DisplayName("ETL-pipeline: where reading fails, what was read before is taken, and the failure is told")
    void failingSource() throws Exception {
        files(3, PATIENT);
        PieceReader reader = reader();
        AtomicInteger taken = new AtomicInteger();
        assertThatThrownBy(() -> workers.run(
                        () -> {
                            Optional<Piece> next = reader.next();
                            if (next.isEmpty()) {
                                throw new IOException("gone");
                            }
                            return next;
                        },
                        piece -> taken.incrementAndGet()))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
        assertThat(taken.get()).isEqualTo(6);
    }

    @Test
    @DisplayName("ETL-memory: as long as nobody takes pieces, only a few are read")
    void room() throws Exception {
        files(100, PATIENT);
        AtomicInteger given = new AtomicInteger();
        List<Integer> mostGiven = new ArrayList<>();
        workers.run(counted(given), piece -> {
            if (mostGiven.isEmpty()) {
                mostGiven.add(givenOnceTheReaderWaits(given));
            }
        });
        assertThat(mostGiven).containsExactly(THREADS + 14);
        assertThat(given.get()).isEqualTo(201);
    }

    @Test
    @DisplayName("ETL-memory: a huge line has the memory for itself: nothing is read beside it")
    void hugeLine() throws Exception {
        files(3, "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"x\":\"" + "x".repeat(9_000_000) + "\"}\n");
        PieceReader reader = reader();
        AtomicInteger under = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        workers.run(
                () -> {
                    assertThat(under.get()).as("huge pieces under way").isZero();
                    Optional<Piece> next = reader.next();
                    under.addAndGet(next.isPresent() && next.get().length() > 8_000_000 ? 1 : 0);
                    return next;
                },
                piece -> {
                    if (piece.length() > 8_000_000) {
                        under.decrementAndGet();
                        taken.incrementAndGet();
                    }
                });
        assertThat(taken.get()).isEqualTo(3);
    }

    private static int givenOnceTheReaderWaits(AtomicInteger given) {
        while (readers().stream().noneMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        return given.get();
    }

    private static List<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("cumulus-read"))
                .toList();
    }
}
