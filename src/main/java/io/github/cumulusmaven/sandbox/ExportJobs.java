package io.github.cumulusmaven.sandbox;

import io.github.cumulusmaven.sandbox.TokenCheck.Access;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The exports that the server knows of. */
final class ExportJobs {
    /** How long the files of an export stay at least. */
    static final Duration KEPT = Duration.ofHours(24);

    private static final int ID_BYTES = 16;

    private final DataFolder data;
    private final Path work;
    private final Executor executor;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ExportJob> jobs = new ConcurrentHashMap<>();

    /**
     * None yet.
     *
     * @param data to export
     * @param work an existing folder for their files
     * @param executor that runs them
     */
    ExportJobs(DataFolder data, Path work, Executor executor, InstantSource clock) {
        this.data = data;
        this.work = work;
        this.executor = executor;
        this.clock = clock;
    }

    ExportJob start(ExportRequest request) {
        removeExpired();
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        ExportJob job = new ExportJob(id, request, data, work.resolve(id), clock);
        jobs.put(id, job);
        executor.execute(job);
        return job;
    }

    private void removeExpired() {
        Instant now = clock.instant();
        for (ExportJob job : jobs.values()) {
            if (job.state().end().filter(end -> end.plus(KEPT).isBefore(now)).isPresent()) {
                remove(job);
            }
        }
    }

    /** To a client, the jobs of others do not exist. */
    Optional<ExportJob> find(String id, Access access) {
        return Optional.ofNullable(jobs.get(id))
                .filter(job -> job.request().access().clientId().equals(access.clientId()));
    }

    void remove(ExportJob job) {
        jobs.remove(job.id());
        job.cancel();
    }

    void removeAll() {
        jobs.values().forEach(this::remove);
    }
}
