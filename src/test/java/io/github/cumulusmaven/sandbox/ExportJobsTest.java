package io.github.cumulusmaven.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cumulusmaven.sandbox.ExportRequest.ChangeWindow;
import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportJobsTest {
    @TempDir
    Path folder;

    @TempDir
    Path work;

    private final TestClock clock = new TestClock();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private ExportJobs jobs;
    private ExportRequest request;

    @BeforeEach
    void open() throws IOException {
        SmallData.threePatients(folder);
        jobs = new ExportJobs(DataFolder.open(folder), work, queue::add, clock);
        request = new ExportRequest(
                "http://127.0.0.1/fhir/$export",
                clock.instant(),
                Access.ANYONE,
                Optional.empty(),
                Optional.empty(),
                new ChangeWindow(Optional.empty(), Optional.empty()),
                TypeFilters.NONE,
                List.of());
    }

    @Test
    @DisplayName("ST-12: a job that was cancelled before its turn leaves no files")
    void cancelledBefore() {
        ExportJob job = jobs.start(request);

        jobs.remove(job);
        queue.remove().run();

        assertThat(work).isEmptyDirectory();
        assertThat(jobs.find(job.id(), Access.ANYONE)).isEmpty();
    }

    @Test
    @DisplayName("ST-12: a job that is cancelled at its end leaves no files")
    void cancelledAfter() {
        ExportJob job = jobs.start(request);
        queue.remove().run();
        assertThat(work.resolve(job.id())).isNotEmptyDirectory();

        jobs.remove(job);

        assertThat(work).isEmptyDirectory();
    }

    @Test
    @DisplayName("ST-09: the files stay as long as Expires says, then the next kick-off removes them")
    void expiry() {
        ExportJob job = jobs.start(request);
        queue.remove().run();
        clock.pass(Duration.ofHours(24));
        jobs.start(request);
        assertThat(jobs.find(job.id(), Access.ANYONE)).contains(job);

        clock.pass(Duration.ofMillis(1));
        jobs.start(request);

        assertThat(jobs.find(job.id(), Access.ANYONE)).isEmpty();
        assertThat(work).isEmptyDirectory();
    }
}
